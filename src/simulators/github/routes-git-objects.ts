/** Blobs, trees and commits of the Git Data API. */
import { ApiError, notFound, unprocessable } from "./api-error.ts";
import { isJsonObject } from "./auth.ts";
import type { CommitObject, Signature } from "./git-repo.ts";
import { nodeId, repoUrl } from "./hub.ts";
import type { Hub, Shape } from "./hub.ts";
import { created, ok, optionalText, optionalTexts, param, queryText, requiredText } from "./route.ts";
import type { Answer, Call, Route } from "./route.ts";
import { gitCommitShape, noreplySignature } from "./shapes-commit.ts";
import { accountOf } from "./state.ts";
import type { JsonObject } from "./state.ts";

const base = "/repos/{owner}/{repo}/git";
const read = ["contents=read"];
const write = ["contents=write"];

export const gitObjectRoutes: readonly Route[] = [
  { method: "GET", template: `${base}/blobs/{file_sha}`, needs: read, answer: getBlob },
  { method: "POST", template: `${base}/blobs`, needs: write, answer: createBlob },
  { method: "GET", template: `${base}/trees/{tree_sha}`, needs: read, answer: getTree },
  { method: "POST", template: `${base}/trees`, needs: write, answer: createTree },
  { method: "GET", template: `${base}/commits/{commit_sha}`, needs: read, answer: getCommit },
  { method: "POST", template: `${base}/commits`, needs: write, answer: createCommit },
];

async function getBlob(call: Call): Promise<Answer> {
  const sha = param(call, "file_sha");
  const found = /^[0-9a-f]{40}$/.test(sha) ? await call.hub.repo.git.attempt(["cat-file", "blob", sha]) : undefined;
  if (found?.status !== 0) throw notFound();
  return ok({
    sha,
    node_id: nodeId("Blob", sha),
    size: found.stdout.length,
    url: `${repoUrl(call.hub)}/git/blobs/${sha}`,
    content: found.stdout.toString("base64"),
    encoding: "base64",
  });
}

async function createBlob(call: Call): Promise<Answer> {
  const content = optionalText(call, "Blob", "content");
  if (content === undefined) throw unprocessable('Invalid request.\n\n"content" wasn\'t supplied.');
  const encoding = optionalText(call, "Blob", "encoding") ?? "utf-8";
  if (encoding !== "utf-8" && encoding !== "base64") throw unprocessable("encoding must be utf-8 or base64");
  const sha = await writeBlob(call.hub, Buffer.from(content, encoding === "base64" ? "base64" : "utf8"));
  return created({ sha, url: `${repoUrl(call.hub)}/git/blobs/${sha}` });
}

export async function writeBlob(hub: Hub, content: Buffer): Promise<string> {
  return (await hub.repo.git.text(["hash-object", "-w", "--stdin"], content)).trim();
}

interface TreeEntry {
  readonly mode: string;
  readonly type: string;
  readonly sha: string;
  readonly size: number | undefined;
  readonly path: string;
}

async function readTree(hub: Hub, tree: string, depth: "one level" | "all"): Promise<TreeEntry[]> {
  const text = await hub.repo.git.text(["ls-tree", "-z", "-l", ...(depth === "all" ? ["-r", "-t"] : []), tree]);
  return text.split("\0").flatMap((line) => {
    const match = /^(\d+) (\w+) ([0-9a-f]+) +(\d+|-)\t([^]*)$/.exec(line);
    if (match === null) return [];
    const [, mode = "", type = "", sha = "", size = "", path = ""] = match;
    return [{ mode, type, sha, size: size === "-" ? undefined : Number(size), path }];
  });
}

async function treeOf(hub: Hub, revision: string): Promise<string> {
  const commit = await hub.repo.resolve(revision);
  const name = commit ?? (/^[0-9a-f]{40}$/.test(revision) ? revision : undefined);
  const found =
    name === undefined ? undefined : await hub.repo.git.attempt(["rev-parse", "--verify", "--quiet", `${name}^{tree}`]);
  if (found?.status !== 0) throw notFound();
  return found.stdout.toString("utf8").trim();
}

/** GitHub's limit for one answer. */
const maxTreeEntries = 100_000;

async function getTree(call: Call): Promise<Answer> {
  const sha = await treeOf(call.hub, param(call, "tree_sha"));
  const entries = await readTree(call.hub, sha, queryText(call, "recursive") === undefined ? "one level" : "all");
  return ok(treeShape(call.hub, sha, entries));
}

function treeShape(hub: Hub, sha: string, entries: readonly TreeEntry[]): Shape {
  const git = `${repoUrl(hub)}/git`;
  return {
    sha,
    url: `${git}/trees/${sha}`,
    tree: entries.slice(0, maxTreeEntries).map((entry) => ({
      path: entry.path,
      mode: entry.mode,
      type: entry.type,
      sha: entry.sha,
      ...(entry.size === undefined ? {} : { size: entry.size }),
      ...(entry.type === "commit" ? {} : { url: `${git}/${entry.type}s/${entry.sha}` }),
    })),
    truncated: entries.length > maxTreeEntries,
  };
}

async function createTree(call: Call): Promise<Answer> {
  const { hub } = call;
  const entries = call.body["tree"];
  if (!Array.isArray(entries)) throw unprocessable('Invalid request.\n\n"tree" wasn\'t supplied.');
  const baseTree = optionalText(call, "Tree", "base_tree");
  const changes = await Promise.all(entries.map((entry: unknown) => treeChange(hub, entry)));
  const tree = await writeTree(hub, baseTree === undefined ? undefined : await treeOf(hub, baseTree), changes);
  return created(treeShape(hub, tree, await readTree(hub, tree, "one level")));
}

/** `sha: null` takes a path away. */
export interface TreeChange {
  readonly path: string;
  readonly mode: string;
  readonly type: string;
  readonly sha: string | null;
}

const modes: Readonly<Record<string, string>> = {
  "100644": "blob",
  "100755": "blob",
  "120000": "blob",
  "040000": "tree",
  "160000": "commit",
};

async function treeChange(hub: Hub, entry: unknown): Promise<TreeChange> {
  if (!isJsonObject(entry)) throw unprocessable("Must supply tree entries as objects");
  const { content, sha } = entry;
  const path = treePath(entry["path"]);
  const mode = entry["mode"] ?? "100644";
  const type = typeof mode === "string" ? modes[mode] : undefined;
  if (typeof mode !== "string" || type === undefined) throw unprocessable("tree.mode is not valid");
  if (sha === null) return { path, mode, type, sha: null };
  if (typeof content === "string") {
    return { path, mode, type: "blob", sha: await writeBlob(hub, Buffer.from(content, "utf8")) };
  }
  return { path, mode, type, sha: await treeObject(hub, sha, type) };
}

function treePath(path: unknown): string {
  if (typeof path !== "string" || path === "") throw unprocessable("tree.path must be a valid path");
  const refused = new Set(["", ".", "..", ".git"]);
  if (path.split("/").some((part) => refused.has(part))) {
    throw unprocessable(`tree.path contains a malformed path component: ${path}`);
  }
  return path;
}

async function treeObject(hub: Hub, sha: unknown, type: string): Promise<string> {
  if (typeof sha !== "string" || !/^[0-9a-f]{40}$/.test(sha)) {
    throw unprocessable("tree.sha or tree.content must be given");
  }
  // The commit of a submodule is in another repository.
  if (type !== "commit" && (await hub.repo.git.attempt(["cat-file", "-e", sha])).status !== 0) {
    throw unprocessable(`tree.sha ${sha} is not a valid ${type}`);
  }
  return sha;
}

/** Level by level with `git mktree`, since a bare repository has no index. @returns the id of the new tree. */
export async function writeTree(
  hub: Hub,
  baseTree: string | undefined,
  changes: readonly TreeChange[],
): Promise<string> {
  const entries = new Map<string, TreeChange>();
  if (baseTree !== undefined) {
    for (const entry of await readTree(hub, baseTree, "one level")) entries.set(entry.path, entry);
  }
  const below = new Map<string, TreeChange[]>();
  for (const change of changes) {
    const slash = change.path.indexOf("/");
    if (slash < 0) {
      if (change.sha === null) entries.delete(change.path);
      else entries.set(change.path, change);
      continue;
    }
    const folder = change.path.slice(0, slash);
    below.set(folder, [...(below.get(folder) ?? []), { ...change, path: change.path.slice(slash + 1) }]);
  }
  for (const [folder, inside] of below) {
    const current = entries.get(folder);
    const sha = await writeTree(hub, current?.type === "tree" ? (current.sha ?? undefined) : undefined, inside);
    if (sha === emptyTree) entries.delete(folder);
    else entries.set(folder, { path: folder, mode: "040000", type: "tree", sha });
  }
  const lines = [...entries.values()].map((entry) => `${entry.mode} ${entry.type} ${entry.sha ?? ""}\t${entry.path}\0`);
  return (await hub.repo.git.text(["mktree", "-z"], lines.join(""))).trim();
}

const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

async function getCommit(call: Call): Promise<Answer> {
  const commit = await call.hub.repo.commit(param(call, "commit_sha"));
  if (commit === undefined) throw notFound();
  return ok(gitCommitShape(call.hub, commit));
}

async function createCommit(call: Call): Promise<Answer> {
  const { hub } = call;
  const message = requiredText(call, "Commit", "message");
  const tree = await treeOf(hub, requiredText(call, "Commit", "tree"));
  const parents = optionalTexts(call, "Commit", "parents") ?? [];
  for (const parent of parents) {
    if ((await hub.repo.commit(parent)) === undefined) {
      throw unprocessable(`Parent SHA does not exist or is not a commit object: ${parent}`);
    }
  }
  const commit = await commitBy(call, { tree, parents, message });
  return created(gitCommitShape(hub, commit));
}

/** Made in the caller's name. GitHub signs it where an App asks and names neither author nor committer. */
export async function commitBy(
  call: Call,
  content: { readonly tree: string; readonly parents: readonly string[]; readonly message: string },
): Promise<CommitObject> {
  const { hub, actor } = call;
  const own = noreplySignature(accountOf(hub.state, actor.key), hub.state.clock.iso());
  const author = signatureOf(call.body["author"], own) ?? own;
  const committer = signatureOf(call.body["committer"], own) ?? author;
  const sha = await hub.repo.writeCommit({ ...content, author, committer });
  const isCustom = isJsonObject(call.body["author"]) || isJsonObject(call.body["committer"]);
  if (actor.kind === "installation" && !isCustom) hub.state.signedCommits.add(sha);
  const commit = await hub.repo.commit(sha);
  if (commit === undefined) throw new ApiError(500, "The new commit cannot be read.");
  return commit;
}

function signatureOf(value: unknown, standard: Signature): Signature | undefined {
  if (!isJsonObject(value)) return undefined;
  const text = (source: JsonObject, name: "name" | "email" | "date"): string => {
    const given = source[name];
    if (name === "date" && given === undefined) return standard.date;
    if (typeof given !== "string" || given === "") {
      throw unprocessable(`Invalid request.\n\n"${name}" wasn't supplied.`);
    }
    return given;
  };
  const date = text(value, "date");
  if (Number.isNaN(Date.parse(date))) throw unprocessable(`Invalid request.\n\n"${date}" is not a valid date.`);
  return { name: text(value, "name"), email: text(value, "email"), date };
}
