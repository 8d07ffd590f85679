import type { ComparableFile } from "./types.ts";

type Sides = { before: string | null; after: string | null };

/**
 * What differs by meaning. Keys: path, NUL, field. Equal blobs are skipped without looking inside; a file whose `fields` are
 * null on either side is compared by its blob, under the field "".
 */
export function changeSetBetween(
  base: ReadonlyMap<string, ComparableFile>,
  head: ReadonlyMap<string, ComparableFile>,
): Map<string, Sides> {
  const changes = new Map<string, Sides>();
  for (const [path, before] of base) {
    const after = head.get(path);
    if (after?.blob !== before.blob) addChanges(changes, path, before, after);
  }
  for (const [path, after] of head) {
    if (!base.has(path)) addChanges(changes, path, undefined, after);
  }
  return changes;
}

function addChanges(
  changes: Map<string, Sides>,
  path: string,
  before: ComparableFile | undefined,
  after: ComparableFile | undefined,
): void {
  const isReadable = [before, after].every((file) => file === undefined || file.fields !== null);
  const old = isReadable ? fieldsOf(before) : blobOf(before);
  const now = isReadable ? fieldsOf(after) : blobOf(after);
  // A file without any field (an empty env.yml) that comes or goes is a change of the file itself.
  if ((before === undefined || after === undefined) && old.size === 0 && now.size === 0) {
    changes.set(`${path}\0`, { before: before?.blob ?? null, after: after?.blob ?? null });
  }
  for (const field of new Set([...old.keys(), ...now.keys()])) {
    const sides = { before: old.get(field) ?? null, after: now.get(field) ?? null };
    if (sides.before !== sides.after) changes.set(`${path}\0${field}`, sides);
  }
}

function fieldsOf(file: ComparableFile | undefined): ReadonlyMap<string, string> {
  return file?.fields ?? new Map<string, string>();
}

function blobOf(file: ComparableFile | undefined): ReadonlyMap<string, string> {
  return file === undefined ? new Map<string, string>() : new Map([["", file.blob]]);
}
