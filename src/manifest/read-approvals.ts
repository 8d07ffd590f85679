import { matchesGlob } from "./glob.ts";
import type { Reader } from "./parsed-file.ts";
import { readFrom, readGlob, type FromJson } from "./read-parts.ts";
import type { ApprovalCondition, ApprovalRule, From, Requirement } from "./types.ts";
import type { ChangeKind } from "./compared-files.ts";
import type { Step } from "./yaml-tree.ts";

interface RequirementJson {
  readonly count?: number;
  readonly from?: FromJson;
  readonly all?: readonly RequirementJson[];
  readonly any?: readonly RequirementJson[];
}

interface ConditionJson {
  readonly paths?: readonly string[];
  readonly production?: boolean;
  readonly changes?: readonly ChangeKind[];
  readonly authors?: FromJson;
  readonly labels?: readonly string[];
}

export interface ApprovalJson {
  readonly name: string;
  readonly when?: ConditionJson;
  readonly require: "none" | RequirementJson;
  readonly allowAuthor?: boolean;
  readonly allowContributors?: boolean;
  readonly keepOnPush?: boolean;
}

const ACCESS_CHANGES: readonly ChangeKind[] = ["roles", "bindings", "keys", "tests", "settings"];

const OFF = { allowAuthor: false, allowContributors: false, keepOnPush: false, line: null } as const;

/** They hold unless a rule of the same name replaces them (spec §1). */
const DEFAULT_RULES: readonly ApprovalRule[] = [
  {
    name: "production",
    when: { paths: null, production: true, changes: null, authors: null, labels: null },
    require: { kind: "count", count: 1, from: { users: [], teams: [], roles: [], can: "write" } },
    ...OFF,
  },
  {
    name: "access",
    when: { paths: null, production: null, changes: ACCESS_CHANGES, authors: null, labels: null },
    require: { kind: "count", count: 1, from: { users: [], teams: [], roles: ["Administrator"], can: null } },
    ...OFF,
  },
];

export const DEFAULT_RULE_NAMES: readonly string[] = DEFAULT_RULES.map(({ name }) => name);

export function withDefaultRules(rules: readonly ApprovalRule[]): readonly ApprovalRule[] {
  const names = new Set(rules.map(({ name }) => name));
  return [...rules, ...DEFAULT_RULES.filter(({ name }) => !names.has(name))];
}

export function readApproval(json: ApprovalJson, path: readonly Step[], reader: Reader): ApprovalRule {
  const when = json.when === undefined ? null : readCondition(json.when, [...path, "when"], reader);
  const rule: ApprovalRule = {
    name: json.name,
    when,
    require: json.require === "none" ? { kind: "none" } : readRequirement(json.require, [...path, "require"], reader),
    allowAuthor: json.allowAuthor ?? false,
    allowContributors: json.allowContributors ?? false,
    keepOnPush: json.keepOnPush ?? false,
    line: reader.at(path).line,
  };
  const isKnown = reader.isWhole([...path, "when"]) && reader.isWhole([...path, "name"]);
  if (rule.keepOnPush && isKnown && mayCatchProductionOrAccess(rule)) {
    const message = "expected no `keepOnPush` on a rule that catches production or access, found one";
    const hint = "narrow `when`: `production: false` with `changes` of apps, or delete `keepOnPush`";
    reader.error([...path, "keepOnPush"], { rule: "keep-on-push", message, hint });
  }
  return rule;
}

const ACCESS_PATHS = ["signalbox.yml", "roles/a.yml", "bindings/a.yml", "deploy-keys/a.yml", "tests/a.yml"];

/** Which racks are production is not known here, so a rule that does not say `production: false` may catch one. */
function mayCatchProductionOrAccess({ name, when }: ApprovalRule): boolean {
  if (name === "production" || name === "access" || when === null) return true;
  if (when.production === false) return false;
  if (when.production === true) return true;
  const onlyAccess = when.changes?.every((kind) => ACCESS_CHANGES.includes(kind)) ?? false;
  const reachesRacks = when.paths === null || when.paths.some(mayReachRacks);
  const reachesAccess = when.paths === null || when.paths.some((glob) => mayReachAccess(glob));
  const changesAccess = when.changes?.some((kind) => ACCESS_CHANGES.includes(kind)) ?? true;
  return (reachesRacks && !onlyAccess) || (reachesAccess && changesAccess);
}

function mayReachRacks(glob: string): boolean {
  return glob.startsWith("racks/") || /^[^/]*[*?]/.test(glob);
}

function mayReachAccess(glob: string): boolean {
  const folder = glob.split("/")[0] ?? "";
  return ACCESS_PATHS.some((path) => matchesGlob(glob, path) || matchesGlob(folder, path.split("/")[0] ?? ""));
}

function readCondition(json: ConditionJson, path: readonly Step[], reader: Reader): ApprovalCondition {
  const paths = json.paths?.map((glob, index) => {
    const at = [...path, "paths", index];
    reader.note(at, { kind: "glob", glob });
    return readGlob(glob, at, reader);
  });
  return {
    paths: paths ?? null,
    production: json.production ?? null,
    changes: json.changes ?? null,
    authors: json.authors === undefined ? null : readWho(json.authors, [...path, "authors"], reader),
    labels: json.labels ?? null,
  };
}

function readWho(json: FromJson, path: readonly Step[], reader: Reader): From {
  (json.roles ?? []).forEach((name, index) => {
    reader.note([...path, "roles", index], { kind: "role", name });
  });
  return readFrom(json);
}

const FORMS = ["count", "all", "any"] as const;

function readRequirement(json: RequirementJson, path: readonly Step[], reader: Reader): Requirement {
  const [form, ...others] = FORMS.filter((name) => json[name] !== undefined);
  const { count, from, all, any } = json;
  const isWhole = form !== undefined && others.length === 0 && (form === "count") === (from !== undefined);
  if (!isWhole) {
    const found = Object.keys(json).map((key) => `\`${key}\``);
    const message = `expected \`count\` with \`from\`, or \`all\`, or \`any\`, found ${found.join(" and ") || "none"}`;
    reader.error(path, { rule: "one-requirement", message });
  }
  const each = (of: readonly RequirementJson[], key: string): readonly Requirement[] =>
    of.map((one, index) => readRequirement(one, [...path, key, index], reader));
  if (all !== undefined) return { kind: "all", of: each(all, "all") };
  if (any !== undefined) return { kind: "any", of: each(any, "any") };
  return { kind: "count", count: count ?? 1, from: readWho(from ?? {}, [...path, "from"], reader) };
}
