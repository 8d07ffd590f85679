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
  const isReadable = [before, after].every((file) => file === null || file.fields !== null);
  const old = isReadable ? fieldsOf(before) : blobOf(before);
  const now = isReadable ? fieldsOf(after) : blobOf(after);
  // A file without any field (an empty env.yml) that comes or goes is a change of the file itself.
  if ((before === null || after === null) && old.size === 0 && now.size === 0) {
    changes.set(`${path}\0`, { before: blobText(before), after: blobText(after) });
  }
  for (const field of new Set([...old.keys(), ...now.keys()])) {
    const sides = { before: old.get(field) ?? null, after: now.get(field) ?? null };
    if (sides.before !== sides.after) changes.set(`${path}\0${field}`, sides);
  }
}

function fieldsOf(file: ComparableFile | null): ReadonlyMap<string, string> {
  return file?.fields ?? new Map<string, string>();
}

function blobOf(file: ComparableFile | null): ReadonlyMap<string, string> {
  return file === null ? new Map<string, string>() : new Map([["", file.blob]]);
}

function blobText(file: ComparableFile | null): string | null {
  return file?.blob ?? null;
}
