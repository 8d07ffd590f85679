/** The repository: itself, its branches and their protection, commits, comparisons and the record of its updates. */
import { notFound, unprocessable } from "./api-error.ts";
import type { CommitObject } from "./git-repo.ts";
import { nodeId, repoUrl, repoWebUrl } from "./hub.ts";
import type { Hub, Shape } from "./hub.ts";
import { ok, pageRange, paginated, param, queryText } from "./route.ts";
import type { Answer, Call, Route } from "./route.ts";
import { activityShape, fullRepositoryShape } from "./shapes-repo.ts";
import { commitShape, fileShape } from "./shapes-commit.ts";
import { accountOf } from "./state.ts";
import type { ActivityRecord } from "./state.ts";

const base = "/repos/{owner}/{repo}";
const contents = ["contents=read"];

export const repoRoutes: readonly Route[] = [
  {
    method: "GET",
    template: base,
    needs: ["metadata=read"],
    answer: (call) => ok(fullRepositoryShape(call.hub)),
  },
  { method: "GET", template: `${base}/activity`, needs: contents, answer: listActivity },
  { method: "GET", template: `${base}/branches`, needs: contents, answer: listBranches },
  {
    method: "GET",
    template: `${base}/branches/{branch}/protection`,
    needs: ["administration=read"],
    answer: getProtection,
  },
  { method: "GET", template: `${base}/branches/{branch}`, needs: contents, answer: getBranch },
  { method: "GET", template: `${base}/rules/branches/{branch}`, needs: ["metadata=read"], answer: listRules },
  { method: "GET", template: `${base}/commits`, needs: contents, answer: listCommits },
  { method: "GET", template: `${base}/commits/{ref}`, needs: contents, answer: getCommit },
  { method: "GET", template: `${base}/compare/{basehead}`, needs: contents, answer: compare },
];

async function listBranches(call: Call): Promise<Answer> {
  const { hub } = call;
  const branches = [...(await hub.repo.refs("refs/heads/"))];
  return paginated(call, branches, ([ref, sha]) => {
    const name = ref.slice("refs/heads/".length);
    return {
      name,
      commit: { sha, url: `${repoUrl(hub)}/commits/${sha}` },
      protected: name === hub.state.defaultBranch,
    };
  });
}

async function getBranch(call: Call): Promise<Answer> {
  const { hub } = call;
  const name = param(call, "branch");
  const sha = await hub.repo.branch(name);
  const commit = sha === undefined ? undefined : await hub.repo.commit(sha);
  if (commit === undefined) throw notFound();
  const self = `${repoUrl(hub)}/branches/${name}`;
  const isProtected = name === hub.state.defaultBranch;
  const { app, requiredCheck } = hub.state;
  return ok({
    name,
    commit: commitShape(hub, commit),
    _links: { self, html: `${repoWebUrl(hub)}/tree/${name}` },
    protected: isProtected,
    protection: {
      enabled: isProtected,
      required_status_checks: {
        enforcement_level: isProtected ? "non_admins" : "off",
        contexts: isProtected ? [requiredCheck] : [],
        checks: isProtected ? [{ context: requiredCheck, app_id: app.id }] : [],
      },
    },
    protection_url: `${self}/protection`,
  });
}

async function getProtection(call: Call): Promise<Answer> {
  const { hub } = call;
  const name = param(call, "branch");
  if ((await hub.repo.branch(name)) === undefined) throw notFound();
  if (name !== hub.state.defaultBranch) throw notFound();
  const url = `${repoUrl(hub)}/branches/${name}/protection`;
  const { app, requiredCheck } = hub.state;
  return ok({
    url,
    required_status_checks: {
      url: `${url}/required_status_checks`,
      strict: false,
      contexts: [requiredCheck],
      contexts_url: `${url}/required_status_checks/contexts`,
      checks: [{ context: requiredCheck, app_id: app.id }],
    },
    enforce_admins: { url: `${url}/enforce_admins`, enabled: false },
    required_linear_history: { enabled: false },
    allow_force_pushes: { enabled: false },
    allow_deletions: { enabled: false },
    block_creations: { enabled: false },
    required_conversation_resolution: { enabled: false },
    lock_branch: { enabled: false },
    allow_fork_syncing: { enabled: false },
    required_signatures: { url: `${url}/required_signatures`, enabled: false },
  });
}

/** The same protection in the words of rulesets. */
function listRules(call: Call): Promise<Answer> {
  const { hub } = call;
  const { app, defaultBranch, organisation, repoName, requiredCheck } = hub.state;
  const source = {
    ruleset_source_type: "Repository",
    ruleset_source: `${organisation.login}/${repoName}`,
    ruleset_id: hub.state.repoId,
  };
  const rules: Shape[] = [
    { type: "deletion", ...source },
    { type: "non_fast_forward", ...source },
    {
      type: "pull_request",
      parameters: {
        required_approving_review_count: 0,
        dismiss_stale_reviews_on_push: false,
        require_code_owner_review: false,
        require_last_push_approval: false,
        required_review_thread_resolution: false,
      },
      ...source,
    },
    {
      type: "required_status_checks",
      parameters: {
        strict_required_status_checks_policy: false,
        required_status_checks: [{ context: requiredCheck, integration_id: app.id }],
      },
      ...source,
    },
  ];
  return paginated(call, param(call, "branch") === defaultBranch ? rules : [], (rule) => rule);
}

async function listCommits(call: Call): Promise<Answer> {
  const { hub } = call;
  const from = queryText(call, "sha") ?? hub.state.defaultBranch;
  const sha = await hub.repo.resolve(from);
  if (sha === undefined) throw notFound();
  const path = queryText(call, "path");
  const since = queryText(call, "since");
  const until = queryText(call, "until");
  const author = queryText(call, "author")?.toLowerCase();
  const commits = await hub.repo.log([sha], path);
  const found = commits
    .filter((commit) => since === undefined || Date.parse(commit.committer.date) >= Date.parse(since))
    .filter((commit) => until === undefined || Date.parse(commit.committer.date) <= Date.parse(until))
    .filter((commit) => author === undefined || isBy(hub, commit, author));
  return paginated(call, found, (commit) => commitShape(hub, commit));
}

function isBy(hub: Hub, commit: CommitObject, author: string): boolean {
  const shape = commitShape(hub, commit)["author"];
  const login = typeof shape === "object" && shape !== null && "login" in shape ? String(shape.login) : "";
  return login.toLowerCase() === author || commit.author.email.toLowerCase() === author;
}

const maxFiles = 3000;

async function getCommit(call: Call): Promise<Answer> {
  const { hub } = call;
  const ref = param(call, "ref");
  const sha = await hub.repo.resolve(ref);
  const commit = sha === undefined ? undefined : await hub.repo.commit(sha);
  if (commit === undefined) throw unprocessable(`No commit found for SHA: ${ref}`);
  const files = await hub.diff.between(commit.parents[0] ?? null, commit.sha);
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  return ok({
    ...commitShape(hub, commit),
    stats: { total: additions + deletions, additions, deletions },
    files: files.slice(0, maxFiles).map((file) => fileShape(hub, file, commit.sha)),
  });
}

const maxCompareFiles = 300;
const maxComparePage = 250;

async function compare(call: Call): Promise<Answer> {
  const { hub } = call;
  const [baseName = "", headName = ""] = param(call, "basehead").split("...");
  const sides = await Promise.all([sideCommit(hub, baseName), sideCommit(hub, headName)]);
  const [baseCommit, headCommit] = sides;
  const mergeBaseSha = await hub.repo.mergeBase(baseCommit.sha, headCommit.sha);
  const mergeBase = mergeBaseSha === undefined ? undefined : await hub.repo.commit(mergeBaseSha);
  if (mergeBase === undefined) throw notFound();
  const [ahead, behind] = await Promise.all([
    hub.repo.commitsBetween(baseCommit.sha, headCommit.sha),
    hub.repo.commitsBetween(headCommit.sha, baseCommit.sha),
  ]);
  const { page } = pageRange(call);
  const perPage = queryText(call, "per_page") === undefined ? maxComparePage : pageRange(call).perPage;
  const files = page === 1 ? await hub.diff.files(baseCommit.sha, headCommit.sha) : [];
  const link = comparePages(call, { page, perPage, total: ahead.length });
  const web = `${repoWebUrl(hub)}/compare/${baseName}...${headName}`;
  const body = {
    url: `${repoUrl(hub)}/compare/${baseName}...${headName}`,
    html_url: web,
    permalink_url: `${repoWebUrl(hub)}/compare/${baseCommit.sha}...${headCommit.sha}`,
    diff_url: `${web}.diff`,
    patch_url: `${web}.patch`,
    base_commit: commitShape(hub, baseCommit),
    merge_base_commit: commitShape(hub, mergeBase),
    status: compareStatus(ahead.length, behind.length),
    ahead_by: ahead.length,
    behind_by: behind.length,
    total_commits: ahead.length,
    commits: ahead.slice((page - 1) * perPage, page * perPage).map((commit) => commitShape(hub, commit)),
    files: files.slice(0, maxCompareFiles).map((file) => fileShape(hub, file, headCommit.sha)),
  };
  return { status: 200, body, headers: link };
}

function compareStatus(ahead: number, behind: number): string {
  if (ahead > 0) return behind > 0 ? "diverged" : "ahead";
  return behind > 0 ? "behind" : "identical";
}

function comparePages(call: Call, at: { page: number; perPage: number; total: number }): Record<string, string> {
  const last = Math.max(1, Math.ceil(at.total / at.perPage));
  if (at.page >= last) return {};
  const next = new URL(call.url);
  next.searchParams.set("page", String(at.page + 1));
  const end = new URL(call.url);
  end.searchParams.set("page", String(last));
  return { link: `<${next.href}>; rel="next", <${end.href}>; rel="last"` };
}

async function sideCommit(hub: Hub, name: string): Promise<CommitObject> {
  const owner = `${hub.state.organisation.login}:`;
  const sha = await hub.repo.resolve(name.startsWith(owner) ? name.slice(owner.length) : name);
  const commit = sha === undefined ? undefined : await hub.repo.commit(sha);
  if (commit === undefined) throw notFound();
  return commit;
}

const periodMs: Readonly<Record<string, number>> = {
  day: 86_400_000,
  week: 7 * 86_400_000,
  month: 31 * 86_400_000,
  quarter: 92 * 86_400_000,
  year: 366 * 86_400_000,
};

/** Pages by cursor: the Link header has `before` and `after`, and no page numbers, as at GitHub. */
function listActivity(call: Call): Answer {
  const { hub } = call;
  const { perPage } = pageRange(call);
  const entries = matchingActivity(call);
  const after = cursorId(queryText(call, "after"));
  const before = cursorId(queryText(call, "before"));
  const afterAt = after === undefined ? 0 : entries.findIndex((entry) => entry.id === after) + 1;
  const beforeAt = before === undefined ? -1 : entries.findIndex((entry) => entry.id === before);
  const from = beforeAt >= 0 ? Math.max(0, beforeAt - perPage) : afterAt;
  const page = entries.slice(from, beforeAt >= 0 ? beforeAt : from + perPage);
  const link = (rel: "next" | "prev", entry: ActivityRecord | undefined): string[] => {
    if (entry === undefined) return [];
    const url = new URL(call.url);
    url.searchParams.delete("before");
    url.searchParams.delete("after");
    url.searchParams.set(rel === "next" ? "after" : "before", cursorOf(entry));
    return [`<${url.href}>; rel="${rel}"`];
  };
  const links = [
    ...link("next", from + page.length < entries.length ? page.at(-1) : undefined),
    ...link("prev", from > 0 ? page[0] : undefined),
  ];
  const headers: Record<string, string> = links.length === 0 ? {} : { link: links.join(", ") };
  return { status: 200, body: page.map((entry) => activityShape(hub, entry)), headers };
}

function matchingActivity(call: Call): ActivityRecord[] {
  const ref = queryText(call, "ref");
  const full = ref === undefined || ref.startsWith("refs/") ? ref : `refs/heads/${ref}`;
  const actor = queryText(call, "actor")?.toLowerCase();
  const type = queryText(call, "activity_type");
  const periodName = queryText(call, "time_period");
  const period = periodName === undefined ? undefined : periodMs[periodName];
  const nowMs = call.hub.state.clock.now().getTime();
  const found = call.hub.state.activity
    .filter((entry) => full === undefined || entry.ref === full)
    .filter((entry) => actor === undefined || accountOf(call.hub.state, entry.actor).login.toLowerCase() === actor)
    .filter((entry) => type === undefined || entry.type === type)
    .filter((entry) => period === undefined || Date.parse(entry.timestamp) >= nowMs - period);
  return queryText(call, "direction") === "asc" ? found : found.reverse();
}

function cursorOf(entry: ActivityRecord): string {
  return nodeId("cursor", entry.id);
}

function cursorId(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  const match = /^cursor:(\d+)$/.exec(Buffer.from(cursor, "base64url").toString("utf8"));
  if (match === null) throw unprocessable("The listed cursor is invalid.");
  return Number(match[1]);
}
