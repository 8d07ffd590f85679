import type { ParseCache } from "./parse-repo-file.ts";
import type { FileKind } from "./repo-paths.ts";
import type { RepoFile } from "./types.ts";

/** A tree whose entries have been looked at from outside. */
export interface ParsedTree {
  readonly cache: ParseCache;
  /** Every path of Signalbox's, faulty ones included. */
  readonly paths: readonly string[];
  /** Of one kind, without faulty ones, sorted by path. */
  ofKind(kind: FileKind): readonly RepoFile[];
  /** null: not there; `faulty`: there, but no file that can be read, which a finding says. */
  file(path: string): RepoFile | "faulty" | null;
}
