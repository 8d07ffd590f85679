// What merging would change, by meaning: files compared parsed, a rename being a removal and an addition.
import { changeSetBetween } from "../manifest/change-set.ts";
import { changeKindOf } from "../manifest/repo-paths.ts";
import type { AppName, ConfigRepo, RackName, ResourceType } from "../manifest/types.ts";
import type { ChangeKind } from "../manifest/compared-files.ts";
import type { ChangeSet } from "./proposal.ts";
import type { Change } from "./verdict.ts";

/** One app's file of one kind, one rack, role, binding file, key, tests file, or the settings; sorted by path. */
export function changesOf(base: ConfigRepo, head: ConfigRepo): readonly Change[] {
  const byPath = groupByPath(changeSetBetween(base.files, head.files));
  return [...byPath].map(([path, fields]) => changeOf(path, fields, { base, head })).sort(byPathOrder);
}

interface FieldChange {
  readonly field: string;
  readonly action: Change["action"];
}

interface Sides {
  readonly base: ConfigRepo;
  readonly head: ConfigRepo;
}

function groupByPath(changeSet: ChangeSet): ReadonlyMap<string, readonly FieldChange[]> {
  const byPath = new Map<string, FieldChange[]>();
  for (const [key, { before, after }] of changeSet) {
    const { path, field } = splitChangeKey(key);
    const action = before === null ? "added" : after === null ? "removed" : "changed";
    const fields = byPath.get(path) ?? [];
    byPath.set(path, fields);
    fields.push({ field, action });
  }
  return byPath;
}

/** A key of a change set: path, NUL, field. */
export function splitChangeKey(key: string): { path: string; field: string } {
  const nul = key.indexOf("\0");
  return nul < 0 ? { path: key, field: "" } : { path: key.slice(0, nul), field: key.slice(nul + 1) };
}

function changeOf(path: string, fields: readonly FieldChange[], { base, head }: Sides): Change {
  const before = base.files.get(path);
  const after = head.files.get(path);
  const kind = changeKindOf(path);
  const action = before === undefined ? "added" : after === undefined ? "removed" : "changed";
  const names = fields.map(({ field }) => field).filter((field) => field !== "");
  return { kind, path, ...placeOf(path, kind), action, detail: detailOf(action, fields), fields: names.sort() };
}

const APP_PATH = /^racks\/([^/]+)\/apps\/([^/]+)\/./;
const RACK_PATH = /^racks\/([^/]+)\/./;

interface Place {
  readonly resource: ResourceType;
  readonly name: string;
  readonly rack?: RackName;
}

function placeOf(path: string, kind: ChangeKind): Place {
  const app = appOfPath(path);
  const rack = rackOfPath(path);
  const resource = RESOURCE_OF[kind];
  if (app !== null) return { resource, name: app.app, rack: app.rack };
  if (rack !== null) return { resource, name: rack, rack };
  return { resource, name: kind === "roles" || kind === "keys" ? baseName(path) : path };
}

const RESOURCE_OF: Readonly<Record<ChangeKind, ResourceType>> = {
  environment: "environment",
  manifest: "applications",
  app: "applications",
  rack: "racks",
  roles: "roles",
  bindings: "users",
  keys: "deploy-keys",
  settings: "organization-settings",
  tests: "organization-settings",
};

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).replace(/\.ya?ml$/, "");
}

export function appOfPath(path: string): { readonly rack: RackName; readonly app: AppName } | null {
  const match = APP_PATH.exec(path);
  if (match === null) return null;
  // Directory names are rack and app names by definition of the repo; one that breaks the rules for names is an error there.
  return { rack: match[1] as RackName, app: match[2] as AppName };
}

function rackOfPath(path: string): RackName | null {
  const match = RACK_PATH.exec(path);
  return match === null ? null : (match[1] as RackName); // as in appOfPath
}

const FIELDS_NAMED = 8;

/** Names of fields only: a value may be a secret that somebody forgot to seal. */
function detailOf(action: Change["action"], fields: readonly FieldChange[]): string {
  const named = fields.filter(({ field }) => field !== "");
  if (named.length === 0) return action;
  if (action !== "changed") return `${action} (${namesWords(named.map(({ field }) => field))})`;
  const words = (["added", "changed", "removed"] as const).flatMap((verb) => {
    const names = named.filter((field) => field.action === verb).map(({ field }) => field);
    return names.length === 0 ? [] : [`${namesWords(names)} ${verb}`];
  });
  return words.join("; ");
}

function namesWords(names: readonly string[]): string {
  const shown = [...names].sort().slice(0, FIELDS_NAMED).join(", ");
  return names.length > FIELDS_NAMED ? `${shown} and ${names.length - FIELDS_NAMED} more` : shown;
}

function byPathOrder(a: Change, b: Change): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}
