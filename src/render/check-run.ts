// The check run: its title names what is missing, its annotations stand on the lines that are wrong.
import type { ChangePlan } from "../reconcile/plan-change.ts";
import type { JudgedFinding, Verdict, Violation } from "../rbac/verdict.ts";
import {
  accessSection,
  approvalsSection,
  findingsSection,
  nextSection,
  planSections,
  policySection,
  weakerSection,
} from "./check-sections.ts";
import { mayNotWords } from "../rbac/phrases.ts";
import { BODY_LIMIT_BYTES, fit } from "./fit.ts";
import { headline, ofSharer } from "./headline.ts";
import { code, inert, listOfSome, sentence } from "./markdown.ts";

/** The part of a check run that is rendered; which commit it stands on is the caller's. */
export interface RenderedCheck {
  /** null: in progress; waiting is never red. */
  readonly conclusion: "success" | "failure" | "neutral" | null;
  readonly title: string;
  readonly summary: string;
  readonly text: string;
  readonly annotations: readonly RenderedAnnotation[];
}

export interface RenderedAnnotation {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly level: "failure" | "warning" | "notice";
  readonly title: string;
  readonly message: string;
}

/** They cost a request for each 50, and nobody reads more; the default branch's own findings go first. */
const MOST_ANNOTATIONS = 100;

const PEOPLE_SHOWN = 8;

const CONCLUSIONS = { blocked: "failure", waiting: null, ready: "success", untouched: "neutral" } as const;

export function renderCheckRun(of: { readonly verdict: Verdict; readonly plan: ChangePlan }): RenderedCheck {
  const { verdict, plan } = of;
  const { findings, violations } = verdict;
  const { word, says } = headline(verdict);
  const rules = approvalsSection(verdict);
  return {
    conclusion: CONCLUSIONS[verdict.outcome],
    title: `${word}: ${says}`,
    summary: fit([
      { text: nextSection(verdict), leftOut: null },
      ...planSections(verdict, plan),
      { text: findingsSection(verdict), leftOut: "the findings" },
    ]),
    text: fit(
      [
        { text: weakerSection(verdict), leftOut: null },
        { text: accessSection(verdict), leftOut: "who gains or loses access" },
        { text: rules === "" ? "" : `**Rules, one by one**\n\n${rules}`, leftOut: "the rules one by one" },
        { text: policySection(verdict), leftOut: "what is switched off" },
      ],
      BODY_LIMIT_BYTES,
    ),
    annotations: annotationsOf({ findings, violations: violations.slice(0, MOST_ANNOTATIONS) }).slice(
      0,
      MOST_ANNOTATIONS,
    ),
  };
}

/** GitHub has one run for a commit, whichever pull requests have it: the worst verdict stands there, and says whose it is. */
export function renderSharedHead(
  of: { readonly verdict: Verdict; readonly plan: ChangePlan },
  pull: number,
): RenderedCheck {
  const run = renderCheckRun(of);
  const { word, says } = headline(of.verdict);
  return {
    ...run,
    title: `${word}: ${ofSharer(pull)}${says}`,
    summary: `This is the verdict on #${String(pull)}. ${oneCheckForAll(pull)}\n\n${run.summary}`,
  };
}

/** Why the verdict on another pull request stands there, and the way out. */
export function oneCheckForAll(pull: number): string {
  const number = `#${String(pull)}`;
  return `GitHub has one check for a commit, and the worst verdict of those that share it stands there. To go on without ${number}, close it, or push a commit of your own.`;
}

/** What blocks first, and what the base has of its own last. */
export function annotationsOf({
  findings,
  violations,
}: Pick<Verdict, "findings" | "violations">): readonly RenderedAnnotation[] {
  return [
    ...findings.filter(isNew).map(annotateFinding),
    ...violations.flatMap(annotateViolation),
    ...findings.filter((finding) => !isNew(finding)).map(annotateFinding),
  ];
}

/** An error inside Signalbox fails closed; people get an id to ask the operator with, and nothing of the error itself. */
export function renderInternalError(id: string): RenderedCheck {
  return {
    conclusion: "failure",
    title: `Blocked: an error inside Signalbox (${id})`,
    summary: `Signalbox could not judge this pull request, so that it stays blocked. The operator of Signalbox finds the error in its log under \`${id}\`. Re-run this check once it is mended.`,
    text: "",
    annotations: [],
  };
}

/** What keeps it from being judged, in words that were written for whoever can mend it. */
export function renderUnjudged(reason: string, id: string): RenderedCheck {
  return {
    conclusion: "failure",
    title: `Blocked: ${reason}`,
    summary: `Signalbox could not judge this pull request, so that it stays blocked: ${inert(reason)} Signalbox's log has more under \`${id}\`. A push that mends it is judged by itself; otherwise re-run this check.`,
    text: "",
    annotations: [],
  };
}

/** Never a verdict: the commit is not in the mirror, or git refused it. */
export function renderUnseenHead(head: string): RenderedCheck {
  return {
    conclusion: null,
    title: "Waiting: git does not have this commit yet",
    summary: `Signalbox could not fetch ${code(head)} and tries again by itself. If this stays, git refuses the commit as damaged: push it anew.`,
    text: "",
    annotations: [],
  };
}

/** Since when, and what the verdict that stood here was about. */
const SUSPENDED = {
  retargeted: ["it goes into another branch now", "The verdict that stood here was on its merge into another branch."],
  "base-moved": [
    "the default branch has moved",
    "The default branch has moved where this pull request changes something, or where that may decide about it.",
  ],
  reopened: ["it was reopened", "The verdict that stood here was of before it was closed."],
  "head-known": [
    "this commit was judged before",
    "The verdict that stood here was on another pull request of this commit, or of an earlier time.",
  ],
} as const;

/** The verdict that stood here may be another now. */
export function renderSuspended(why: keyof typeof SUSPENDED): RenderedCheck {
  const [since, about] = SUSPENDED[why];
  return {
    conclusion: null,
    title: `Waiting: being judged again, since ${since}`,
    summary: `${about} The new verdict follows by itself.`,
    text: "",
    annotations: [],
  };
}

function isNew(finding: JudgedFinding): boolean {
  return finding.already !== true;
}

export function annotateFinding(finding: JudgedFinding): RenderedAnnotation {
  const { file, line, column, rule, level, message, hint, already } = finding;
  const standing = already === true ? " (the default branch has it already)" : "";
  return {
    path: file,
    line,
    column,
    level: already === true ? "notice" : level === "error" ? "failure" : "warning",
    title: rule,
    message: `${message}${standing}${hint === undefined ? "" : `\n${hint}`}`,
  };
}

function annotateViolation(violation: Violation): readonly RenderedAnnotation[] {
  const allowed = violation.allowed.length === 0 ? "" : `\nAllowed: ${listOfSome(violation.allowed, PEOPLE_SHOWN)}.`;
  return violation.paths.map((path) => ({
    path,
    line: 1,
    column: 1,
    level: "failure",
    title: mayNotWords(violation),
    message: `${sentence(violation.reason)}.${allowed}`,
  }));
}
