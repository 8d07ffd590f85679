// The verdict for a terminal: the outcome with what is missing first, then each part of the tree with its reason.
import type { RepoTree } from "../manifest/types.ts";
import type { ApprovalState, Change, Verdict, Violation } from "../rbac/verdict.ts";
import { columns } from "./columns.ts";
import { findingsText } from "./findings-text.ts";
import { headline } from "./headline.ts";
import { listOf, plural } from "./markdown.ts";
import type { Paint } from "./paint.ts";
import { visible } from "./visible.ts";
import { weakerOf, type Weaker } from "./weaker-words.ts";

/** `head`: where the lines of findings are taken from. */
export function verdictText(verdict: Verdict, head: RepoTree, paint: Paint): string {
  const fresh = verdict.findings.filter(({ already }) => already !== true);
  const sections = [
    title(verdict, paint),
    findingsText(fresh, head, paint).trimEnd(),
    alreadyThere(verdict.findings.length - fresh.length),
    section("Not allowed", verdict.violations.flatMap(violationLines), paint),
    section("Changes", columns(verdict.changes.map(changeRow)), paint),
    section(
      "Approvals",
      verdict.approvals.flatMap((approval) => approvalLines(approval, paint)),
      paint,
    ),
    section("Weaker after this change", weakerOf(verdict).map(weakerLine), paint),
    section("Access", verdict.access.flatMap(accessLines), paint),
    policyLines(verdict).join("\n"),
  ];
  return `${sections.filter((text) => text !== "").join("\n\n")}\n`;
}

function title(verdict: Verdict, paint: Paint): string {
  const { word, says } = headline(verdict);
  const brush = { blocked: paint.red, waiting: paint.yellow, ready: paint.green, untouched: paint.dim };
  return `${paint.bold(brush[verdict.outcome](word))}: ${visible(says)}`;
}

function alreadyThere(count: number): string {
  return count === 0 ? "" : `The base has ${plural(count, "finding")} of its own, which block nothing here.`;
}

function section(name: string, lines: readonly string[], paint: Paint): string {
  return lines.length === 0 ? "" : [paint.bold(name), ...lines.map((line) => `  ${line}`)].join("\n");
}

function violationLines(violation: Violation): readonly string[] {
  const who = violation.allowed.length === 0 ? "nobody, by the present policy" : listOf(violation.allowed, "or");
  return [
    `${visible(violation.subject)} needs ${violation.needs} on ${visible(placeOf(violation))}`,
    `  ${visible(violation.reason)}`,
    `  for: ${visible(violation.paths.join(", "))}`,
    `  who may: ${visible(who)}`,
  ];
}

function placeOf({ resource, name, rack }: Pick<Violation, "resource" | "name" | "rack">): string {
  return `${resource}${name === undefined ? "" : ` ${name}`}${rack === undefined ? "" : ` on ${rack}`}`;
}

function changeRow(change: Change): readonly string[] {
  return [change.action, change.kind, placeOf(change), visible(change.detail)];
}

function approvalLines(approval: ApprovalState, paint: Paint): readonly string[] {
  const mark = approval.satisfied ? paint.green("satisfied") : paint.yellow("open");
  const counted = approval.approvedBy.length === 0 ? [] : [`  counts: ${visible(approval.approvedBy.join(", "))}`];
  const ignored = approval.ignored.map(
    ({ login, reason }) => `  does not count: ${visible(login ?? "an account that is gone")}, ${visible(reason)}`,
  );
  const open = approval.satisfied || approval.eligible.length === 0 ? [] : approval.eligible;
  const eligible = open.length === 0 ? [] : [`  could approve: ${visible(open.join(", "))}`];
  return [`${visible(approval.rule)}: ${mark}. ${visible(approval.reason)}`, ...counted, ...ignored, ...eligible];
}

function weakerLine({ what, name, ways }: Weaker): string {
  return visible(`the ${what} ${name} ${ways.join(", ")}`);
}

function accessLines(change: Verdict["access"][number]): readonly string[] {
  const gains = change.gains.map((text) => `${change.subject} gains ${text}`);
  const loses = change.loses.map((text) => `${change.subject} loses ${text}`);
  return [...gains, ...loses].map(visible);
}

function policyLines(verdict: Verdict): readonly string[] {
  if (verdict.switchedOff.length === 0) return [];
  return [`Switched off by \`require: none\`: ${visible(listOf(verdict.switchedOff))}.`];
}
