// The shared vocabulary: what a config repo says, after reading and validating it. Plain readonly data.
import type { ConvoxModel } from "./convox/model.ts";

import type { ChangeKind, RepoFiles } from "./compared-files.ts";
import type { Guardrail } from "./guardrail.ts";
import type { FindingRule } from "./rule-names.ts";
import type { Selector } from "./selector.ts";
import type { SharedDomain } from "./shared-domains.ts";

export type { Selector } from "./selector.ts";

export type RackName = string & { readonly __brand: "RackName" };
export type AppName = string & { readonly __brand: "AppName" };
/** 40 lower-case hex digits. */
export type CommitSha = string & { readonly __brand: "CommitSha" };
/** Milliseconds since 1970-01-01T00:00:00Z. Time is always passed in; nothing pure asks a clock. */
export type Instant = number;
/** A GitHub login in lower case (bots as `renovate[bot]`): every edge lower-cases, so that equality is identity. */
export type Login = string;
/** `user:<login>`, `team:<slug>` or `app:<slug>`, all in lower case. */
export type Subject = `${"user" | "team" | "app"}:${string}`;

/**
 * What is verified and held as one (spec §4): an app (its folder, `racks/R/apps/A`), a rack (`racks/R/rack.yml`), and access
 * (roles, bindings, deploy keys, tests, signalbox.yml together).
 */
export type Unit = "access" | `racks/${string}`;

/** One entry of a git tree. `blob` is the object id; `text` is null where the blob is no UTF-8 or over 1 MiB. */
export interface RepoFile {
  readonly path: string;
  readonly mode: string;
  readonly blob: string;
  readonly text: string | null;
  /** Bytes of the blob. */
  readonly size: number;
}

/** Everything that Signalbox knows of in one tree, by path (files outside its folders are left out by the reader). */
export type RepoTree = ReadonlyMap<string, RepoFile>;

export type FindingLevel = "error" | "warning";

/** A mistake in the config repo, as a value. Positions are 1-based; what is missing stands at line 1 of where it should be. */
export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly rule: FindingRule;
  readonly level: FindingLevel;
  /** What was expected and what stands there. Never quotes a value of env.yml or anything sealed. */
  readonly message: string;
  /** What to do, "did you mean". */
  readonly hint?: string;
  /** What the finding is of, where its message does not say all of it: equal messages about other things are two. Never shown. */
  readonly about?: string;
}

export const RESOURCE_TYPES = [
  "all",
  "applications",
  "audit-logs",
  "billing",
  "dashboard",
  "deploy-keys",
  "environment",
  "integrations",
  "jobs",
  "kubectl-access",
  "organization-settings",
  "racks",
  "roles",
  "support",
  "users",
  "workflows",
] as const;
export type ResourceType = (typeof RESOURCE_TYPES)[number];
export type Action = "read" | "write";

export interface Permission {
  readonly resource: ResourceType;
  /** `none` denies. */
  readonly names: Selector;
  readonly racks: Selector;
  /** null only where `names` or `racks` is `none`. */
  readonly action: Action | null;
}

export interface Role {
  readonly name: string;
  readonly description: string;
  readonly permissions: readonly Permission[];
  /** null for the predefined roles. */
  readonly file: string | null;
}

export interface Binding {
  /** `bindings/web.yml#0`: file and index in it. */
  readonly id: string;
  readonly file: string;
  readonly line: number;
  readonly role: string;
  readonly subjects: readonly Subject[];
  /** null: not narrowed. */
  readonly racks: Selector | null;
  /** Grants nothing from this instant on; null: no end. */
  readonly until: Instant | null;
}

/** What a CI may do through the gateway: its role, within its racks and apps. */
export interface DeployKey {
  readonly name: string;
  readonly file: string;
  /** `sha256:` and hex digits: of the key, two during a rotation; none where a CI's own token stands for it. */
  readonly hashes: readonly string[];
  readonly oidc: { readonly repository: string; readonly ref: string } | null;
  readonly racks: Selector;
  readonly apps: Selector;
  /** null: the Console's command list. */
  readonly role: string | null;
  /** What it may run, exactly; null: anything. */
  readonly commands: readonly string[] | null;
  /** Refused from this instant on. */
  readonly expires: Instant;
}

/** Who holds what: all that a decision reads. Role and key names are in lower case, the predefined roles included. */
export interface Access {
  readonly roles: ReadonlyMap<string, Role>;
  readonly bindings: readonly Binding[];
  readonly keys: ReadonlyMap<string, DeployKey>;
}

/** `users`, `teams`, `roles` widen; `can` narrows. Logins and slugs in lower case. */
export interface From {
  readonly users: readonly Login[];
  readonly teams: readonly string[];
  readonly roles: readonly string[];
  readonly can: "write" | null;
}

export type Requirement =
  | { readonly kind: "none" }
  | { readonly kind: "count"; readonly count: number; readonly from: From }
  | { readonly kind: "all"; readonly of: readonly Requirement[] }
  | { readonly kind: "any"; readonly of: readonly Requirement[] };

export interface ApprovalCondition {
  readonly paths: readonly string[] | null;
  readonly production: boolean | null;
  readonly changes: readonly ChangeKind[] | null;
  readonly authors: From | null;
  readonly labels: readonly string[] | null;
}

export interface ApprovalRule {
  readonly name: string;
  /** null: applies to every pull request that changes anything of Signalbox's. */
  readonly when: ApprovalCondition | null;
  readonly require: Requirement;
  readonly allowAuthor: boolean;
  readonly allowContributors: boolean;
  readonly keepOnPush: boolean;
  /** Where it stands in signalbox.yml; null for a default rule that nothing replaces. */
  readonly line: number | null;
}

export interface Freeze {
  readonly racks: Selector;
  readonly from: Instant;
  readonly until: Instant;
  readonly reason: string;
}

export interface Settings {
  /** The two default rules included, unless replaced. */
  readonly approvals: readonly ApprovalRule[];
  readonly sync: {
    readonly drift: "report" | "heal";
    readonly intervalMs: number;
    readonly concurrency: number;
    /** Groups of racks; a later group starts when the ones before it ended well. */
    readonly order: readonly Selector[];
  };
  readonly freezes: readonly Freeze[];
  /** Those that signalbox.yml names, in its order; the others have their defaults. */
  readonly guardrails: readonly Guardrail[];
}

/** A value as it stands in the config repo. Sealed: base64 of a binary age file. Reference: `env://NAME`, `awssm://…`. */
export type ConfiguredValue =
  | { readonly kind: "plain"; readonly text: string }
  | { readonly kind: "sealed"; readonly age: string }
  | { readonly kind: "reference"; readonly uri: string };

export interface Rack {
  readonly name: RackName;
  readonly production: boolean;
  readonly mode: "apply" | "observe";
  readonly endpoint: string;
  /** `convox` unless the password is a rack token (`jwt`). */
  readonly user: "convox" | "jwt";
  readonly password: ConfiguredValue;
  readonly recipients: readonly string[];
  readonly version: string | null;
  readonly parameters: ReadonlyMap<string, ConfiguredValue>;
  /** Where their values stand in rack.yml, 1-based. */
  readonly parameterPlaces: ReadonlyMap<string, { readonly line: number; readonly column: number }>;
  /** PEM of the rack's own authority. */
  readonly ca: string | null;
  /** Through which version and parameters can be changed; null: a human does that. */
  readonly console: ConsoleAccess | null;
  readonly suspend: Suspension | null;
}

export interface ConsoleAccess {
  /** With a port where it is not 443. */
  readonly host: string;
  /** `organisation/rack`, as the Console calls it. */
  readonly rack: string;
  readonly password: ConfiguredValue;
}

export interface Suspension {
  readonly reason: string;
  readonly until: Instant | null;
}

export type Build =
  | { readonly kind: "images" }
  | { readonly kind: "pushed"; readonly build: string | null; readonly digest: string | null }
  | {
      readonly kind: "repository";
      readonly repository: string;
      readonly commit: CommitSha;
      readonly branch: string | null;
    }
  | {
      readonly kind: "from";
      readonly rack: RackName;
      readonly app: AppName;
      readonly build: string | null;
      readonly digest: string | null;
    };

export interface Hook {
  readonly service: string;
  readonly run: string;
}

export interface App {
  readonly build: Build;
  readonly parameters: ReadonlyMap<string, string>;
  readonly before: Hook | null;
  readonly after: Hook | null;
  readonly timeoutMs: number | null;
  readonly lock: boolean;
  readonly suspend: Suspension | null;
  /** true: the app may be deleted; a list: the resources and volumes that may go. */
  readonly delete: true | readonly string[] | null;
}

/** A key of convox.yml that reaches beyond its app (spec §2, "what a change needs"). */
export interface ReachingKey {
  /** e.g. `services.web.privileged`. */
  readonly key: string;
  /** What stands there, as canonical text (JSON, sorted keys, aliases resolved); a key without it counts as changed. */
  readonly value?: string;
  readonly line: number;
  readonly column: number;
}

/** convox.yml, read as Convox reads it. `text` is verbatim: that is what is built and what every changed byte counts in. */
export interface Manifest extends ConvoxModel {
  readonly text: string;
  /** Environment keys that a service requires without a default. */
  readonly requiredKeys: readonly string[];
  /** Names put in as `${KEY}`. */
  readonly interpolatedKeys: readonly string[];
  readonly reachingKeys: readonly ReachingKey[];
}

export interface AppFolder {
  readonly rack: RackName;
  readonly name: AppName;
  readonly app: App;
  /** null only where `build` is `pushed`. */
  readonly manifest: Manifest | null;
  readonly environment: ReadonlyMap<string, ConfiguredValue>;
}

export interface RackFolder {
  readonly rack: Rack;
  readonly apps: ReadonlyMap<AppName, AppFolder>;
}

/** A rule in words that the policy must keep, as tests/ says it. Positions are 1-based. */
export type PolicyTest = RightsTest | VerdictTest;

interface TestPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

interface AnyPolicyTest extends TestPlace {
  readonly name: string;
  /** null: the time of the decision. */
  readonly at: Instant | null;
}

/** What somebody may and may not. */
export interface RightsTest extends AnyPolicyTest {
  readonly kind: "rights";
  readonly as: Subject;
  /** Those that the subject is in. */
  readonly teams: readonly string[];
  readonly asked: readonly AskedRight[];
}

export interface AskedRight extends TestPlace {
  readonly expect: "may" | "may-not";
  readonly action: Action;
  readonly resource: ResourceType;
  /** null: every name. */
  readonly name: string | null;
  /** null: every rack, of a type that belongs to one. */
  readonly rack: RackName | null;
}

/** The verdict on a pull request that does not exist. */
export interface VerdictTest extends AnyPolicyTest {
  readonly kind: "verdict";
  readonly by: Login;
  readonly paths: readonly string[];
  readonly contributors: readonly Login[];
  readonly approvedBy: readonly Login[];
  readonly labels: readonly string[];
  readonly teams: ReadonlyMap<string, ReadonlySet<Login>>;
  readonly expect: "blocked" | "waiting" | "ready" | "untouched";
}

/**
 * A whole tree, read. Total: whatever the tree holds there is a ConfigRepo, and what is wrong stands in `findings`. An
 * app or rack whose files have errors is left out of `racks` (nothing half-read is ever applied) but stays in `files`.
 */
export interface ConfigRepo {
  readonly access: Access;
  readonly settings: Settings;
  readonly racks: ReadonlyMap<RackName, RackFolder>;
  readonly files: RepoFiles;
  readonly tests: readonly PolicyTest[];
  /** Domains that several apps claim, once for each claim; whether that is a mistake, guardrails say. */
  readonly sharedDomains: readonly SharedDomain[];
  /** Sorted by file, line, column. */
  readonly findings: readonly Finding[];
}
