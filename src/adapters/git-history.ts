// What git says of commits: where they are, what they merge to, what lies between them. The same for the mirror and a clone.
import { LRUCache } from "lru-cache";
import { StalledError } from "../errors.ts";
import type { ConfigGit, GitCommit } from "../handlers/ports.ts";
import type { CommitSha, RepoTree } from "../manifest/types.ts";
import { findMeeting, type DatedCommit, type Meeting } from "./git-ancestry.ts";
import { GitCommandError, runGit, type GitFolder } from "./git-command.ts";
import { createMerge } from "./git-merge.ts";
import { checkedId, createGitObjects, isObjectId, type GitObjects } from "./git-objects.ts";
import { createTreeReader, decodeText, type GitTreeOptions } from "./git-trees.ts";
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
  const commitOf = async (id: string): Promise<GitCommit> => {
    const found = await readCommit(id);
    if (found === null) throw new StalledError(`the git mirror lacks the commit ${id}`);
    return found.commit;
  };
  const meetingOf = createMeetingFinder(readCommit);
  const mergeBase = createMergeBase(at, meetingOf);
  const between = new LRUCache<string, readonly GitCommit[]>({ maxSize: KEPT_ANSWERS });
  const merge = createMerge({ at, trees, commitOf, mergeBase, meetingOf });

  const treeOf: ConfigGit["treeOf"] = async (commitOrTree) => {
    const header = await objects.header(commitOrTree);
    return header?.type === "commit" ? (await commitOf(commitOrTree)).tree : commitOrTree;
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
      const meeting = await meetingOf(base, head);
      const commits = meeting?.ahead ?? (await Promise.all((await listBetween(at, base, head)).map(commitOf)));
      between.set(key, commits, { size: 1 + commits.length });
      return commits;
    },
    resolveRef: (ref) => resolveRef(objects, ref),
    readLedgerAt: async (commit) => {
      const ledger = createTreeReader(objects, { isOurs: (path) => LEDGER_FILE.test(path), cacheBytes: 0 });
      const tree = await ledger.readTree((await commitOf(commit)).tree);
      const files = await Promise.all(
        Array.from(tree.values(), async (file) => [file.path, await readWhole(objects, file.blob)] as const),
      );
      return { commit, files: new Map(files) };
    },
    close: objects.close,
  };
}

async function listBetween(at: GitFolder, base: CommitSha, head: CommitSha): Promise<readonly string[]> {
  const listed = await runGit(at, ["rev-list", "--reverse", "--topo-order", checkedId(head), `^${checkedId(base)}`]);
  return listed.split("\n").filter(isObjectId);
}

async function resolveRef(objects: GitObjects, ref: string): Promise<CommitSha | null> {
  if (!isSafeRef(ref)) throw new StalledError(`${JSON.stringify(ref)} is no name that git allows for a branch`);
  return (await objects.commitAt(ref)) as CommitSha | null; // git names objects by their ids
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

export type MeetingFinder = (first: CommitSha, second: CommitSha) => Promise<Meeting | null>;

function createMeetingFinder(find: CommitReader): MeetingFinder {
  const kept = new LRUCache<string, { readonly meeting: Meeting | null }>({ max: KEPT_ANSWERS });
  return async (first, second) => {
    const key = `${checkedId(first)} ${checkedId(second)}`;
    const known = kept.get(key) ?? { meeting: await findMeeting(find, first, second) };
    kept.set(key, known);
    return known.meeting;
  };
}

function createMergeBase(at: GitFolder, meetingOf: MeetingFinder): ConfigGit["mergeBase"] {
  const kept = new LRUCache<string, { readonly base: CommitSha | null }>({ max: KEPT_ANSWERS });
  return async (a, b) => {
    const meeting = await meetingOf(a, b);
    if (meeting !== null) return meeting.base;
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

/** null: no such commit here. */
type CommitReader = (id: string) => Promise<DatedCommit | null>;

function createCommitReader(objects: GitObjects): CommitReader {
  const kept = new LRUCache<string, DatedCommit>({ max: KEPT_ANSWERS });
  return async (id) => {
    const known = kept.get(id);
    if (known !== undefined) return known;
    const found = await objects.content(id);
    if (found?.type !== "commit") return null;
    const commit = parseCommit(id, found.bytes.toString("utf8"));
    kept.set(id, commit);
    return commit;
  };
}

/**
 * Co-author lines are taken from anywhere in the message, not from the last paragraph alone as git does: they only ever count
 * against somebody's approval, so one too many is the safe mistake.
 */
function parseCommit(id: string, text: string): DatedCommit {
  const end = text.indexOf("\n\n");
  const header = end < 0 ? text : text.slice(0, end);
  const message = end < 0 ? "" : text.slice(end + 2);
  // Git reads parents right below the tree alone: whoever makes a commit may write "parent" further down.
  const [, tree, lines = ""] = /^tree ([0-9a-f]+)\n((?:parent [0-9a-f]+\n)*)/.exec(header) ?? [];
  if (tree === undefined) throw new StalledError(`the commit ${id} cannot be read`);
  const parents = Array.from(lines.matchAll(/[0-9a-f]{40,}/g), ([parent]) => parent);
  const emails = Array.from(message.matchAll(/^co-authored-by:.*<([^<>\n]+)>[ \t]*\r?$/gim), (match) => match[1] ?? "");
  // Git itself wrote these ids into the object.
  const [sha, shas] = [id as CommitSha, parents as CommitSha[]];
  const at = Number(/^committer .* (\d+) [+-]\d{4}$/m.exec(header)?.[1] ?? 0);
  return { commit: { sha, parents: shas, tree, coAuthorEmails: emails.map(lowerCase) }, at };
}

function lowerCase(text: string): string {
  return text.trim().toLowerCase();
}
