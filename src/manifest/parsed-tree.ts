import type { ParseCache } from "./kept.ts";
import type { FileKind } from "./repo-paths.ts";
import type { RepoFile } from "./types.ts";

/** Files that have been looked at from outside. */
export interface ParsedTree {
  readonly cache: ParseCache;
  /** Of one kind, without faulty ones, sorted by path. */
  ofKind(kind: FileKind): readonly RepoFile[];
  /** Paths where a faulty file stands, or seems to be meant to stand. */
  readonly faulty: ReadonlySet<string>;
}
