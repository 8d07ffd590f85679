// Which of Signalbox's files differ between commits, by their content alone: cheaper than asking what they mean.
import { isSignalboxPath } from "../manifest/repo-paths.ts";
import type { CommitSha } from "../manifest/types.ts";
import { isFolder } from "./open-folders.ts";
import { FOLDERS_AT_ONCE, sideBySide } from "./side-by-side.ts";
import type { ConfigGit, TreeEntry } from "./ports.ts";
import { countEntries, type Opened } from "./tree-limit.ts";

type Difference = "added" | "changed" | "removed";

type FolderGit = Pick<ConfigGit, "treeOf" | "readFolder">;

export async function differingPaths(
  git: FolderGit,
  from: CommitSha,
  to: CommitSha,
): Promise<ReadonlyMap<string, Difference>> {
  const found = await differingFiles(git, from, to);
  return new Map(
    Array.from(found, ([path, sides]) => [
      path,
      sides.from === undefined ? "added" : sides.to === undefined ? "removed" : "changed",
    ]),
  );
}

/** What stands at a path on either side, if a file does. */
interface Sides {
  readonly from: TreeEntry | undefined;
  readonly to: TreeEntry | undefined;
}

/**
 * @param from null: nothing, so that everything in `to` differs
 * @throws StalledError where more differs than any config repo has
 */
export async function differingFiles(
  git: FolderGit,
  from: string | null,
  to: string,
): Promise<ReadonlyMap<string, Sides>> {
  const noted: Noted = { files: new Map(), opened: { entries: 0 } };
  if (from === to) return noted.files;
  const root = { path: "", from: from === null ? null : await git.treeOf(from), to: await git.treeOf(to) };
  for (let level: readonly Pair[] = [root]; level.length > 0;) {
    level = (await sideBySide(level, { atOnce: FOLDERS_AT_ONCE }, (pair) => comparePair(git, pair, noted))).flat();
  }
  return noted.files;
}

/** The file at this path of a tree, or null. */
export async function fileAt(git: FolderGit, commitOrTree: string, path: string): Promise<TreeEntry | null> {
  const names = path.split("/");
  let tree: string | null = await git.treeOf(commitOrTree);
  for (const name of names.slice(0, -1)) tree = folderId((await entriesOf(git, tree)).get(name));
  const entry = (await entriesOf(git, tree)).get(names.at(-1) ?? "");
  return entry === undefined || isFolder(entry) ? null : entry;
}

/** What a branch changed since it left the base; null: it has nothing in common with it. */
export async function touchedPaths(
  git: FolderGit & Pick<ConfigGit, "mergeBase">,
  base: CommitSha,
  head: CommitSha,
): Promise<ReadonlySet<string> | null> {
  const left = await git.mergeBase(base, head);
  return left === null ? null : new Set((await differingPaths(git, left, head)).keys());
}

/** A folder in both trees, with null where it is not there. `path` ends in `/`, the root's aside. */
interface Pair {
  readonly path: string;
  readonly from: string | null;
  readonly to: string | null;
}

interface Noted {
  readonly files: Map<string, Sides>;
  readonly opened: Opened;
}

/** Notes the files that differ; the folders that do are looked into next. Those of one id are never opened. */
async function comparePair(git: FolderGit, pair: Pair, { files, opened }: Noted): Promise<readonly Pair[]> {
  if (pair.from === pair.to) return [];
  const before = await entriesOf(git, pair.from);
  const after = await entriesOf(git, pair.to);
  countEntries(opened, before.size + after.size);
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
    const path = pair.path + name;
    const [old, now] = [before.get(name), after.get(name)];
    if (!isSignalboxPath(path) || (old?.id === now?.id && old?.mode === now?.mode)) return [];
    const [oldFile, nowFile] = [fileOnly(old), fileOnly(now)];
    if (oldFile !== undefined || nowFile !== undefined) {
      files.set(path, { from: oldFile, to: nowFile });
    }
    return [{ path: `${path}/`, from: folderId(old), to: folderId(now) }];
  });
}

async function entriesOf(git: FolderGit, tree: string | null): Promise<ReadonlyMap<string, TreeEntry>> {
  return new Map(tree === null ? [] : (await git.readFolder(tree)).map((entry) => [entry.name, entry]));
}

function fileOnly(entry: TreeEntry | undefined): TreeEntry | undefined {
  return entry === undefined || isFolder(entry) ? undefined : entry;
}

function folderId(entry: TreeEntry | undefined): string | null {
  return entry !== undefined && isFolder(entry) ? entry.id : null;
}
