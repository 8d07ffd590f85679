// Answers to commands in comments.
import type { CommitSha, Login } from "../manifest/types.ts";
import type { ChangePlan } from "../reconcile/plan-change.ts";
import type { Change, Verdict } from "../rbac/verdict.ts";
import {
  accessSection,
  approvalsSection,
  contributorsSection,
  findingsSection,
  nextSection,
  planSections,
  policySection,
} from "./check-sections.ts";
import { fit } from "./fit.ts";
import { headline } from "./headline.ts";
import { code, inert, listOf } from "./markdown.ts";

export interface RenderedAnswer {
  readonly reaction: "+1" | "-1" | "confused" | "rocket";
  readonly body: string;
}

const COMMANDS = [
  "| command | does | who may |",
  "|---|---|---|",
  "| `/signalbox help` | shows this | anybody |",
  "| `/signalbox plan` | judges the pull request anew and shows what merging it would do | anybody |",
  "| `/signalbox explain` | says why this verdict, rule by rule | anybody |",
  "| `/signalbox retry` | tries again what failed after the merge; `/signalbox retry production/web` one app of it | who may write what failed |",
].join("\n");

const HOW = "A command is the first line of a new comment; an edited comment is none.";

export function renderHelp(why: "asked" | "not-understood"): RenderedAnswer {
  if (why === "asked") return { reaction: "+1", body: `${COMMANDS}\n\n${HOW}` };
  return { reaction: "confused", body: `That is no command that Signalbox knows.\n\n${COMMANDS}\n\n${HOW}` };
}

export function renderLater(name: "rollback" | "release"): RenderedAnswer {
  const instead =
    name === "rollback"
      ? "Open the pull request that reverts the change instead"
      : "A revert ends a hold, and so does the same change as a pull request that is approved";
  return { reaction: "confused", body: `\`/signalbox ${name}\` is not in this version of Signalbox yet. ${instead}.` };
}

export function renderFailedAnswer(id: string): RenderedAnswer {
  const body = `Signalbox could not do that. Its operator finds the error in its log under ${code(id)}.`;
  return { reaction: "-1", body };
}

export interface AnsweredVerdict {
  /** null: the pull request is closed, or not into the default branch. */
  readonly judged: { readonly verdict: Verdict; readonly plan: ChangePlan } | null;
  readonly head: CommitSha;
  readonly base: CommitSha;
}

const NOT_JUDGED: RenderedAnswer = {
  reaction: "confused",
  body: "This pull request is closed, or not into the default branch, so that there is nothing to judge. What became of a merged one stands in the comment on its result.",
};

export function renderPlan({ judged, head, base }: AnsweredVerdict): RenderedAnswer {
  if (judged === null) return NOT_JUDGED;
  const { verdict, plan } = judged;
  const body = fit([
    { text: titleOf(verdict), leftOut: null },
    { text: nextSection(verdict), leftOut: null },
    ...planSections(verdict, plan),
    { text: placeOf(head, base), leftOut: null },
  ]);
  return { reaction: "+1", body };
}

export function renderExplanation({ judged, head, base }: AnsweredVerdict): RenderedAnswer {
  if (judged === null) return NOT_JUDGED;
  const { verdict } = judged;
  const rules = approvalsSection(verdict);
  const people = contributorsSection(verdict);
  const body = fit([
    { text: titleOf(verdict), leftOut: null },
    { text: nextSection(verdict), leftOut: null },
    { text: changesSection(verdict.changes), leftOut: "what changes" },
    {
      text: rules === "" ? "No approval rule asks for anything." : `**Approval rules**\n\n${rules}`,
      leftOut: "the rules",
    },
    { text: people === "" ? "" : `**Who contributed**\n\n${people}`, leftOut: "who contributed" },
    { text: findingsSection(verdict), leftOut: "the findings (the check's annotations have them)" },
    { text: accessSection(verdict), leftOut: "who gains or loses access (the check has it)" },
    { text: policySection(verdict), leftOut: null },
    { text: placeOf(head, base), leftOut: null },
  ]);
  return { reaction: "+1", body };
}

function titleOf(verdict: Verdict): string {
  const { word, says } = headline(verdict);
  return `### ${word} · ${inert(says)}`;
}

function placeOf(head: CommitSha, base: CommitSha): string {
  return `<sub>${head.slice(0, 7)} onto ${base.slice(0, 7)}</sub>`;
}

function changesSection(changes: readonly Change[]): string {
  if (changes.length === 0) return "**Changes:** nothing of Signalbox's.";
  const lines = changes.map(({ path, detail, resource, name, rack }) => {
    const where = rack === undefined || rack === name ? "" : ` on ${code(rack)}`;
    return `- ${code(path)}: ${inert(detail)}; needs write on ${resource} ${code(name)}${where}`;
  });
  return ["**Changes**", lines.join("\n")].join("\n\n");
}

export interface AnsweredRetry {
  readonly again: readonly { readonly rack: string; readonly app: string; readonly commit: CommitSha }[];
  readonly refused: readonly {
    readonly at: { readonly rack: string; readonly app: string };
    readonly reason: string;
  }[];
  readonly failed: readonly string[];
  readonly login: Login;
  readonly target: string | null;
}

export function renderRetried({ again, refused, failed, login, target }: AnsweredRetry): RenderedAnswer {
  if (again.length + refused.length === 0) return nothingToRetry(failed, target);
  const lines = [
    ...again.map(
      ({ rack, app, commit }) => `- ${code(`${rack}/${app}`)}: trying its content of ${commit.slice(0, 7)} again.`,
    ),
    ...refused.map(({ at, reason }) => `- ${code(`${at.rack}/${at.app}`)}: ${code(login)} may not: ${inert(reason)}.`),
  ];
  const end = again.length === 0 ? "Nothing was done." : "The comment on the result is edited as it ends.";
  return {
    reaction: again.length === 0 ? "-1" : "rocket",
    body: fit([{ text: [...lines, "", end].join("\n"), leftOut: null }]),
  };
}

function nothingToRetry(failed: readonly string[], target: string | null): RenderedAnswer {
  const body =
    target === null || failed.length === 0
      ? "Nothing that this pull request brought has failed and ended; what is still being tried goes on by itself, and what is held is told in its issue."
      : `${code(target)} is not among what failed here: ${listOf(failed.map(code))}.`;
  return { reaction: "confused", body };
}
