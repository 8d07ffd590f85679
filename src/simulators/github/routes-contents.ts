/** Files through the contents API: read at any ref, written and deleted as a commit of its own. */
import { ApiError, notFound, unprocessable } from "./api-error.ts";
import { repoUrl, repoWebUrl } from "./hub.ts";
import type { Hub, Shape } from "./hub.ts";
import { followRefUpdate } from "./ref-updates.ts";
import { created, ok, optionalText, param, queryText, requiredText } from "./route.ts";
import type { Answer, Call, Route } from "./route.ts";
import { commitBy, writeBlob, writeTree } from "./routes-git-objects.ts";
import { checkMayMove } from "./routes-git-refs.ts";
import { gitCommitShape } from "./shapes-commit.ts";

const file = "/repos/{owner}/{repo}/contents/{path}";

export const contentRoutes: readonly Route[] = [
  { method: "GET", template: file, needs: ["contents=read"], answer: getContents },
  { method: "PUT", template: file, needs: ["contents=write"], answer: putFile },
  { method: "DELETE", template: file, needs: ["contents=write"], answer: deleteFile },
];

interface Entry {
  readonly mode: string;
  readonly type: string;
  readonly sha: string;
  readonly path: string;
}

async function entryAt(hub: Hub, commit: string, path: string): Promise<Entry | undefined> {
  return (await list(hub, [commit, "--", path]))[0];
}

async function list(hub: Hub, args: readonly string[]): Promise<Entry[]> {
  const text = await hub.repo.git.text(["--literal-pathspecs", "ls-tree", "-z", ...args]);
  return text.split("\0").flatMap((line) => {
    const match = /^(\d+) (\w+) ([0-9a-f]+)\t([^]*)$/.exec(line);
    if (match === null) return [];
    const [, mode = "", type = "", sha = "", path = ""] = match;
    return [{ mode, type, sha, path }];
  });
}

async function getContents(call: Call): Promise<Answer> {
  const { hub } = call;
  const ref = queryText(call, "ref") ?? hub.state.defaultBranch;
  const commit = await hub.repo.resolve(ref);
  if (commit === undefined) throw new ApiError(404, `No commit found for the ref ${ref}`);
  const path = param(call, "path").replace(/\/+$/, "");
  const entry = await entryAt(hub, commit, path);
  if (entry === undefined) throw notFound();
  if (entry.type !== "tree") return ok(await fileContent(hub, entry, ref));
  return ok(await directory(hub, await list(hub, [commit, "--", `${path}/`]), ref));
}

function directory(hub: Hub, inside: readonly Entry[], ref: string): Promise<Shape[]> {
  return Promise.all(inside.map((child) => directoryItem(hub, child, ref)));
}

function links(hub: Hub, entry: Entry, ref: string): Shape {
  const path = entry.path.split("/").map(encodeURIComponent).join("/");
  const kind = entry.type === "tree" ? "tree" : "blob";
  const url = `${repoUrl(hub)}/contents/${path}?ref=${encodeURIComponent(ref)}`;
  const gitUrl = `${repoUrl(hub)}/git/${kind}s/${entry.sha}`;
  const htmlUrl = `${repoWebUrl(hub)}/${kind}/${ref}/${path}`;
  return {
    name: entry.path.split("/").at(-1) ?? "",
    path: entry.path,
    sha: entry.sha,
    url,
    git_url: gitUrl,
    html_url: htmlUrl,
    download_url: entry.type === "tree" ? null : `${repoWebUrl(hub)}/raw/${ref}/${path}`,
    _links: { self: url, git: gitUrl, html: htmlUrl },
  };
}

async function blobSize(hub: Hub, entry: Entry): Promise<number> {
  return entry.type === "blob" ? Number(await hub.repo.git.text(["cat-file", "-s", entry.sha])) : 0;
}

async function directoryItem(hub: Hub, entry: Entry, ref: string): Promise<Shape> {
  const type =
    entry.type === "tree"
      ? "dir"
      : entry.mode === "120000"
        ? "symlink"
        : entry.type === "commit"
          ? "submodule"
          : "file";
  return { type, size: await blobSize(hub, entry), ...links(hub, entry, ref) };
}

async function fileContent(hub: Hub, entry: Entry, ref: string): Promise<Shape> {
  const bytes = await hub.repo.git.bytes(["cat-file", "blob", entry.sha]);
  // GitHub breaks its base64 into lines of 60.
  const content = bytes.toString("base64").replaceAll(/.{60}/g, "$&\n");
  return { type: "file", encoding: "base64", size: bytes.length, content: `${content}\n`, ...links(hub, entry, ref) };
}

interface Target {
  readonly branch: string;
  readonly head: string;
  readonly entry: Entry | undefined;
  readonly path: string;
}

/** The branch to write to, after the checks that both writes share. */
async function target(call: Call): Promise<Target> {
  const { hub } = call;
  const branch = optionalText(call, "Content", "branch") ?? hub.state.defaultBranch;
  const head = await hub.repo.branch(branch);
  if (head === undefined) throw new ApiError(404, `Branch ${branch} not found`);
  checkMayMove(hub, `refs/heads/${branch}`);
  const path = param(call, "path");
  if (path.endsWith("/")) throw unprocessable("path must name a file");
  const entry = await entryAt(hub, head, path);
  const given = optionalText(call, "Content", "sha");
  if (entry !== undefined && given === undefined) throw unprocessable('Invalid request.\n\n"sha" wasn\'t supplied.');
  if (given !== undefined && given !== entry?.sha) throw new ApiError(409, `${path} does not match ${given}`);
  return { branch, head, entry, path };
}

async function commitChange(call: Call, at: Target, sha: string | null): Promise<Shape> {
  const { hub, actor } = call;
  const message = requiredText(call, "Content", "message");
  const base = await hub.repo.commit(at.head);
  const mode = at.entry?.mode ?? "100644";
  const tree = await writeTree(hub, base?.tree, [{ path: at.path, mode, type: "blob", sha }]);
  const commit = await commitBy(call, { tree, parents: [at.head], message });
  const ref = `refs/heads/${at.branch}`;
  if (!(await hub.repo.updateRef(ref, commit.sha, at.head))) throw new ApiError(409, `${ref} is at another commit now`);
  await followRefUpdate(hub, { ref, before: at.head, after: commit.sha, actor: actor.key });
  return gitCommitShape(hub, commit);
}

async function putFile(call: Call): Promise<Answer> {
  const content = optionalText(call, "Content", "content");
  if (content === undefined) throw unprocessable('Invalid request.\n\n"content" wasn\'t supplied.');
  const at = await target(call);
  const sha = await writeBlob(call.hub, Buffer.from(content, "base64"));
  const commit = await commitChange(call, at, sha);
  const entry = { mode: at.entry?.mode ?? "100644", type: "blob", sha, path: at.path };
  const body = { content: await fileContent(call.hub, entry, at.branch), commit };
  return at.entry === undefined ? created(body) : ok(body);
}

async function deleteFile(call: Call): Promise<Answer> {
  const at = await target(call);
  if (at.entry === undefined) throw notFound();
  return ok({ content: null, commit: await commitChange(call, at, null) });
}
