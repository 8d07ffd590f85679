// The files of a folder as they stand in a tree: which may be read, what is wrong with the others, and what of each is compared.
import { fieldsOf, type ComparableFields } from "./comparable-fields.ts";
import { fileFault, pathMeant } from "./file-faults.ts";
import type { ParseCache } from "./kept.ts";
import { parseRepoFile, secretsOfUnread, wholeBlob } from "./parse-repo-file.ts";
import { changeKindOf, fileKindOf } from "./repo-paths.ts";
import type { Finding, RepoFile } from "./types.ts";
import type { ComparableFile } from "./compared-files.ts";

export interface ReadFolder {
  /** Sorted by path. */
  readonly files: readonly FileStub[];
  readonly faults: readonly Finding[];
  /** Sorted by path, without faulty ones. */
  readonly readable: readonly RepoFile[];
  /** Where the faulty ones stand, or seem to be meant to stand: what misses them there is no mistake of its own. */
  readonly faulty: ReadonlySet<string>;
  /** null: not there; `faulty`: there or meant to be, but no file that can be read, which a finding says. */
  file(path: string): RepoFile | "faulty" | null;
}

/** What is known of a file without what stands in it. */
export type FileStub = Pick<ComparableFile, "path" | "blob" | "kind">;

export function readFolder(files: readonly RepoFile[], cache: ParseCache): ReadFolder {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const faults = new Map<string, readonly Finding[]>();
  for (const file of sorted) {
    const fault = fileFault(file);
    if (fault !== null) faults.set(file.path, [fault, ...secretsOfUnread(file, cache)]);
  }
  const faulty = new Set([...faults.keys()].flatMap((path) => pathMeant(path) ?? []));
  const byPath = new Map(sorted.map((file) => [file.path, file]));
  return {
    files: sorted.map((file) => stubOf(file, faults)),
    faults: [...faults.values()].flat(),
    readable: faults.size === 0 ? sorted : sorted.filter(({ path }) => !faults.has(path)),
    faulty,
    file: (path) => (faults.has(path) ? "faulty" : (byPath.get(path) ?? (faulty.has(path) ? "faulty" : null))),
  };
}

function stubOf(file: RepoFile, faults: ReadonlyMap<string, unknown>): FileStub {
  const { path, blob } = file;
  const isReadable = !faults.has(path) && fileKindOf(path) !== null;
  return { path, blob: isReadable ? blob : wholeBlob(file), kind: changeKindOf(path) };
}

/** `compared` is asked when somebody looks into the file. */
export function lazyFile(stub: FileStub, compared: () => ComparableFields | null): ComparableFile {
  return {
    ...stub,
    get fields() {
      return compared()?.fields ?? null;
    },
    get lines() {
      return compared()?.lines ?? new Map<string, number>();
    },
  };
}

/** Every file of the folder that is no convox.yml, for comparing. */
export function comparableFiles(read: ReadFolder, cache: ParseCache): readonly ComparableFile[] {
  return read.files.map((stub) => {
    const file = read.file(stub.path);
    const kind = fileKindOf(stub.path);
    if (file === null || file === "faulty" || kind === null || kind === "manifest") return lazyFile(stub, () => null);
    const parsed = parseRepoFile(file, kind, cache);
    return lazyFile(stub, () => fieldsOf(parsed));
  });
}

/** convox.yml is compared whole: every byte of it counts. */
export function wholeFields(blob: string): ComparableFields {
  return { fields: new Map([["", blob]]), lines: new Map([["", 1]]) };
}
