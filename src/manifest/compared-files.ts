// The files of a tree for comparing by meaning, by the folders that they stand in.

export const CHANGE_KINDS = [
  "environment",
  "manifest",
  "app",
  "rack",
  "roles",
  "bindings",
  "keys",
  "settings",
  "tests",
] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/**
 * One of Signalbox's files, for comparing by meaning. `fields`: path in the file → canonical text (JSON with sorted keys);
 * env.yml one field a key, our other files one field a leaf or list item path, convox.yml a single field `` whose text is the
 * blob id. `lines`: field → 1-based line. A file that cannot be read has null `fields`: it then counts as changed whole.
 */
export interface ComparableFile {
  readonly path: string;
  readonly blob: string;
  readonly kind: ChangeKind;
  readonly fields: ReadonlyMap<string, string> | null;
  readonly lines: ReadonlyMap<string, number>;
}

/** Where a sealed value stands. */
export interface SealedPlace {
  /** Equal for equal sealed texts, and for no others. */
  readonly sealed: string;
  readonly path: string;
  /** As in `ComparableFile.fields`. */
  readonly field: string;
  readonly line: number;
}

/** Files that are read together: one app's, a rack's own, or those outside racks/. Equal ids have equal files. */
export interface FolderFiles {
  readonly id: string;
  /** Whole paths, sorted. */
  readonly paths: readonly string[];
  readonly sealed: readonly SealedPlace[];
  get(path: string): ComparableFile | undefined;
}

export interface RackFiles {
  readonly own: FolderFiles;
  readonly apps: ReadonlyMap<string, FolderFiles>;
}

/** By the names of folders, bad ones included. */
export interface RepoFiles {
  /** Those outside racks/. */
  readonly top: FolderFiles;
  readonly racks: ReadonlyMap<string, RackFiles>;
  get(path: string): ComparableFile | undefined;
  /** Looks into every folder: for one rack or app, go through `racks`. */
  values(): IterableIterator<ComparableFile>;
}
