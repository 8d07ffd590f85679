// The connection to GitHub as an App: Probot for the events, and a client of the config repo's installation whose token reaches that
// one repository and holds only the permissions of app.yml. Errors are not retried here (the queue repeats whole jobs), except a
// secondary limit, which GitHub states before doing anything.
import type { Logger } from "pino";
import { Probot, ProbotOctokit } from "probot";
import type { Clock } from "../handlers/ports.ts";
import { InvariantError } from "../errors.ts";
import { failedRequestOf } from "./github-errors.ts";
import { ask, type GitHubClient } from "./github-request.ts";
import { createInstallationToken, type InstallationToken } from "./github-token.ts";

export interface AppOptions {
  readonly appId: number;
  /** PEM. */
  readonly privateKey: string;
  readonly webhookSecret: string;
  /** Base of the REST API, without a slash at the end. */
  readonly apiUrl: string;
  readonly owner: string;
  readonly repo: string;
  /** Between two requests that write: 0 (none: simulations), or at least GitHub's advised 1,000 (three times that for what notifies people). */
  readonly writeSpacingMs: number;
  readonly clock: Pick<Clock, "now">;
  readonly log: Logger;
}

export interface GitHubApp {
  /** For the handlers of events; its deliveries come through the webhook endpoint. */
  readonly probot: Probot;
  /** Of the installation, narrowed to the config repo. */
  readonly octokit: GitHubClient;
  readonly appSlug: string;
  readonly defaultBranch: string;
  /** For git over HTTP, good for five minutes at least. */
  installationToken(): Promise<string>;
}

const REQUEST_TIMEOUT_MS = 30_000;
const ADVISED_SPACING_MS = 1_000;
const LONGEST_LIMIT_WAIT_SECONDS = 60;
const LIMIT_RETRIES = 2;

/** @throws WaitError, StalledError where the App, its installation or the repository cannot be found */
export async function connectApp(options: AppOptions): Promise<GitHubApp> {
  const { owner, repo, writeSpacingMs } = options;
  if (writeSpacingMs !== 0 && writeSpacingMs < ADVISED_SPACING_MS) {
    throw new InvariantError(`writeSpacingMs is ${String(writeSpacingMs)}; it must be 0, or 1000 or more.`);
  }
  // Probot and Octokit log whole events and bodies below this level.
  const log = options.log.child({}, { level: options.log.isLevelEnabled("warn") ? "warn" : "silent" });
  const Client = clientClass(writeSpacingMs);
  const request = { fetch: fetchInTime };
  const probot = new Probot({
    appId: options.appId,
    privateKey: options.privateKey,
    secret: options.webhookSecret,
    baseUrl: options.apiUrl,
    Octokit: Client,
    request,
    log,
  });
  await probot.ready();
  const asApp = await probot.auth();
  const installation = await ask(`find the App's installation on ${owner}/${repo}`, () =>
    asApp.request("GET /repos/{owner}/{repo}/installation", { owner, repo }),
  );
  const token = createInstallationToken({ asApp, installationId: installation.id, repo, clock: options.clock });
  const octokit = new Client({ baseUrl: options.apiUrl, request, log });
  authenticate(octokit, { token, pace: createPace(writeSpacingMs), log: options.log });
  const { default_branch: defaultBranch } = await ask(`read the repository ${owner}/${repo}`, () =>
    octokit.request("GET /repos/{owner}/{repo}", { owner, repo }),
  );
  return { probot, octokit, appSlug: installation.app_slug, defaultBranch, installationToken: () => token.current() };
}

/** Where git is, of a REST API's address: github.com, a GitHub Enterprise Server, or a simulator that serves both. */
export function gitAddress(apiUrl: string): string {
  if (apiUrl === "https://api.github.com") return "https://github.com";
  return apiUrl.replace(/\/api\/v3$/, "");
}

/** Only the function form of `defaults` has the last word: Probot lays its own throttle options over an object's. */
function clientClass(writeSpacingMs: number): typeof ProbotOctokit {
  const throttle =
    writeSpacingMs === 0 ? { enabled: false } : { enabled: true, onRateLimit: () => false, onSecondaryRateLimit };
  return ProbotOctokit.defaults((given: object) => ({
    ...given,
    throttle: { ...("throttle" in given && typeof given.throttle === "object" ? given.throttle : {}), ...throttle },
    retry: { enabled: false },
  }));
}

/** A limit that lasts is left to the queue, which does other work meanwhile. */
function onSecondaryRateLimit(
  afterSeconds: number,
  _request: object,
  octokit: ProbotOctokit,
  retries: number,
): boolean {
  const waits = afterSeconds <= LONGEST_LIMIT_WAIT_SECONDS && retries < LIMIT_RETRIES;
  if (waits) octokit.log.warn(`GitHub limits the rate of writes: waiting ${String(afterSeconds)} s`);
  return waits;
}

/** Octokit's throttle keeps writes a second apart; a longer spacing is kept here, over all clients that share `pace`. */
function createPace(spacingMs: number): () => Promise<void> {
  let next = Promise.resolve();
  return () => {
    if (spacingMs <= ADVISED_SPACING_MS) return Promise.resolve();
    const turn = next;
    next = turn.then(() => new Promise((resolve) => setTimeout(resolve, spacingMs).unref()));
    return turn;
  };
}

interface Sending {
  readonly token: InstallationToken;
  readonly pace: () => Promise<void>;
  readonly log: Logger;
}

/** Every request carries the present token; one that GitHub no longer takes is replaced, once. */
function authenticate(octokit: ProbotOctokit, { token, pace, log }: Sending): void {
  octokit.hook.wrap("request", async (request, options) => {
    if (options.method !== "GET") await pace();
    const current = await token.current();
    options.headers.authorization = `token ${current}`;
    try {
      return await request(options);
    } catch (error) {
      if (failedRequestOf(error)?.status !== 401) throw error;
      options.headers.authorization = `token ${await token.replace(current)}`;
      return await request(options);
    } finally {
      log.debug({ method: options.method, url: options.url }, "asked GitHub");
    }
  });
}

const fetchInTime: typeof fetch = (input, init) => {
  const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  const given = init?.signal;
  return fetch(input, { ...init, signal: given ? AbortSignal.any([given, timeout]) : timeout });
};
