// What the judge gives. The check run, the comment and the JSON of `signalbox check` are renderings of it.
import type { WeakerGuardrail } from "../manifest/guardrails/weaker-guardrails.ts";
import type { Action, CommitSha, Finding, Login, RackName, ResourceType, Subject } from "../manifest/types.ts";
import type { Missing } from "./smallest-binding.ts";
import type { WeakerRule } from "./weaker-rules.ts";
import type { ChangeKind } from "../manifest/compared-files.ts";

/** Worst first is blocked, waiting, ready, untouched. */
export type Outcome = "blocked" | "waiting" | "ready" | "untouched";

export interface JudgedFinding extends Finding {
  /** The base has it too: listed, does not block. */
  readonly already?: true;
}

/** A change by meaning; one per app and kind, per rack, per role, binding file, key, and for the settings. */
export interface Change {
  readonly kind: ChangeKind;
  readonly path: string;
  readonly resource: ResourceType;
  /** The app, rack, role, file or key concerned. */
  readonly name: string;
  readonly rack?: RackName;
  readonly action: "added" | "changed" | "removed";
  /** In words: names of keys and fields, never values. */
  readonly detail: string;
  /** Names of the fields that differ. */
  readonly fields: readonly string[];
}

export interface Violation {
  readonly subject: Subject;
  readonly resource: ResourceType;
  readonly name?: string;
  readonly rack?: RackName;
  readonly needs: Action;
  /** Which binding, role, permission decided, or what is missing. */
  readonly reason: string;
  readonly paths: readonly string[];
  /** Who may do it, in words that a person can act on; subjects. */
  readonly allowed: readonly Subject[];
  /** What would give it to them; null: no binding alone would. */
  readonly missing: Missing | null;
}

/** An approval, with the one reason why it counts or does not. */
export interface JudgedApproval {
  readonly login: Login | null;
  readonly commit: CommitSha | null;
  readonly reason: string;
}

export interface ApprovalState {
  readonly rule: string;
  readonly satisfied: boolean;
  /** Different people still to approve for the cheapest way to satisfy the rule; 0 when satisfied. */
  readonly missing: number;
  readonly needed: number;
  readonly approvedBy: readonly Login[];
  /** People who could still give a missing approval, sorted. */
  readonly eligible: readonly Login[];
  /** The same, for each `count` that is still open in the cheapest way. */
  readonly gaps: readonly { readonly count: number; readonly eligible: readonly Login[] }[];
  /** Teams named by what is missing, for the title: "1 of 2 approvals (platform)". */
  readonly from: string;
  readonly reason: string;
  readonly vetoedBy: readonly Login[];
  /** Those that count, of the people in `approvedBy`. */
  readonly counted: readonly JudgedApproval[];
  readonly ignored: readonly JudgedApproval[];
}

export interface JudgedContributor {
  readonly login: Login;
  /** In words: "wrote and pushed 1f3c9ae". */
  readonly how: string;
  /** Commits that are a suggestion of theirs which somebody else applied. */
  readonly suggested: readonly CommitSha[];
}

export interface AccessChange {
  readonly subject: Subject;
  /** In words: "write applications web-* on staging (role web-developer, bindings/web.yml)". */
  readonly gains: readonly string[];
  readonly loses: readonly string[];
}

export interface Verdict {
  readonly outcome: Outcome;
  readonly findings: readonly JudgedFinding[];
  readonly changes: readonly Change[];
  readonly violations: readonly Violation[];
  readonly approvals: readonly ApprovalState[];
  readonly access: readonly AccessChange[];
  readonly contributors: readonly JudgedContributor[];
  /** Of signalbox.yml, between base and head. */
  readonly weakerGuardrails: readonly WeakerGuardrail[];
  /** Approval rules that ask for less after the change. */
  readonly weakerRules: readonly WeakerRule[];
  /** Which policy gave the worst verdict. */
  readonly judgedBy: "base" | "last verified";
  /** Rules switched off by `require: none`: every check says so. */
  readonly switchedOff: readonly string[];
}
