// The table "what a change needs" of spec §2.
import { mayOpenRack } from "../manifest/known-parameters.ts";
import type { AppFolder, ConfigRepo, RackName, ReachingKey, ResourceType } from "../manifest/types.ts";
import { appOfPath } from "./changes.ts";
import type { Question } from "./decide.ts";
import { blocks, markKnown } from "./judge-findings.ts";
import type { Change } from "./verdict.ts";

/** A right that everybody who contributed needs, for the change of this path. */
export interface Need {
  readonly question: Question;
  readonly path: string;
}

interface Sides {
  readonly base: ConfigRepo;
  readonly head: ConfigRepo;
}

/** What everybody who contributed needs for this one change. */
export function needsOf(change: Change, sides: Sides): readonly Need[] {
  switch (change.kind) {
    case "environment":
      return environmentNeeds(change, sides);
    case "manifest":
      return [ownNeed(change), ...reachingNeeds(change, sides)];
    case "app":
    case "rack":
    case "tests":
    case "roles":
    case "bindings":
    case "keys":
    case "settings":
      return [ownNeed(change)];
  }
}

export function ownNeed(change: Change): Need {
  return right(change, change.resource);
}

function right(change: Change, resource: ResourceType): Need {
  return { path: change.path, question: { action: "write", resource, ...nameAsked(change, resource) } };
}

/**
 * Rights on an app are asked for that app on that rack, on a rack for that rack, on roles and keys for the one concerned.
 * Those on users and settings have no finer name; and a path that names no rack asks for every one.
 */
function nameAsked(change: Change, resource: ResourceType): Pick<Question, "name" | "rack"> {
  if (resource === "users" || resource === "organization-settings") return { name: null, rack: null };
  const rack = change.rack ?? null;
  if (resource === "racks") return { name: rack, rack };
  const isNamed = rack !== null || resource === "roles" || resource === "deploy-keys";
  return { name: isNamed ? change.name : null, rack };
}

function environmentNeeds(change: Change, sides: Sides): readonly Need[] {
  if (breaksItsApp(change, sides) || !changesInterpolated(change, sides)) return [ownNeed(change)];
  return [ownNeed(change), right(change, "applications"), ...reachingNeeds(change, sides)];
}

/** A value that convox.yml puts in changes convox.yml. Where either side cannot be read, any value may be such a one. */
function changesInterpolated(change: Change, sides: Sides): boolean {
  const folders = [folderOf(change, sides.base), folderOf(change, sides.head)];
  return folders.some((folder) => {
    if (folder === "unreadable") return true;
    const keys = folder?.manifest?.interpolatedKeys ?? [];
    return change.fields.length === 0 ? keys.length > 0 : keys.some((key) => change.fields.includes(key));
  });
}

/** What convox.yml newly reaches beyond its app: on the merged tree, with the plain values put in. */
function reachingNeeds(change: Change, sides: Sides): readonly Need[] {
  if (change.action === "removed") return [];
  const before = folderOf(change, sides.base);
  const after = folderOf(change, sides.head);
  if (after === null || breaksItsApp(change, sides)) return [];
  if (after === "unreadable" || before === "unreadable") return [right(change, "racks")];
  const held = before?.manifest?.reachingKeys ?? [];
  const isNew = (after.manifest?.reachingKeys ?? []).some((key) => !isHeldAlready(key, held));
  return isNew ? [right(change, "racks")] : [];
}

/** An app that the change makes unreadable is blocked by that finding; what it would reach is asked once it can be read. */
function breaksItsApp(change: Change, { base, head }: Sides): boolean {
  if (folderOf(change, head) !== "unreadable") return false;
  const folder = change.path.slice(0, change.path.lastIndexOf("/") + 1);
  return markKnown(head.findings, base.findings).some((finding) => blocks(finding) && finding.file.startsWith(folder));
}

/** A domain is new only where no service of the app had it; any other key where its service did not have it so. */
function isHeldAlready(key: ReachingKey, held: readonly ReachingKey[]): boolean {
  if (key.value === undefined) return false;
  const isDomain = key.key.endsWith(".domain");
  return held.some(
    (other) => other.value === key.value && (other.key === key.key || (isDomain && other.key.endsWith(".domain"))),
  );
}

/** null: no such app. An app that stands in the tree but has errors is left out of `racks`, and nothing is known of it. */
function folderOf(change: Change, repo: ConfigRepo): AppFolder | "unreadable" | null {
  const place = appOfPath(change.path);
  if (place === null) return "unreadable";
  const folder = repo.racks.get(place.rack)?.apps.get(place.app);
  if (folder !== undefined) return folder;
  return repo.files.racks.get(place.rack)?.apps.has(place.app) === true ? "unreadable" : null;
}

const CAUGHT_RACK_FIELDS: ReadonlySet<string> = new Set([
  "recipients",
  "password",
  "user",
  "ca",
  "endpoint",
  "console",
  "production",
]);

/** Fields of rack.yml that decide who reaches the rack: the rule `access` holds for them whatever its `when` says. */
export function isAccessToRack(change: Change): boolean {
  if (change.kind !== "rack") return false;
  if (change.action !== "changed" || change.fields.length === 0) return true;
  return change.fields.some(decidesWhoReaches);
}

function decidesWhoReaches(field: string): boolean {
  const name = /^[A-Za-z]*/.exec(field)?.[0] ?? "";
  return name === "parameters" ? mayOpenRack(field.slice("parameters.".length)) : CAUGHT_RACK_FIELDS.has(name);
}

/** Whether a rack counts as production: where its rack.yml cannot be read it does. */
export function isProduction(rack: RackName, repos: readonly ConfigRepo[]): boolean {
  return repos.some((repo) => {
    if (repo.racks.get(rack)?.rack.production === true) return true;
    const file = repo.files.get(`racks/${rack}/rack.yml`);
    return file !== undefined && (file.fields === null || file.fields.get("production") === "true");
  });
}
