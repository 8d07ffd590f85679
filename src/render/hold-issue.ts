// What is held and how to go on: an issue of the config repo, edited in place and closed when nothing of it is held any more.
import type { Unit } from "../manifest/types.ts";
import type { VerifyRecord } from "../ledger/record.ts";
import { code, inert } from "./markdown.ts";
import { holdMarker } from "./markers.ts";

export interface HoldIssue {
  readonly title: string;
  readonly body: string;
}

export function renderHoldIssue(of: { readonly update: VerifyRecord; readonly held: readonly Unit[] }): HoldIssue {
  const { update, held } = of;
  return {
    title: `Held: ${update.commit.slice(0, 7)} was merged without what it needs`,
    body: [holdMarker(update.commit), ...holdLines(update, held)].join("\n\n"),
  };
}

/** Shared with the result comment of the pull request. */
export function holdLines(update: VerifyRecord, held: readonly Unit[]): readonly string[] {
  const pull = update.pull === undefined ? "" : `, from #${String(update.pull)}`;
  const source = `Commit ${code(update.commit.slice(0, 7))}${pull}, brought in by ${code(update.actor)}.`;
  if (held.length === 0) return [`${source} It was held; nothing of it is held any more.`];
  return [
    "**Next:** Revert it, which needs no approval; or open the same change again as a pull request and have it approved. Everything else proceeds.",
    `${source} Signalbox does not apply it: ${inert(update.detail ?? "it is not verified")}.`,
    `Held, and staying as last verified:\n\n${held.map((unit) => `- ${code(unit)}`).join("\n")}`,
  ];
}
