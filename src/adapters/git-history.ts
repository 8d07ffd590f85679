// What git says of commits: where they are, what they merge to, what lies between them. The same for the mirror and a clone.
import { LRUCache } from "lru-cache";
import { StalledError } from "../errors.ts";
import type { ConfigGit, GitCommit } from "../handlers/ports.ts";
import type { CommitSha, RepoTree } from "../manifest/types.ts";
import { GitCommandError, runGit, type GitFolder } from "./git-command.ts";
import { createGitObjects, isObjectId, type GitObjects } from "./git-objects.ts";
import { checkDifference, createTreeReader, decodeText, type GitTreeOptions, type TreeReader } from "./git-trees.ts";
import type { LedgerContent } from "../ledger/ports.ts";

export interface GitHistory extends Pick<
  ConfigGit,
  "has" | "treeOf" | "readFolder" | "readFiles" | "merge" | "mergeBase" | "commitsBetween"
> {
  /** Signalbox's files of a commit or tree, or of them those of `only`. */
  readTree(commitOrTree: string, only?: ReadonlySet<string>): Promise<RepoTree>;
  /** The commit that a full ref name stands for, or null. */
  resolveRef(ref: string): Promise<CommitSha | null>;
  readLedgerAt(commit: CommitSha): Promise<LedgerContent>;
  close(): Promise<void>;
}

const KEPT_ANSWERS = 2_000;
const LEDGER_FILE = /^\d{4}\/\d{2}\/\d{2}\.jsonl$/;

export function createGitHistory(at: GitFolder, options: GitTreeOptions): GitHistory {
  const objects = createGitObjects(at);
  const trees = createTreeReader(objects, options);
  const readCommit = createCommitReader(objects);
  const mergeBase = createMergeBase(at);
  const between = new LRUCache<string, readonly GitCommit[]>({ maxSize: KEPT_ANSWERS });
  const merges = new LRUCache<string, Awaited<ReturnType<ConfigGit["merge"]>>>({ max: KEPT_ANSWERS });

  const merge: ConfigGit["merge"] = async (base, head) => {
    const key = `${base} ${head}`;
    const kept = merges.get(key);
    if (kept !== undefined) return kept;
    const ancestor = await mergeBase(base, head);
    const merged = await mergeFrom({ at, readCommit, readFolder: trees.readFolder }, { base, head, ancestor });
    merges.set(key, merged);
    return merged;
  };

  const treeOf: ConfigGit["treeOf"] = async (commitOrTree) => {
    const header = await objects.header(commitOrTree);
    return header?.type === "commit" ? (await readCommit(commitOrTree)).tree : commitOrTree;
  };

  return {
    has: async (commit) => (await objects.header(commit))?.type === "commit",
    readTree: async (commitOrTree, only) => trees.readTree(await treeOf(commitOrTree), only),
    readFolder: (tree) => trees.readFolder(tree),
    readFiles: (entries) => Promise.all(entries.map(trees.readFile)),
    treeOf,
    merge,
    mergeBase,
    commitsBetween: async (base, head) => {
      const key = `${base} ${head}`;
      const known = between.get(key);
      if (known !== undefined) return known;
      const listed = await runGit(at, [
        "rev-list",
        "--reverse",
        "--topo-order",
        checkedId(head),
        `^${checkedId(base)}`,
      ]);
      const commits = await Promise.all(listed.split("\n").filter(isObjectId).map(readCommit));
      between.set(key, commits, { size: 1 + commits.length });
      return commits;
    },
    resolveRef: (ref) => resolveRef(at, ref),
    readLedgerAt: async (commit) => {
      const ledger = createTreeReader(objects, { isOurs: (path) => LEDGER_FILE.test(path), cacheBytes: 0 });
      const tree = await ledger.readTree((await readCommit(commit)).tree);
      const files = await Promise.all(
        Array.from(tree.values(), async (file) => [file.path, await readWhole(objects, file.blob)] as const),
      );
      return { commit, files: new Map(files) };
    },
    close: objects.close,
  };
}

export function checkedId(id: string): string {
  if (!isObjectId(id)) throw new TypeError("a commit id of 40 or 64 lower-case hex digits is needed");
  return id;
}

async function resolveRef(at: GitFolder, ref: string): Promise<CommitSha | null> {
  if (!isSafeRef(ref)) throw new StalledError(`${JSON.stringify(ref)} is no name that git allows for a branch`);
  try {
    const id = await runGit(at, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`]);
    return id.trim() as CommitSha; // what rev-parse --verify prints is one object id
  } catch (error) {
    // Exit status 1 of --verify --quiet is its way to say "no such ref".
    if (error instanceof GitCommandError && error.exitCode === 1) return null;
    throw error;
  }
}

/** A full ref name that no part of git can take for an option, a range or a pattern. */
export function isSafeRef(ref: string): boolean {
  return /^refs\/[^\p{C}\s~^:?*[\\]+$/u.test(ref) && !/\.\.|\/\/|\/\.|@\{|\.lock(\/|$)|[/.]$/.test(ref);
}

/** Ledger files are read whole, whatever their size. */
async function readWhole(objects: GitObjects, id: string): Promise<string> {
  const found = await objects.content(id);
  const text = found === null ? null : decodeText(found.bytes);
  if (text === null) throw new StalledError(`the ledger's file ${id} is missing or no UTF-8`);
  return text;
}

function createMergeBase(at: GitFolder): ConfigGit["mergeBase"] {
  const kept = new LRUCache<string, { readonly base: CommitSha | null }>({ max: KEPT_ANSWERS });
  return async (a, b) => {
    const key = `${a} ${b}`;
    const known = kept.get(key) ?? { base: await askMergeBase(at, a, b) };
    kept.set(key, known);
    return known.base;
  };
}

async function askMergeBase(at: GitFolder, a: CommitSha, b: CommitSha): Promise<CommitSha | null> {
  try {
    return (await runGit(at, ["merge-base", checkedId(a), checkedId(b)])).trim() as CommitSha; // merge-base prints one id
  } catch (error) {
    // Exit status 1 without a word is its way to say "no common history".
    if (error instanceof GitCommandError && error.exitCode === 1) return null;
    throw error;
  }
}

type CommitReader = (id: string) => Promise<GitCommit>;

async function mergeFrom(
  git: { readonly at: GitFolder; readonly readCommit: CommitReader } & Pick<TreeReader, "readFolder">,
  of: { readonly base: CommitSha; readonly head: CommitSha; readonly ancestor: CommitSha | null },
): Promise<{ readonly tree: string; readonly conflicts: readonly string[] }> {
  if (of.ancestor === of.base) return { tree: (await git.readCommit(of.head)).tree, conflicts: [] };
  const base = (await git.readCommit(of.base)).tree;
  if (of.ancestor === of.head) return { tree: base, conflicts: [] };
  // Without common history git merges nothing: all of it is in conflict.
  if (of.ancestor === null) return { tree: base, conflicts: ["."] };
  const ancestor = (await git.readCommit(of.ancestor)).tree;
  for (const tree of [base, (await git.readCommit(of.head)).tree]) {
    await checkDifference(git.readFolder, ancestor, tree);
  }
  const args = ["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", of.base, of.head];
  try {
    return { tree: firstField(await runGit(git.at, args)), conflicts: [] };
  } catch (error) {
    // Exit status 1 says "merged with conflicts", and is to be trusted more than the list, which may be empty.
    if (!(error instanceof GitCommandError) || error.exitCode !== 1) throw error;
    const paths = error.stdout
      .split("\0")
      .slice(1)
      .filter((path) => path !== "");
    return { tree: firstField(error.stdout), conflicts: paths.length > 0 ? [...new Set(paths)] : ["."] };
  }
}

function firstField(output: string): string {
  return checkedId(output.slice(0, output.indexOf("\0")));
}

function createCommitReader(objects: GitObjects): CommitReader {
  const kept = new LRUCache<string, GitCommit>({ max: KEPT_ANSWERS });
  return async (id) => {
    const known = kept.get(id);
    if (known !== undefined) return known;
    const found = await objects.content(id);
    if (found?.type !== "commit") throw new StalledError(`the git mirror lacks the commit ${id}`);
    const commit = parseCommit(id, found.bytes.toString("utf8"));
    kept.set(id, commit);
    return commit;
  };
}

/**
 * Co-author lines are taken from anywhere in the message, not from the last paragraph alone as git does: they only ever count
 * against somebody's approval, so one too many is the safe mistake.
 */
function parseCommit(id: string, text: string): GitCommit {
  const end = text.indexOf("\n\n");
  const header = end < 0 ? text : text.slice(0, end);
  const message = end < 0 ? "" : text.slice(end + 2);
  const tree = /^tree ([0-9a-f]+)$/m.exec(header)?.[1];
  if (tree === undefined) throw new StalledError(`the commit ${id} cannot be read`);
  const parents = Array.from(header.matchAll(/^parent ([0-9a-f]+)$/gm), (match) => match[1] ?? "");
  const emails = Array.from(message.matchAll(/^co-authored-by:.*<([^<>\n]+)>[ \t]*\r?$/gim), (match) => match[1] ?? "");
  // Git itself wrote these ids into the object.
  return { sha: id as CommitSha, parents: parents as CommitSha[], tree, coAuthorEmails: emails.map(lowerCase) };
}

function lowerCase(text: string): string {
  return text.trim().toLowerCase();
}
