// The parts of what a check says, each a rendering of one part of the verdict; comment and check run choose among them.
import type { Subject } from "../manifest/types.ts";
import type { ChangePlan, RackChangePlan } from "../reconcile/plan-change.ts";
import type { Step } from "../reconcile/step.ts";
import type {
  AccessChange,
  ApprovalState,
  JudgedApproval,
  JudgedContributor,
  JudgedFinding,
  Verdict,
  Violation,
} from "../rbac/verdict.ts";
import { newErrors, openRules } from "./headline.ts";
import type { Section } from "./fit.ts";
import { code, details, inert, listOf, listOfSome, plural, sentence } from "./markdown.ts";
import { missingWords, missingYaml } from "./missing-text.ts";
import { weakerOf } from "./weaker-words.ts";

const STEPS_OUTSIDE = 12;
const FINDINGS_SHOWN = 50;
const VIOLATIONS_SHOWN = 20;
const ACCESS_SHOWN = 50;
const PEOPLE_SHOWN = 8;
const COMMITS_SHOWN = 3;
const CONTRIBUTORS_SHOWN = 100;
const WEAKER_SHOWN = 20;

/** Who must do what next. */
export function nextSection(verdict: Verdict): string {
  switch (verdict.outcome) {
    case "blocked":
      return blockedSteps(verdict).join("\n\n");
    case "waiting":
      return `**Next:** ${openRules(verdict).map(waitingStep).join(" ")}`;
    case "ready":
      return "**Next:** Merge it, if GitHub's own rules let you. Signalbox then brings the racks to the merged state and says here how it ended.";
    case "untouched":
      return "Nothing in this pull request is Signalbox's to judge.";
  }
}

function blockedSteps(verdict: Verdict): readonly string[] {
  const { violations } = verdict;
  const errors = newErrors(verdict).length;
  const mend = `end ${plural(errors, "finding")} below and push; the check runs again by itself.`;
  if (violations.length === 0) return [`**Next:** M${mend}`];
  const shown = violations.slice(0, VIOLATIONS_SHOWN).map(violationStep);
  const more = violations.length - shown.length;
  if (more > 0) shown.push(`- The same for ${plural(more, "more right")}; the check's annotations have them.`);
  return [`**Next:** ${whoOpens(violations)}`, shown.join("\n"), ...(errors === 0 ? [] : [`Then m${mend}`])];
}

/** Whoever may do all of it takes it over; where there is nobody it has to be split. */
function whoOpens(violations: readonly Violation[]): string {
  const may = new Map<Subject, number>();
  for (const { allowed } of violations) for (const subject of allowed) may.set(subject, (may.get(subject) ?? 0) + 1);
  const all = [...may].flatMap(([subject, count]) => (count === violations.length ? [code(subject)] : []));
  const how = "under their own name, without commits of others who may not:";
  if (all.length > 0) return `${listOfSome(all, PEOPLE_SHOWN, "or")} may do all of this, and opens it ${how}`;
  return `Nobody may do all of this: split it, and have each part opened by who may, ${how}`;
}

function violationStep(violation: Violation): string {
  const { subject, needs, allowed, reason } = violation;
  const may =
    allowed.length === 0
      ? "nobody may, by the present policy"
      : `${listOfSome(allowed.map(code), PEOPLE_SHOWN, "or")} may`;
  const what = `${sentence(needs)} ${violation.resource}${where(violation)}`;
  return `- ${what}: ${may}, and ${code(subject)} may not. ${inert(sentence(reason))}.${missingStep(violation)}`;
}

/** Behind it, so that it can be copied. */
function missingStep({ missing }: Violation): string {
  if (missing?.kind !== "binding") return "";
  return ` To let them, ${inert(missingWords(missing))} ${code(missingYaml(missing))}.`;
}

function where(violation: Violation): string {
  const name = violation.name === undefined ? "" : ` of ${code(violation.name)}`;
  return violation.rack === undefined ? name : `${name} on ${code(violation.rack)}`;
}

function waitingStep(approval: ApprovalState): string {
  if (approval.vetoedBy.length > 0) {
    return `${listOf(approval.vetoedBy.map(code))} asked for changes (rule ${code(approval.rule)}): talk, mend, and have the review changed.`;
  }
  if (approval.eligible.length === 0) return `${code(approval.rule)}: ${inert(sentence(approval.reason))}.`;
  const who = listOfSome(approval.eligible.map(code), PEOPLE_SHOWN, "or");
  const approve = approval.missing === 1 ? `${who} approves` : `${String(approval.missing)} of ${who} approve`;
  const from = approval.from === "" ? "" : ` from ${inert(approval.from)}`;
  return `${approve}: ${code(approval.rule)} needs ${plural(approval.missing, "more approval")}${from}.`;
}

/** What happens on each rack when it is merged; a rack by itself, so that a long plan loses whole racks. */
export function planSections(verdict: Verdict, plan: ChangePlan): readonly Section[] {
  if (verdict.outcome === "untouched") return [];
  const whole = (text: string): readonly Section[] => [{ text, leftOut: null }];
  if (newErrors(verdict).length > 0) return whole("**Plan:** none until the files are valid.");
  if (plan.racks.length === 0) return whole("**When merged:** nothing changes on any rack.");
  const racks = plan.racks.map((rack) => ({ text: rackPlan(rack), leftOut: `the plan of ${code(rack.rack)}` }));
  return [...whole("**When merged**"), ...racks];
}

function rackPlan(rack: RackChangePlan): string {
  const apps = new Set(rack.steps.map((step) => step.app)).size;
  const deletes = rack.steps.filter((step) => step.destructive).length;
  const totals = `${plural(apps, "app")}, ${plural(rack.steps.length, "step")}, **${deletes === 0 ? "deletes nothing" : `${String(deletes)} destructive`}**`;
  const notes = [rack.note, rack.error].filter((note) => note !== undefined).map((note) => ` _${inert(note)}_`);
  const heading = `${code(rack.rack)}: ${totals}.${notes.join("")}`;
  const lines = rack.steps.map(planStep).join("\n");
  return rack.steps.length > STEPS_OUTSIDE ? `${heading}\n\n${details("the steps", lines)}` : `${heading}\n${lines}`;
}

function planStep(step: Step): string {
  const text = step.destructive ? `**${inert(step.summary)}**` : inert(step.summary);
  return [`- ${code(step.app)}: ${text}`, ...step.details.map((detail) => `  - ${inert(detail)}`)].join("\n");
}

/** What is wrong, each with file and line. */
export function findingsSection(verdict: Verdict): string {
  const fresh = verdict.findings.filter((finding) => finding.already !== true);
  const already = verdict.findings.filter((finding) => finding.already === true && finding.level === "error").length;
  const parts: string[] = [];
  if (fresh.length > 0) {
    const more = fresh.length > FINDINGS_SHOWN ? `\n\nand ${String(fresh.length - FINDINGS_SHOWN)} more` : "";
    parts.push(`${fresh.slice(0, FINDINGS_SHOWN).map(findingLine).join("\n")}${more}`);
  }
  if (already > 0) {
    parts.push(
      `The default branch has ${plural(already, "error")} of its own, which ${already === 1 ? "does" : "do"} not block this.`,
    );
  }
  return parts.length === 0 ? "" : ["**Findings**", ...parts].join("\n\n");
}

/** No table: on a phone its first column leaves no room for what is wrong. */
function findingLine({ file, line, level, message, hint, rule }: JudgedFinding): string {
  const more = hint === undefined ? "" : `; ${inert(hint)}`;
  return `- ${code(`${file}:${String(line)}`)}: ${level}: ${inert(message)}${more} (${code(rule)})`;
}

/** Who gains or loses access, in words. */
export function accessSection(verdict: Verdict): string {
  if (verdict.access.length === 0) return "";
  const lines = verdict.access.slice(0, ACCESS_SHOWN).map(accessLine);
  const more = verdict.access.length - lines.length;
  if (more > 0) lines.push(`- and ${plural(more, "more subject")}`);
  return ["**Access**", lines.join("\n")].join("\n\n");
}

function accessLine(change: AccessChange): string {
  const gains = change.gains.map((text) => `gains ${inert(text)}`);
  const loses = change.loses.map((text) => `loses ${inert(text)}`);
  return `- ${code(change.subject)} ${[...gains, ...loses].join("; ")}`;
}

/** They need what the change needs and may not approve it, without having written a line of git themselves: somebody would ask why. */
export function suggestionsSection({ outcome, contributors }: Verdict): string {
  const suggesters = contributors.filter(({ suggested }) => suggested.length > 0);
  if (outcome === "untouched" || suggesters.length === 0) return "";
  const lines = suggesters.slice(0, PEOPLE_SHOWN).map(suggestionLine);
  const more = suggesters.length - lines.length;
  return [...lines, ...(more > 0 ? [`So did ${plural(more, "more person", "more people")} by suggestions.`] : [])].join(
    "\n\n",
  );
}

function suggestionLine({ login, suggested }: JudgedContributor): string {
  const commits = listOfSome(
    suggested.map((commit) => code(commit.slice(0, 7))),
    COMMITS_SHOWN,
  );
  const applied =
    suggested.length === 1 ? `the suggestion applied in ${commits} is` : `the suggestions applied in ${commits} are`;
  return `${code(login)} contributed: ${applied} theirs.`;
}

/** Who contributed, and by what. */
export function contributorsSection({ outcome, contributors }: Verdict): string {
  if (outcome === "untouched") return "";
  const lines = contributors.slice(0, CONTRIBUTORS_SHOWN).map(({ login, how }) => `- ${code(login)} ${inert(how)}`);
  const more = contributors.length - lines.length;
  return [...lines, ...(more > 0 ? [`- and ${String(more)} more`] : [])].join("\n");
}

/** Rule by rule, why each approval counts or does not. */
export function approvalsSection(verdict: Verdict): string {
  return verdict.approvals.map(approvalLine).join("\n");
}

function approvalLine(approval: ApprovalState): string {
  const state = approval.satisfied ? "satisfied" : "not satisfied";
  const head = `- ${code(approval.rule)}: ${state}. ${inert(sentence(approval.reason))}`;
  const counted = approval.counted.map((one) => `  - ${giver(one)} counts: ${inert(one.reason)}`);
  const ignored = approval.ignored.map((one) => `  - ${giver(one)} does not count: ${inert(one.reason)}`);
  return [head, ...counted, ...ignored].join("\n");
}

function giver({ login, commit }: JudgedApproval): string {
  const on = commit === null ? "" : ` (on ${code(commit.slice(0, 7))})`;
  return `${code(login ?? "ghost")}${on}`;
}

/** Which rules and guardrails let more through from now on. */
export function weakerSection(verdict: Verdict): string {
  const weaker = weakerOf(verdict);
  if (weaker.length === 0) return "";
  const lines = weaker
    .slice(0, WEAKER_SHOWN)
    .map(({ what, name, ways }) => `- the ${what} ${code(name)} ${ways.join(", ")}`);
  const more = weaker.length - lines.length;
  if (more > 0) lines.push(`- and ${String(more)} more`);
  return ["**Weaker after this change**", lines.join("\n")].join("\n\n");
}

/** By whose policy it was judged, and which rules are off. */
export function policySection(verdict: Verdict): string {
  const lines = [];
  if (verdict.judgedBy === "last verified") {
    lines.push(
      "Judged by the last verified policy: what stands on the default branch is not verified, and can take away but not give.",
    );
  }
  if (verdict.switchedOff.length > 0) {
    lines.push(`Switched off by \`require: none\`: ${listOf(verdict.switchedOff.map(code))}.`);
  }
  return lines.join("\n\n");
}
