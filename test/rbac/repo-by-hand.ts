// Config repos and proposals as plain values, so that the rules are tested without reading any file.
import type {
  Access,
  AppFolder,
  AppName,
  ApprovalCondition,
  ApprovalRule,
  CommitSha,
  ConfigRepo,
  Finding,
  From,
  Manifest,
  PolicyTest,
  RackFolder,
  RackName,
  Requirement,
  Subject,
} from "../../src/manifest/types.ts";
import { NO_MANIFEST_PARTS } from "../manifest/a-service.ts";
import type { ComparableFile } from "../../src/manifest/compared-files.ts";
import { groupFiles } from "../../src/manifest/repo-files.ts";
import { changeKindOf } from "../../src/manifest/repo-paths.ts";
import { changeSetBetween } from "../../src/manifest/change-set.ts";
import type { Contributor, Policy, Proposal, Review } from "../../src/rbac/proposal.ts";
import { access, ADMINISTRATOR, permission, rackName, role } from "./access-by-hand.ts";

export const NOON = Date.parse("2026-11-24T12:00:00Z");

/** path → fields of the file; null: a file that cannot be read. */
export type Files = Readonly<Record<string, Readonly<Record<string, string>> | null>>;

export interface WrittenRepo {
  readonly files: Files;
  readonly access?: Access;
  readonly approvals?: readonly ApprovalRule[];
  readonly findings?: readonly Finding[];
  readonly tests?: readonly PolicyTest[];
  /** `staging/web` → what its convox.yml says. */
  readonly manifests?: Readonly<Record<string, Partial<Manifest>>>;
  /** Racks and apps left out because their files have errors: `staging`, `staging/web`. */
  readonly unreadable?: readonly string[];
}

export function from(written: Partial<From>): From {
  return { users: [], teams: [], roles: [], can: null, ...written };
}

export function count(needed: number, written: Partial<From>): Requirement {
  return { kind: "count", count: needed, from: from(written) };
}

export function when(written: Partial<ApprovalCondition>): ApprovalCondition {
  return { paths: null, production: null, changes: null, authors: null, labels: null, ...written };
}

export function rule(name: string, require: Requirement, written: Partial<ApprovalRule> = {}): ApprovalRule {
  const off = { allowAuthor: false, allowContributors: false, keepOnPush: false };
  return { name, when: null, require, ...off, line: 1, ...written };
}

export const DEFAULT_RULES: readonly ApprovalRule[] = [
  rule("production", count(1, { can: "write" }), { when: when({ production: true }), line: null }),
  rule("access", count(1, { roles: ["Administrator"] }), {
    when: when({ changes: ["roles", "bindings", "keys", "settings", "tests"] }),
    line: null,
  }),
];

/** Pia administers; team web writes apps and environments everywhere; eve reads; mallory is bound and no member. */
export const ACCESS: Access = access(
  [
    ADMINISTRATOR,
    role("developer", permission("racks", "read"), permission("applications", "write")),
    role("viewer", permission("all", "read")),
  ],
  [
    { role: "Administrator", subjects: ["user:pia", "user:paul"] },
    { role: "developer", subjects: ["team:web", "user:mallory", "app:renovate"] },
    { role: "viewer", subjects: ["user:eve"] },
  ],
);

export const PEOPLE: Proposal["people"] = {
  members: new Set(["ana", "bo", "kim", "eve", "lee", "pia", "paul"]),
  teams: new Map([
    ["web", new Set(["ana", "bo", "kim", "mallory"])],
    ["platform", new Set(["kim", "lee"])],
  ]),
  changed: new Map(),
};

export const FILES: Files = {
  "signalbox.yml": { version: "1" },
  "racks/staging/rack.yml": { endpoint: '"https://staging.example"' },
  "racks/staging/apps/web/app.yml": { "build.images": "true" },
  "racks/staging/apps/web/convox.yml": { "": "one" },
  "racks/staging/apps/web/env.yml": { LOG_LEVEL: '"info"' },
  "racks/prod-eu/rack.yml": { endpoint: '"https://prod.example"', production: "true" },
  "racks/prod-eu/apps/web/app.yml": { "build.images": "true" },
  "racks/prod-eu/apps/web/convox.yml": { "": "one" },
  "racks/prod-eu/apps/web/env.yml": { LOG_LEVEL: '"info"' },
};

export function repo(written: WrittenRepo): ConfigRepo {
  return {
    access: written.access ?? ACCESS,
    settings: {
      approvals: written.approvals ?? DEFAULT_RULES,
      sync: { drift: "report", intervalMs: 60_000, concurrency: 4, order: [] },
      freezes: [],
      guardrails: [],
    },
    racks: racksOf(written),
    files: groupFiles(Object.entries(written.files).map(([path, fields]) => comparable(path, fields))),
    sharedDomains: [],
    tests: written.tests ?? [],
    findings: written.findings ?? [],
  };
}

function comparable(path: string, fields: Files[string]): ComparableFile {
  const entries = fields === null ? null : new Map(Object.entries(fields));
  const blob = JSON.stringify(fields);
  return { path, blob, kind: changeKindOf(path), fields: entries, lines: new Map() };
}

function racksOf(written: WrittenRepo): ReadonlyMap<RackName, RackFolder> {
  const names = new Set(Object.keys(written.files).flatMap((path) => /^racks\/([^/]+)\//.exec(path)?.[1] ?? []));
  const readable = [...names].filter((name) => written.unreadable?.includes(name) !== true);
  return new Map(readable.map((name) => [rackName(name), rackFolder(name, written)]));
}

function rackFolder(name: string, written: WrittenRepo): RackFolder {
  const pattern = new RegExp(`^racks/${name}/apps/([^/]+)/`);
  const apps = new Set(Object.keys(written.files).flatMap((path) => pattern.exec(path)?.[1] ?? []));
  const readable = [...apps].filter((app) => written.unreadable?.includes(`${name}/${app}`) !== true);
  return {
    rack: {
      name: rackName(name),
      production: written.files[`racks/${name}/rack.yml`]?.["production"] === "true",
      mode: "apply",
      endpoint: `https://${name}.example`,
      user: "convox",
      password: { kind: "reference", uri: "env://PASSWORD" },
      recipients: [],
      version: null,
      parameters: new Map(),
      parameterPlaces: new Map(),
      ca: null,
      console: null,
      suspend: null,
    },
    apps: new Map(readable.map((app) => [appName(app), appFolder(name, app, written)])),
  };
}

function appFolder(rack: string, app: string, written: WrittenRepo): AppFolder {
  const manifest: Manifest = {
    text: "",
    ...NO_MANIFEST_PARTS,
    requiredKeys: [],
    interpolatedKeys: [],
    reachingKeys: [],
    ...written.manifests?.[`${rack}/${app}`],
  };
  const folder = {
    build: { kind: "images" },
    parameters: new Map<string, string>(),
    before: null,
    after: null,
  } as const;
  return {
    rack: rackName(rack),
    name: appName(app),
    app: { ...folder, timeoutMs: null, lock: false, suspend: null, delete: null },
    manifest,
    environment: new Map(),
  };
}

function appName(name: string): AppName {
  return name as AppName; // tests write names that are valid
}

export function commit(letter: string): CommitSha {
  return letter.repeat(40) as CommitSha; // forty times one hex digit
}

export interface WrittenProposal extends WrittenPeople {
  readonly base?: Partial<WrittenRepo>;
  /** Beside what the base has; a path that is undefined is removed. */
  readonly change?: Readonly<Record<string, Files[string] | undefined>>;
  readonly head?: Partial<WrittenRepo>;
}

interface WrittenPeople {
  readonly author?: string;
  readonly contributors?: readonly Contributor[];
  readonly coAuthors?: Proposal["coAuthors"];
  readonly heldContributors?: readonly string[];
  readonly labels?: readonly string[];
  readonly reviews?: readonly Partial<Review>[];
  readonly conflicts?: readonly string[];
  readonly unattributed?: Proposal["unattributed"];
  readonly people?: Proposal["people"];
  readonly unknown?: readonly Subject[];
}

export const LOG_LEVEL_ON_PRODUCTION: Files = { "racks/prod-eu/apps/web/env.yml": { LOG_LEVEL: '"debug"' } };
export const LOG_LEVEL_ON_STAGING: Files = { "racks/staging/apps/web/env.yml": { LOG_LEVEL: '"debug"' } };

/** Ana proposes; reviews saw the whole change unless they say otherwise. */
export function propose(written: WrittenProposal): Proposal {
  const base: WrittenRepo = { files: FILES, ...written.base };
  const files = Object.entries({ ...base.files, ...written.change }).flatMap(([path, fields]) =>
    fields === undefined ? [] : [[path, fields] as const],
  );
  const head = repo({ ...base, ...written.head, files: Object.fromEntries(files) });
  return proposeBetween({ base: repo(base), head }, written);
}

/** The same of two repos at hand. */
export function proposeBetween({ base, head }: Pick<Proposal, "base" | "head">, written: WrittenPeople): Proposal {
  const author = written.author ?? "ana";
  return {
    author,
    contributors: written.contributors ?? [{ login: author, as: ["author", "pusher"], commits: [commit("a")] }],
    unattributed: written.unattributed ?? [],
    coAuthors: written.coAuthors ?? [],
    heldContributors: written.heldContributors ?? [],
    labels: written.labels ?? [],
    reviews: (written.reviews ?? []).map((review, index) => ({
      id: index,
      login: "bo",
      state: "approved",
      commit: commit("b"),
      at: NOON + index,
      dismissal: null,
      retargetedAt: null,
      saw: changeSetBetween(base.files, head.files),
      ...review,
    })),
    people: written.people ?? PEOPLE,
    unknown: new Set(written.unknown),
    base,
    head,
    conflicts: written.conflicts ?? [],
    at: NOON,
  };
}

export function policyOf(proposal: Proposal): readonly Policy[] {
  return [{ name: "base", repo: proposal.base }];
}

export function mistake(file: string, written: Partial<Finding> = {}): Finding {
  const rest = { line: 3, column: 1, rule: "unknown-key", level: "error", message: "expected a known key" } as const;
  return { file, ...rest, ...written };
}
