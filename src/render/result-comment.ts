// How it ended on the racks: the second comment of a pull request, posted when it is known and edited from then on.
import type { AppName, Login, RackName } from "../manifest/types.ts";
import type { ApplyRecord, VerifyRecord } from "../ledger/record.ts";
import { fit } from "./fit.ts";
import { holdLines } from "./hold-issue.ts";
import { RESULT_MARKER } from "./markers.ts";
import { block, cellCode, code, details, inert, listOf, plural } from "./markdown.ts";

export interface ReportedApp {
  readonly rack: RackName;
  readonly app: AppName;
  readonly outcome: ReportedOutcome;
}

/** `pending`: not known yet. `superseded`: a newer update took its place before anything ended. */
type ReportedOutcome = ApplyRecord | "pending" | "superseded";

interface Named {
  readonly login: Login;
}

export interface ReportedPullRequest {
  readonly author: Named | null;
  readonly merged: { readonly by: Named | null } | null;
}

export function renderResultComment(of: {
  readonly update: VerifyRecord;
  readonly held: VerifyRecord["units"];
  readonly pull: ReportedPullRequest;
  readonly results: readonly ReportedApp[];
}): string {
  const { update, held, pull, results } = of;
  if (update.result === "held") return renderHeld(update, held, pull);
  const failures = results.filter(({ outcome }) => isFailure(outcome));
  return fit([
    { text: `${RESULT_MARKER}\n### ${title(results)}`, leftOut: null },
    ...failures.flatMap((result) => failureSections(result)),
    { text: failures.length === 0 ? "" : mention(pull), leftOut: null },
    { text: table(results), leftOut: "the table of apps (the ledger has it)" },
    { text: `<sub>${update.commit.slice(0, 7)}, verified as ${update.outcome}</sub>`, leftOut: null },
  ]);
}

function renderHeld(update: VerifyRecord, held: VerifyRecord["units"], pull: ReportedPullRequest): string {
  return fit([
    { text: `${RESULT_MARKER}\n### Held · merged, and not applied`, leftOut: null },
    ...holdLines(update, held).map((text) => ({ text, leftOut: null })),
    { text: held.length === 0 ? "" : mention(pull), leftOut: null },
  ]);
}

const SUPERSEDED = "superseded by a newer commit";

function title(results: readonly ReportedApp[]): string {
  const total = plural(results.length, "app");
  const failed = results.filter(({ outcome }) => isFailure(outcome)).length;
  const pending = results.filter(({ outcome }) => outcome === "pending").length;
  if (results.length === 0) return "Verified · no rack has to change";
  if (failed > 0) return `Failed · ${String(failed)} of ${total}`;
  if (pending > 0) return `Applying · ${String(results.length - pending)} of ${total} done`;
  if (results.every(({ outcome }) => outcome === "superseded")) return "Superseded · a newer commit took its place";
  return `Applied · ${total}`;
}

function table(results: readonly ReportedApp[]): string {
  if (results.length === 0) return "";
  // Two columns: a phone breaks names and ids where there are more.
  const rows = results.map(({ rack, app, outcome }) => `| ${cellCode(`${rack}/${app}`)} | ${result(outcome)} |`);
  return ["| app | result |", "|---|---|", ...rows].join("\n");
}

function result(outcome: ReportedOutcome): string {
  if (outcome === "pending") return "in progress";
  if (outcome === "superseded") return SUPERSEDED;
  if (outcome.retrying === true) return "**failed**, trying again";
  switch (outcome.result) {
    case "ok":
      return `promoted${release(outcome)}${took(outcome)}`;
    case "noop":
      return "no change";
    case "failed":
    case "rolled-back": {
      const ended = `**${outcome.result === "failed" ? "failed" : "rolled back"}**${release(outcome)}${took(outcome)}`;
      return outcome.serving === undefined ? ended : `${ended}, ${cellCode(outcome.serving)} still serves`;
    }
    case "superseded":
      return SUPERSEDED;
    case "held":
    case "denied":
      return outcome.result;
  }
}

function release({ release: id }: ApplyRecord): string {
  return id === undefined ? "" : ` ${cellCode(id)}`;
}

function took({ durationMs }: ApplyRecord): string {
  if (durationMs === 0) return "";
  const seconds = Math.max(1, Math.round(durationMs / 1000));
  return ` in ${seconds < 60 ? `${String(seconds)}s` : `${String(Math.floor(seconds / 60))}m ${String(seconds % 60)}s`}`;
}

function failureSections(of: ReportedApp): readonly { readonly text: string; readonly leftOut: string | null }[] {
  const { rack, app, outcome } = of;
  if (typeof outcome === "string") return [];
  const next = outcome.next === undefined ? "" : `\n\n**Next:** ${inert(outcome.next)}`;
  const tail = outcome.logTail ?? [];
  const again = outcome.retrying === true ? "" : ` Or try the same again: \`/signalbox retry ${rack}/${app}\`.`;
  const name = `${code(app)} on ${code(rack)}`;
  const log = tail.length === 0 ? "" : details(`Last ${plural(tail.length, "line")} of the log`, block(tail));
  return [
    { text: `**${name}**: ${inert(outcome.detail ?? "it failed")}.${next}${again}`, leftOut: null },
    { text: log, leftOut: `the log of ${name}` },
  ];
}

/** Those who are told by a mention: whoever wrote it and whoever merged it. */
function mention(pull: ReportedPullRequest): string {
  const logins = [pull.author, pull.merged?.by].flatMap((account) => account?.login ?? []);
  const people = [...new Set(logins)].filter((login) => /^[a-z0-9-]+$/.test(login)).map((login) => `@${login}`);
  return people.length === 0 ? "" : `${listOf(people)}: please have a look.`;
}

function isFailure(outcome: ReportedOutcome): boolean {
  return typeof outcome !== "string" && (outcome.result === "failed" || outcome.result === "rolled-back");
}
