/** The bare repository: refs read live (people push behind our back, that is the point), objects cached by id. */
import { existsSync, mkdirSync } from "node:fs";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isoSeconds } from "./clock.ts";
import { createGit, runGit } from "./run-git.ts";
import type { Git } from "./run-git.ts";

export interface Signature {
  readonly name: string;
  readonly email: string;
  /** ISO 8601, whole seconds, UTC. */
  readonly date: string;
}

export interface CommitObject {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
}

export interface GitRepo {
  readonly folder: string;
  readonly git: Git;
  /** The commit (or other object) that a full ref name points to. */
  ref(name: string): Promise<string | undefined>;
  branch(name: string): Promise<string | undefined>;
  /** Full ref name → object id. */
  refs(prefix?: string): Promise<Map<string, string>>;
  /** Compare-and-swap; false where the ref is not at `expected` any more (40 zeros: does not exist yet). */
  updateRef(name: string, next: string, expected?: string): Promise<boolean>;
  deleteRef(name: string): Promise<void>;
  /** Any revision (branch, tag, commit id, abbreviated id) → commit id. */
  resolve(revision: string): Promise<string | undefined>;
  commit(sha: string): Promise<CommitObject | undefined>;
  /** Newest first, by `git log`. @param args of git log that select commits. @param path where given: those that touch it. */
  log(args: readonly string[], path?: string): Promise<CommitObject[]>;
  /** What `head` has and `base` has not, oldest first. Cached: both are ids. */
  commitsBetween(base: string, head: string): Promise<readonly CommitObject[]>;
  writeCommit(commit: Omit<CommitObject, "sha">): Promise<string>;
  isAncestor(ancestor: string, descendant: string): Promise<boolean>;
  mergeBase(one: string, other: string): Promise<string | undefined>;
}

const maxRanges = 500;

export const zeroSha = "0".repeat(40);

const config = `[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = true
\tlogAllRefUpdates = false
[receive]
\tfsckObjects = true
\tautogc = false
\thideRefs = refs/pull
\tdenyDeletes = false
\tdenyNonFastForwards = false
[gc]
\tauto = 0
[transfer]
\thideRefs = refs/namespaces
[http]
\treceivepack = true
\tuploadpack = true
[uploadpack]
\tallowFilter = true
\tallowAnySHA1InWant = true
`;

const updateHook = (defaultBranch: string): string => `#!/bin/sh
# Branch protection of the simulated GitHub: the default branch moves by merges alone.
if [ -z "$GIT_NAMESPACE" ] && [ "$1" = "refs/heads/${defaultBranch}" ]; then
  echo "GH006: Protected branch update failed for refs/heads/${defaultBranch}." >&2
  echo "Changes must be made through a pull request whose required check has passed." >&2
  exit 1
fi
`;

export interface FirstCommit {
  readonly files: ReadonlyMap<string, string>;
  readonly defaultBranch: string;
  readonly author: Signature;
}

/** Makes the bare repository with one first commit. @returns it and the id of that commit. */
export async function createGitRepo(
  folder: string,
  first: FirstCommit,
): Promise<{ repo: GitRepo; rootCommit: string }> {
  if (existsSync(join(folder, "HEAD"))) {
    throw new Error(`${folder} holds a repository already; the simulated GitHub begins with an empty folder.`);
  }
  mkdirSync(folder, { recursive: true });
  const made = await runGit([
    "init",
    "--quiet",
    "--bare",
    `--initial-branch=${first.defaultBranch}`,
    "--template=",
    folder,
  ]);
  if (made.status !== 0) throw new Error(`git init failed: ${made.stderr.trim()}`);
  mkdirSync(join(folder, "hooks"), { recursive: true });
  const hook = join(folder, "hooks", "update");
  await Promise.all([writeFile(join(folder, "config"), config), writeFile(hook, updateHook(first.defaultBranch))]);
  await chmod(hook, 0o755);
  const repo = openGitRepo(folder);
  await repo.git.text(["fast-import", "--quiet"], fastImport(first));
  const rootCommit = await repo.branch(first.defaultBranch);
  if (rootCommit === undefined) throw new Error("git fast-import made no first commit.");
  return { repo, rootCommit };
}

function fastImport(first: FirstCommit): Buffer {
  const seconds = Math.floor(Date.parse(first.author.date) / 1000);
  const who = `${first.author.name} <${first.author.email}> ${String(seconds)} +0000`;
  const chunks: (string | Buffer)[] = [`commit refs/heads/${first.defaultBranch}\nauthor ${who}\ncommitter ${who}\n`];
  chunks.push("data 14\nInitial commit\n");
  for (const [path, content] of first.files) {
    const bytes = Buffer.from(content, "utf8");
    const quoted = `"${path.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
    chunks.push(`M 100644 inline ${quoted}\ndata ${String(bytes.length)}\n`, bytes, "\n");
  }
  return Buffer.concat(chunks.map((chunk) => (typeof chunk === "string" ? Buffer.from(chunk, "utf8") : chunk)));
}

const logFields = ["%H", "%T", "%P", "%an", "%ae", "%aI", "%cn", "%ce", "%cI", "%B"];
const logFormat = `--format=${logFields.join("%x00")}`;

function openGitRepo(folder: string): GitRepo {
  const git = createGit(folder);
  const commits = new Map<string, CommitObject>();

  const log = async (args: readonly string[], path?: string): Promise<CommitObject[]> => {
    const paths = path === undefined ? [] : [path];
    const options = ["--literal-pathspecs", "log", "-z", "--no-show-signature", logFormat];
    const found = parseLog(await git.text([...options, ...args, "--", ...paths]));
    for (const commit of found) commits.set(commit.sha, commit);
    return found;
  };
  const ranges = new Map<string, Promise<readonly CommitObject[]>>();
  const commitsBetween = (base: string, head: string): Promise<readonly CommitObject[]> => {
    const key = `${base}..${head}`;
    const known = ranges.get(key);
    if (known !== undefined) return known;
    if (ranges.size >= maxRanges) ranges.clear();
    const found = log(["--reverse", "--topo-order", key]);
    ranges.set(key, found);
    found.catch(() => ranges.delete(key));
    return found;
  };
  const ref = async (name: string): Promise<string | undefined> => {
    if (!isSafeRef(name)) return undefined;
    const loose = await readFile(join(folder, name), "utf8").catch(() => "");
    if (/^[0-9a-f]{40}\n?$/.test(loose)) return loose.trim();
    // Absent as a file: deleted, never there, or packed by somebody's `git gc`.
    const packed = await git.attempt(["rev-parse", "--verify", "--quiet", name]);
    return packed.status === 0 ? packed.stdout.toString("utf8").trim() : undefined;
  };
  return {
    folder,
    git,
    ref,
    branch: (name) => ref(`refs/heads/${name}`),
    refs: async (prefix = "refs/") => readRefs(git, prefix),
    updateRef: async (name, next, expected) => {
      const result = await git.attempt(["update-ref", name, next, ...(expected === undefined ? [] : [expected])]);
      return result.status === 0;
    },
    deleteRef: async (name) => {
      await git.text(["update-ref", "-d", name]);
    },
    resolve: (revision) => resolveCommit(git, revision),
    commit: async (sha) => {
      const known = commits.get(sha);
      if (known !== undefined || !/^[0-9a-f]{40}$/.test(sha)) return known;
      const exists = await git.attempt(["cat-file", "-e", `${sha}^{commit}`]);
      return exists.status === 0 ? (await log(["--no-walk", sha]))[0] : undefined;
    },
    log,
    commitsBetween,
    writeCommit: async (commit) =>
      (await git.text(["hash-object", "-t", "commit", "-w", "--stdin"], rawCommit(commit))).trim(),
    isAncestor: async (ancestor, descendant) =>
      (await git.attempt(["merge-base", "--is-ancestor", ancestor, descendant])).status === 0,
    mergeBase: async (one, other) => {
      const found = await git.attempt(["merge-base", one, other]);
      return found.status === 0 ? found.stdout.toString("utf8").trim() : undefined;
    },
  };
}

function isSafeRef(name: string): boolean {
  return /^refs\/[^\0]+$/.test(name) && !name.split("/").some((part) => part === ".." || part === "." || part === "");
}

async function readRefs(git: Git, prefix: string): Promise<Map<string, string>> {
  const lines = (await git.text(["for-each-ref", "--format=%(objectname) %(refname)"])).split("\n");
  const refs = new Map<string, string>();
  for (const line of lines) {
    const name = line.slice(41);
    if (name !== "" && name.startsWith(prefix)) refs.set(name, line.slice(0, 40));
  }
  return refs;
}

async function resolveCommit(git: Git, revision: string): Promise<string | undefined> {
  if (revision === "" || /^-|\.\.|[\s\0:^~?*[\\]|@\{/.test(revision)) return undefined;
  for (const candidate of [`refs/heads/${revision}`, `refs/tags/${revision}`, revision]) {
    const found = await git.attempt(["rev-parse", "--verify", "--quiet", `${candidate}^{commit}`]);
    if (found.status === 0) return found.stdout.toString("utf8").trim();
  }
  return undefined;
}

function parseLog(text: string): CommitObject[] {
  const fields = text.split("\0");
  const commits: CommitObject[] = [];
  for (let at = 0; at + logFields.length <= fields.length; at += logFields.length) {
    const field = (offset: number): string => fields[at + offset] ?? "";
    commits.push({
      sha: field(0),
      tree: field(1),
      parents: field(2) === "" ? [] : field(2).split(" "),
      author: { name: field(3), email: field(4), date: isoSeconds(new Date(field(5))) },
      committer: { name: field(6), email: field(7), date: isoSeconds(new Date(field(8))) },
      message: field(9).replace(/\n+$/, ""),
    });
  }
  return commits;
}

function rawCommit(commit: Omit<CommitObject, "sha">): string {
  const line = (who: Signature): string =>
    `${clean(who.name)} <${clean(who.email)}> ${String(Math.floor(Date.parse(who.date) / 1000))} +0000`;
  return [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${line(commit.author)}`,
    `committer ${line(commit.committer)}`,
    "",
    commit.message.endsWith("\n") ? commit.message : `${commit.message}\n`,
  ].join("\n");
}

/** Characters that git does not allow in a name or an address of a commit. */
function clean(text: string): string {
  return text.replaceAll(/[<>\n\0]/g, "").trim();
}
