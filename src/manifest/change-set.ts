import { differingFiles } from "./repo-files.ts";
import type { ComparableFile, RepoFiles } from "./compared-files.ts";

type Sides = { before: string | null; after: string | null };
type ChangeSet = ReadonlyMap<string, Sides>;

/** Files of a tree never change, and one verdict asks for the same difference again and again. */
const kept = new WeakMap<RepoFiles, WeakMap<RepoFiles, ChangeSet>>();

/**
 * What differs by meaning. Keys: path, NUL, field. Equal folders and blobs are skipped without looking inside; a file whose
 * `fields` are null on either side is compared by its blob, under the field "".
 */
export function changeSetBetween(base: RepoFiles, head: RepoFiles): ChangeSet {
  const ofBase = kept.get(base) ?? new WeakMap<RepoFiles, ChangeSet>();
  kept.set(base, ofBase);
  const known = ofBase.get(head);
  if (known !== undefined) return known;
  const changes = new Map<string, Sides>();
  for (const [before, after] of differingFiles(base, head)) addChanges(changes, before, after);
  ofBase.set(head, changes);
  return changes;
}

function addChanges(changes: Map<string, Sides>, before: ComparableFile | null, after: ComparableFile | null): void {
  const { path } = before ?? after ?? { path: "" };
  const [old, now] = comparedSides(before, after);
  // A file without any field (an empty env.yml) that comes or goes is a change of the file itself.
  if ((before === null || after === null) && old.size === 0 && now.size === 0) {
    changes.set(`${path}\0`, { before: blobText(before), after: blobText(after) });
  }
  for (const [field, text] of old) {
    const sides = { before: text, after: now.get(field) ?? null };
    if (sides.before !== sides.after) changes.set(`${path}\0${field}`, sides);
  }
  for (const [field, text] of now) if (!old.has(field)) changes.set(`${path}\0${field}`, { before: null, after: text });
}

type Fields = ReadonlyMap<string, string>;

/** By their fields where both can be read. Fields are made when they are asked for, so that each file is asked once. */
function comparedSides(before: ComparableFile | null, after: ComparableFile | null): readonly [Fields, Fields] {
  const old = fieldsOf(before);
  const now = fieldsOf(after);
  return old === null || now === null ? [blobOf(before), blobOf(after)] : [old, now];
}

/** null: they cannot be read. */
function fieldsOf(file: ComparableFile | null): Fields | null {
  return file === null ? new Map<string, string>() : file.fields;
}

function blobOf(file: ComparableFile | null): Fields {
  return file === null ? new Map<string, string>() : new Map([["", file.blob]]);
}

function blobText(file: ComparableFile | null): string | null {
  return file?.blob ?? null;
}
