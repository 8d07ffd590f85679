/** What changed between two commits, per file, as `git diff-tree` sees it; cached, since objects never change. */
import type { GitRepo } from "./git-repo.ts";
import type { IsHuge } from "./git-size.ts";

export interface FileChange {
  readonly status: "added" | "removed" | "modified" | "renamed" | "copied" | "changed";
  readonly filename: string;
  readonly previousFilename: string | null;
  /** Blob id after the change; the last one of a removed file. */
  readonly sha: string;
  readonly additions: number;
  readonly deletions: number;
  /** Hunks alone, without headers; null for binary files and where GitHub leaves it out for its size. */
  readonly patch: string | null;
}

/** Of a tree that is too large to be compared no file is listed. */
export interface GitDiff {
  /** From the merge base of both to `head` (three dots). */
  files(base: string, head: string): Promise<readonly FileChange[]>;
  /** From exactly `before` (null: from nothing) to `after`. */
  between(before: string | null, after: string): Promise<readonly FileChange[]>;
}

const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
const maxCached = 500;
const maxPatchBytes = 500_000;
const maxPatchLines = 20_000;

export function createGitDiff(repo: GitRepo, isHuge: IsHuge): GitDiff {
  const cached = new Map<string, Promise<readonly FileChange[]>>();
  const remember = (key: string, read: () => Promise<readonly FileChange[]>): Promise<readonly FileChange[]> => {
    const known = cached.get(key);
    if (known !== undefined) return known;
    if (cached.size >= maxCached) cached.clear();
    const found = read();
    cached.set(key, found);
    found.catch(() => cached.delete(key));
    return found;
  };
  const between = (before: string, after: string): Promise<readonly FileChange[]> =>
    remember(`${before} ${after}`, async () => ((await isHuge(after)) ? [] : readChanges(repo, before, after)));
  return {
    between: (before, after) => between(before ?? emptyTree, after),
    files: (base, head) =>
      remember(`${base}...${head}`, async () => between((await repo.mergeBase(base, head)) ?? emptyTree, head)),
  };
}

async function readChanges(repo: GitRepo, before: string, after: string): Promise<FileChange[]> {
  const options = ["diff-tree", "-r", "-M", "--no-ext-diff", "--no-textconv", "--full-index"];
  const [meta, patches] = await Promise.all([
    repo.git.text([...options, "-z", "--raw", "--numstat", before, after]),
    repo.git.text([...options, "-p", "--src-prefix=a/", "--dst-prefix=b/", before, after]),
  ]);
  const hunks = patches
    .split(/^diff --git /m)
    .slice(1)
    .map(hunksOf);
  const { raw, counts } = parseMeta(meta);
  return raw.map((entry, at) => {
    const count = counts[at];
    return {
      ...entry,
      additions: count?.additions ?? 0,
      deletions: count?.deletions ?? 0,
      patch: hunks[at] ?? null,
    };
  });
}

function hunksOf(patch: string): string | null {
  const start = patch.search(/^@@ /m);
  if (start < 0) return null;
  const text = patch.slice(start).replace(/\n$/, "");
  return text.length > maxPatchBytes || text.split("\n").length > maxPatchLines ? null : text;
}

const statusOf: Readonly<Record<string, FileChange["status"]>> = {
  A: "added",
  D: "removed",
  M: "modified",
  R: "renamed",
  C: "copied",
  T: "changed",
};

type RawEntry = Pick<FileChange, "status" | "filename" | "previousFilename" | "sha">;
interface Count {
  readonly additions: number;
  readonly deletions: number;
}

/** `-z --raw --numstat` prints all raw entries, then all counts, in the same order; a rename has two more names in each. */
function parseMeta(meta: string): { raw: RawEntry[]; counts: Count[] } {
  const fields = meta.split("\0");
  const raw: RawEntry[] = [];
  const counts: Count[] = [];
  for (let at = 0; at < fields.length;) {
    const field = fields[at] ?? "";
    if (field.startsWith(":")) {
      const [first = "", second = ""] = [fields[at + 1], fields[at + 2]];
      const entry = rawEntry(field, first, second);
      raw.push(entry);
      at += entry.previousFilename === null ? 2 : 3;
    } else {
      const [additions, deletions, name] = field.split("\t");
      if (deletions !== undefined) counts.push({ additions: countOf(additions), deletions: countOf(deletions) });
      at += name === "" ? 3 : 1;
    }
  }
  return { raw, counts };
}

/** @param field ":mode mode sha sha letter"; the second name is used where the letter says that the file moved. */
function rawEntry(field: string, first: string, second: string): RawEntry {
  const [, , before = "", after = "", letter = ""] = field.split(" ");
  const status = statusOf[letter.charAt(0)] ?? "changed";
  const hasMoved = status === "renamed" || status === "copied";
  return {
    status,
    filename: hasMoved ? second : first,
    previousFilename: hasMoved ? first : null,
    sha: status === "removed" ? before : after,
  };
}

/** "-" stands for a binary file. */
function countOf(text: string | undefined): number {
  return text === undefined || text === "-" ? 0 : Number(text);
}
