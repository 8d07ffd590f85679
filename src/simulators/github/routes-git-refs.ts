/** Refs of the Git Data API: read, made, moved and deleted, with the protection of the default branch. */
import { notFound, unprocessable, validationFailed } from "./api-error.ts";
import { zeroSha } from "./git-repo.ts";
import type { Hub } from "./hub.ts";
import { followRefUpdate } from "./ref-updates.ts";
import { created, noContent, ok, optionalFlag, paginated, param, requiredText } from "./route.ts";
import type { Answer, Call, Route } from "./route.ts";
import { refShape } from "./shapes-repo.ts";

const base = "/repos/{owner}/{repo}/git";
const read = ["contents=read"];
const write = ["contents=write"];

export const gitRefRoutes: readonly Route[] = [
  { method: "GET", template: `${base}/ref/{ref}`, needs: read, answer: getRef },
  { method: "GET", template: `${base}/matching-refs/{ref}`, needs: read, answer: matchingRefs },
  { method: "POST", template: `${base}/refs`, needs: write, answer: createRef },
  { method: "PATCH", template: `${base}/refs/{ref}`, needs: write, answer: updateRef },
  { method: "DELETE", template: `${base}/refs/{ref}`, needs: write, answer: deleteRef },
];

async function typeOf(hub: Hub, sha: string): Promise<string> {
  return (await hub.repo.git.text(["cat-file", "-t", sha])).trim();
}

async function existing(call: Call): Promise<{ name: string; sha: string }> {
  const name = `refs/${param(call, "ref")}`;
  const sha = await call.hub.repo.ref(name);
  if (sha === undefined) throw notFound();
  return { name, sha };
}

async function getRef(call: Call): Promise<Answer> {
  const { name, sha } = await existing(call);
  return ok(refShape(call.hub, name, { sha, type: await typeOf(call.hub, sha) }));
}

async function matchingRefs(call: Call): Promise<Answer> {
  const refs = await call.hub.repo.refs(`refs/${param(call, "ref")}`);
  return paginated(call, [...refs], async ([name, sha]) =>
    refShape(call.hub, name, { sha, type: await typeOf(call.hub, sha) }),
  );
}

/** @throws ApiError 422 for the default branch and for what GitHub keeps to itself. */
export function checkMayMove(hub: Hub, name: string): void {
  if (name === `refs/heads/${hub.state.defaultBranch}`) {
    throw unprocessable(
      "Repository rule violations found\n\nCannot update this protected ref: changes must be made through a pull request.\n\n",
    );
  }
  if (!/^refs\/(heads|tags)\/./.test(name)) throw unprocessable("Reference cannot be updated");
}

async function createRef(call: Call): Promise<Answer> {
  const { hub, actor } = call;
  const name = requiredText(call, "Reference", "ref");
  const sha = requiredText(call, "Reference", "sha");
  const format = await hub.repo.git.attempt(["check-ref-format", name]);
  if (!/^refs\/[^/]+\/./.test(name) || format.status !== 0) {
    throw validationFailed([
      { resource: "Reference", field: "ref", code: "custom", message: `${name} is not a valid ref name.` },
    ]);
  }
  if ((await hub.repo.ref(name)) !== undefined) throw unprocessable("Reference already exists");
  checkMayMove(hub, name);
  const type = await objectType(hub, sha);
  if (!(await hub.repo.updateRef(name, sha, zeroSha))) throw unprocessable("Reference already exists");
  await followRefUpdate(hub, { ref: name, before: zeroSha, after: sha, actor: actor.key });
  return created(refShape(hub, name, { sha, type }));
}

async function objectType(hub: Hub, sha: string): Promise<string> {
  const found = /^[0-9a-f]{40}$/.test(sha) ? await hub.repo.git.attempt(["cat-file", "-t", sha]) : undefined;
  if (found?.status !== 0) throw unprocessable("Object does not exist");
  return found.stdout.toString("utf8").trim();
}

/** Without `force` a compare-and-swap for fast-forwards: what is no descendant is refused. */
async function updateRef(call: Call): Promise<Answer> {
  const { hub, actor } = call;
  const name = `refs/${param(call, "ref")}`;
  const before = await hub.repo.ref(name);
  if (before === undefined) throw unprocessable("Reference does not exist");
  const after = requiredText(call, "Reference", "sha");
  checkMayMove(hub, name);
  const type = await objectType(hub, after);
  const isForced = optionalFlag(call, "Reference", "force") === true;
  if (!isForced && !(await hub.repo.isAncestor(before, after))) throw unprocessable("Update is not a fast forward");
  if (!(await hub.repo.updateRef(name, after, before))) throw unprocessable("Reference cannot be updated");
  if (before !== after) await followRefUpdate(hub, { ref: name, before, after, actor: actor.key });
  return ok(refShape(hub, name, { sha: after, type }));
}

async function deleteRef(call: Call): Promise<Answer> {
  const { hub, actor } = call;
  const name = `refs/${param(call, "ref")}`;
  const before = await hub.repo.ref(name);
  if (before === undefined) throw unprocessable("Reference does not exist");
  checkMayMove(hub, name);
  await hub.repo.deleteRef(name);
  await followRefUpdate(hub, { ref: name, before, after: zeroSha, actor: actor.key });
  return noContent;
}
