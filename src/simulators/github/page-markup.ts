/** Text of the pages. Whatever is put into a `markup` template is escaped unless it is markup itself. */

export interface Markup {
  readonly markup: string;
}

type Part = string | number | Markup | readonly Markup[] | null | undefined;

/** Safe between tags and inside quoted attributes; an attribute that is a link needs `externalHref` or a path of ours. */
export function markup(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const inserted = parts.map(partText);
  return { markup: texts.map((text, at) => text + (inserted[at] ?? "")).join("") };
}

/** @param html which has been made safe already. */
export function trustedMarkup(html: string): Markup {
  return { markup: html };
}

/** @returns undefined for what a browser would run or look up beside us. */
export function externalHref(address: string | null): string | undefined {
  return address !== null && /^https?:\/\//i.test(address) ? address : undefined;
}

function partText(part: Part): string {
  if (part === null || part === undefined) return "";
  if (typeof part === "string") return escapeText(part);
  if (typeof part === "number") return String(part);
  return "markup" in part ? part.markup : part.map((each) => each.markup).join("");
}

function escapeText(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
