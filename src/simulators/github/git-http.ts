/** Git's smart HTTP, by git's own http-backend, with GitHub's authentication in front and its bookkeeping behind. */
import { spawn } from "node:child_process";
import { dirname } from "node:path";
import { ApiError } from "./api-error.ts";
import { basicPassword, byToken, requirePermission } from "./auth.ts";
import type { Actor } from "./auth.ts";
import type { RawAnswer, RawRequest } from "./raw-exchange.ts";
import { fullName } from "./hub.ts";
import type { Hub } from "./hub.ts";
import { accountOf, openPullRequests } from "./state.ts";
import type { ForkRecord } from "./state.ts";
import { compareRefs, followRefUpdate } from "./ref-updates.ts";

const gitPath = /^\/([^/]+\/[^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/;

/** Whether a path belongs to git rather than to the API or the pages. */
export function isGitPath(path: string): boolean {
  return gitPath.test(path);
}

export function createGitHttp(
  hub: Hub,
  exclusively: <T>(work: () => Promise<T>) => Promise<T>,
): (request: RawRequest) => Promise<RawAnswer> {
  return async (request) => {
    const actor = gitActor(hub, request);
    if (actor === undefined) return refuse(401, "Invalid username or token.");
    const { login } = accountOf(hub.state, actor.key);
    request.named(login);
    const [, repository = "", action = ""] = gitPath.exec(request.url.pathname) ?? [];
    const fork = forkNamed(hub, repository);
    if (fork === null && !isRepository(hub, repository)) return refuse(404, "Repository not found.");
    const service = action === "info/refs" ? (request.url.searchParams.get("service") ?? "") : action;
    if (service !== "git-upload-pack" && service !== "git-receive-pack") {
      return refuse(403, "Please upgrade your git client: only the smart protocol is spoken here.");
    }
    const writes = service === "git-receive-pack";
    if (!may(hub, actor, { fork, writes })) return refuse(403, "Write access to repository not granted.");
    const run = (): Promise<RawAnswer> => runBackend(hub, request, { action, login, fork });
    if (!writes || action === "info/refs") return run();
    return exclusively(async () => {
      const before = await hub.repo.refs();
      const answer = await run();
      const updates = compareRefs(before, await hub.repo.refs(), actor.key);
      for (const update of updates) await followRefUpdate(hub, update);
      return answer;
    });
  };
}

function may(hub: Hub, actor: Actor, on: { readonly fork: ForkRecord | null; readonly writes: boolean }): boolean {
  return on.writes ? mayPush(hub, on.fork, actor) : mayUse(actor, "contents=read");
}

function isRepository(hub: Hub, repository: string): boolean {
  return repository.toLowerCase() === fullName(hub).toLowerCase();
}

/** @param repository "owner/name" */
function forkNamed(hub: Hub, repository: string): ForkRecord | null {
  const [owner = "", name = ""] = repository.toLowerCase().split("/");
  if (name !== hub.state.repoName.toLowerCase()) return null;
  return hub.state.forks.find((fork) => accountOf(hub.state, fork.owner).login.toLowerCase() === owner) ?? null;
}

/** GitHub lets maintainers push to the branch of a pull request alone; here that opens the whole fork to them. */
function mayPush(hub: Hub, fork: ForkRecord | null, actor: Actor): boolean {
  if (fork === null) return mayUse(actor, "contents=write");
  if (actor.key === fork.owner) return true;
  const isOpened = openPullRequests(hub.state).some(({ pull }) => pull.fork === fork.owner && pull.maintainerCanModify);
  return isOpened && mayUse(actor, "contents=write");
}

function gitActor(hub: Hub, request: RawRequest): Actor | undefined {
  const [scheme = "", credential = ""] = (request.headers.authorization ?? "").split(/\s+/, 2);
  if (scheme.toLowerCase() !== "basic") return undefined;
  try {
    return byToken(hub.state, basicPassword(credential));
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

function mayUse(actor: Actor, need: string): boolean {
  if (actor.kind === "person" && !actor.member && need.endsWith("=write")) return false;
  try {
    requirePermission(actor, [need]);
    return true;
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
}

function refuse(status: number, message: string): RawAnswer {
  const challenge = status === 401 ? { "www-authenticate": 'Basic realm="GitHub"' } : {};
  return { status, headers: { "content-type": "text/plain", ...challenge }, body: Buffer.from(`${message}\n`) };
}

function runBackend(
  hub: Hub,
  request: RawRequest,
  about: { readonly action: string; readonly login: string; readonly fork: ForkRecord | null },
): Promise<RawAnswer> {
  const header = (name: string): string => {
    const value = request.headers[name];
    return typeof value === "string" ? value : "";
  };
  const variables = {
    GIT_PROJECT_ROOT: dirname(dirname(hub.repo.folder)),
    GIT_HTTP_EXPORT_ALL: "1",
    GIT_NAMESPACE: about.fork?.owner.toLowerCase() ?? "",
    GIT_PROTOCOL: header("git-protocol"),
    PATH_INFO: `/${fullName(hub)}.git/${about.action}`,
    QUERY_STRING: request.url.search.slice(1),
    REQUEST_METHOD: request.method,
    REMOTE_USER: about.login,
    REMOTE_ADDR: "127.0.0.1",
    CONTENT_TYPE: header("content-type"),
    CONTENT_LENGTH: String(request.body.length),
    HTTP_CONTENT_ENCODING: header("content-encoding"),
  };
  // `env` hands the CGI variables over and leaves the rest of the environment (PATH) as it is.
  const settings = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  return new Promise((resolve, reject) => {
    const child = spawn("env", ["-u", "GIT_DIR", ...settings, "git", "http-backend"], {
      stdio: ["pipe", "pipe", "ignore"],
    });
    const out: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.on("error", reject);
    // The backend may refuse before it has read everything; its answer says why.
    child.stdin.on("error", () => undefined);
    child.on("close", () => {
      resolve(parseCgi(Buffer.concat(out)));
    });
    child.stdin.end(request.body);
  });
}

function parseCgi(output: Buffer): RawAnswer {
  const end = output.indexOf("\r\n\r\n");
  if (end < 0) return refuse(500, "git http-backend gave no answer.");
  const headers: Record<string, string> = {};
  for (const line of output.subarray(0, end).toString("utf8").split("\r\n")) {
    const colon = line.indexOf(":");
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const { status = "200", ...rest } = headers;
  return { status: Number.parseInt(status, 10), headers: rest, body: output.subarray(end + 4) };
}
