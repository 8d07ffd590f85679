/**
 * Starts the simulated GitHub: github.com for one organisation and one repository, on a real bare git repository. It
 * shares no code with the rest of Signalbox, so that both cannot be wrong in the same way.
 */
import { join } from "node:path";
import { createApiRouter } from "./api-router.ts";
import type { Exchange } from "./api-router.ts";
import { changeAccount } from "./change-account.ts";
import { setQueue } from "./set-queue.ts";
import { createClock } from "./clock.ts";
import { startControl } from "./control.ts";
import { createState } from "./create-state.ts";
import { createFaults } from "./faults.ts";
import { createGitDiff } from "./git-diff.ts";
import { createGitHttp, isGitPath } from "./git-http.ts";
import { createIsHuge } from "./git-size.ts";
import { createGitMerge } from "./git-merge.ts";
import { createGitRepo } from "./git-repo.ts";
import { startHttpServer } from "./http-server.ts";
import type { LogEntry } from "./http-server.ts";
import type { Hub, Urls } from "./hub.ts";
import { advanceQueue } from "./merge-queue.ts";
import { renderPage } from "./pages.ts";
import type { RawAnswer, RawRequest } from "./raw-exchange.ts";
import type { Route } from "./route.ts";
import { appRoutes } from "./routes-app.ts";
import { checkRoutes } from "./routes-checks.ts";
import { commentRoutes } from "./routes-comments.ts";
import { contentRoutes } from "./routes-contents.ts";
import { deploymentRoutes } from "./routes-deployments.ts";
import { forkRoutes } from "./routes-forks.ts";
import { gitObjectRoutes } from "./routes-git-objects.ts";
import { gitRefRoutes } from "./routes-git-refs.ts";
import { graphqlRoutes } from "./routes-graphql.ts";
import { issueRoutes } from "./routes-issues.ts";
import { mergeRoutes } from "./routes-merge.ts";
import { orgChangeRoutes } from "./routes-org-changes.ts";
import { orgRoutes } from "./routes-org.ts";
import { pullRoutes } from "./routes-pulls.ts";
import { repoRoutes } from "./routes-repo.ts";
import { reviewRoutes } from "./routes-reviews.ts";
import { statusRoutes } from "./routes-statuses.ts";
import { gitHubSignature } from "./shapes-commit.ts";
import type { GitHubState, Permissions } from "./state.ts";
import { createView } from "./view.ts";
import { createWebhooks } from "./webhooks.ts";

export interface SimulatedGitHubOptions {
  /** "acme/config"; the organisation is the part before the slash. */
  readonly repo: string;
  /** Where the bare repository lives; it must not hold one yet. */
  readonly folder: string;
  /** Content of the one first commit on `main`. */
  readonly files: ReadonlyMap<string, string>;
  readonly people: Readonly<Record<string, { readonly teams: readonly string[]; readonly admin?: true }>>;
  readonly app: {
    readonly id: number;
    readonly slug: string;
    /** PEM */
    readonly publicKey: string;
    readonly webhookSecret: string;
    readonly permissions: Permissions;
  };
  readonly webhookUrl: string | null;
  /** Gets the clock's offset in ms, as text, so that another process can follow. */
  readonly clockFile?: string;
  /** Of API, git and pages; 0 (the default) takes a free one. */
  readonly port?: number;
  readonly onExchange?: (exchange: Exchange) => void;
  readonly onDelivery?: (delivery: { event: string; id: string; payload: unknown }) => void;
}

export interface SimulatedGitHub {
  readonly api: string;
  /** Clone `<git>/<owner>/<repo>.git`. */
  readonly git: string;
  readonly web: string;
  readonly control: string;
  readonly repoFolder: string;
  readonly rootCommit: string;
  /** Login → personal token. */
  readonly tokens: Readonly<Record<string, string>>;
  setWebhookUrl(url: string): void;
  close(): Promise<void>;
}

const routes: readonly Route[] = [
  ...appRoutes,
  ...orgRoutes,
  ...forkRoutes,
  ...orgChangeRoutes,
  ...mergeRoutes,
  ...reviewRoutes,
  ...pullRoutes,
  ...checkRoutes,
  ...statusRoutes,
  ...commentRoutes,
  ...issueRoutes,
  ...deploymentRoutes,
  ...gitRefRoutes,
  ...gitObjectRoutes,
  ...contentRoutes,
  ...repoRoutes,
  ...graphqlRoutes,
];

export async function startSimulatedGitHub(options: SimulatedGitHubOptions): Promise<SimulatedGitHub> {
  const clock = createClock(options.clockFile);
  const state = createState({ ...options, clock });
  const { repo, rootCommit } = await createGitRepo(
    join(options.folder, state.organisation.login, `${state.repoName}.git`),
    { files: options.files, defaultBranch: state.defaultBranch, author: { ...gitHubSignature, date: clock.iso() } },
  );
  state.signedCommits.add(rootCommit);
  const webhooks = createWebhooks({
    secret: options.app.webhookSecret,
    appId: options.app.id,
    permissions: options.app.permissions,
    clock,
    nextId: () => state.nextId(),
    url: options.webhookUrl,
    onDelivery: options.onDelivery,
  });
  const log: LogEntry[] = [];
  const faults = createFaults();
  const door: { answer?: (request: RawRequest) => Promise<RawAnswer> } = {};
  const server = await startHttpServer({
    port: options.port ?? 0,
    clock,
    log,
    faults,
    answer: async (request) => {
      if (door.answer === undefined) throw new Error("A request came before the simulated GitHub was ready.");
      return door.answer(request);
    },
  });
  const urls: Urls = { api: server.url, git: server.url, web: server.url };
  const isHuge = createIsHuge(repo);
  const hub: Hub = {
    state,
    repo,
    diff: createGitDiff(repo, isHuge),
    merge: createGitMerge(repo, isHuge),
    urls,
    webhooks,
  };
  const exclusively = followedBy(createLock(), () => advanceQueue(hub));
  door.answer = createFrontDoor(hub, exclusively, options.onExchange);
  const control = await startControl({
    log,
    faults,
    clock,
    webhooks,
    accounts: (body) => changeAccount(state, body),
    queue: (body) => setQueue(state, body),
  });
  return {
    ...urls,
    control: control.url,
    repoFolder: repo.folder,
    rootCommit,
    tokens: tokensByLogin(state),
    setWebhookUrl: (url) => {
      webhooks.setUrl(url);
    },
    close: async () => {
      webhooks.close();
      await Promise.all([server.close(), control.close()]);
      // What had begun to change something ends first: no git is left running in a folder that its owner deletes.
      await exclusively(() => Promise.resolve());
    },
  };
}

/** Which of the three hosts of GitHub a request is for; here they share one. */
function createFrontDoor(
  hub: Hub,
  exclusively: Lock,
  onExchange: SimulatedGitHubOptions["onExchange"],
): (request: RawRequest) => Promise<RawAnswer> {
  const api = createApiRouter({ hub, routes, exclusively, onExchange });
  const git = createGitHttp(hub, exclusively);
  const view = createView(hub);
  return async (request) => {
    const path = request.url.pathname;
    if (isGitPath(path)) return git(request);
    if (request.method !== "GET" || isApiPath(path)) return api(request);
    const page = await renderPage(view, decodePath(path));
    const body = typeof page.body === "string" ? Buffer.from(page.body, "utf8") : page.body;
    return { status: page.status, headers: { ...page.headers, "content-type": page.contentType }, body };
  };
}

function isApiPath(path: string): boolean {
  return /^\/(app|installation|orgs|organizations|rate_limit|repos|repositories|user|users|meta|search|graphql)(\/|$)/.test(
    path,
  );
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // A stray "%": no page has that name.
    return path;
  }
}

function tokensByLogin(state: GitHubState): Record<string, string> {
  return Object.fromEntries([...state.personalTokens].map(([token, login]) => [login, token]));
}

type Lock = <T>(work: () => Promise<T>) => Promise<T>;

/** Whatever changes something may let the merge queue go on. */
function followedBy(lock: Lock, follow: () => Promise<void>): Lock {
  return (work) =>
    lock(async () => {
      const result = await work();
      await follow();
      return result;
    });
}

/** What changes something runs alone, in the order of arrival. */
function createLock(): Lock {
  let tail: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = tail.then(work);
    // A failed piece of work is its caller's; the next one runs all the same.
    tail = result.catch(() => undefined);
    return result;
  };
}
