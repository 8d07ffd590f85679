/** Line drawings of 16 by 16, in the colour of the text around them. */
import { markup, trustedMarkup } from "./page-markup.ts";
import type { Markup } from "./page-markup.ts";

const drawings = {
  check: `<path d="M3 8.5 6.5 12 13 4.5"/>`,
  cross: `<path d="m4 4 8 8m0-8-8 8"/>`,
  pending: `<circle cx="8" cy="8" r="3.5" fill="currentColor"/>`,
  dash: `<circle cx="8" cy="8" r="6"/><path d="M5.5 8h5"/>`,
  pull: `<circle cx="4" cy="3.5" r="1.8"/><circle cx="4" cy="12.5" r="1.8"/><circle cx="12" cy="12.5" r="1.8"/><path d="M4 5.3v5.4m8 0V6a2 2 0 0 0-2-2H7.6m2-2-2 2 2 2"/>`,
  merge: `<circle cx="4" cy="3.5" r="1.8"/><circle cx="4" cy="12.5" r="1.8"/><circle cx="12" cy="8.5" r="1.8"/><path d="M4 5.3v5.4M4 5.5c.3 2 2.8 3 6.2 3"/>`,
  commit: `<circle cx="8" cy="8" r="2.8"/><path d="M1 8h4.2m5.6 0H15"/>`,
  issue: `<circle cx="8" cy="8" r="6.2"/><circle cx="8" cy="8" r="1" fill="currentColor"/>`,
  eye: `<path d="M1.5 8S4 3.7 8 3.7 14.5 8 14.5 8 12 12.3 8 12.3 1.5 8 1.5 8z"/><circle cx="8" cy="8" r="1.8"/>`,
  pencil: `<path d="m3 13 .8-3L11 2.8 13.2 5 6 12.2z"/>`,
  tag: `<path d="M2.5 2.5h5l6 6-5 5-6-6z"/><circle cx="5.3" cy="5.3" r=".6" fill="currentColor"/>`,
  deploy: `<path d="M8 10.5v-8m-3.5 3.5L8 2.5 11.5 6M3 13.5h10"/>`,
} as const;

export type IconName = keyof typeof drawings;

/** @param tone a class of colour; with a `label` the icon says something that no text beside it does. */
export function icon(name: IconName, tone = "", label?: string): Markup {
  const spoken = label === undefined ? markup`aria-hidden="true"` : markup`role="img" aria-label="${label}"`;
  return markup`<svg class="icon ${tone}" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" ${spoken}>${trustedMarkup(drawings[name])}</svg>`;
}
