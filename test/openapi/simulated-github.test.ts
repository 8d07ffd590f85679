// A tour of the whole simulated GitHub: each of its routes answers once with success, each of its events is sent, and all
// of it is as GitHub's own descriptions say. A route that is added without a stop here fails the tour.
import { expect, it } from "@jest/globals";
import { appRoutes } from "../../src/simulators/github/routes-app.ts";
import { checkRoutes } from "../../src/simulators/github/routes-checks.ts";
import { commentRoutes } from "../../src/simulators/github/routes-comments.ts";
import { contentRoutes } from "../../src/simulators/github/routes-contents.ts";
import { deploymentRoutes } from "../../src/simulators/github/routes-deployments.ts";
import { forkRoutes } from "../../src/simulators/github/routes-forks.ts";
import { gitObjectRoutes } from "../../src/simulators/github/routes-git-objects.ts";
import { gitRefRoutes } from "../../src/simulators/github/routes-git-refs.ts";
import { issueRoutes } from "../../src/simulators/github/routes-issues.ts";
import { mergeRoutes } from "../../src/simulators/github/routes-merge.ts";
import { orgChangeRoutes } from "../../src/simulators/github/routes-org-changes.ts";
import { orgRoutes } from "../../src/simulators/github/routes-org.ts";
import { pullRoutes } from "../../src/simulators/github/routes-pulls.ts";
import { repoRoutes } from "../../src/simulators/github/routes-repo.ts";
import { reviewRoutes } from "../../src/simulators/github/routes-reviews.ts";
import { statusRoutes } from "../../src/simulators/github/routes-statuses.ts";
import { describeWith } from "../optional.ts";
import { at, numberIn, repo, startGitHub, textIn } from "../simulators/github/github-fixture.ts";
import type { GitHubFixture, Reply } from "../simulators/github/github-fixture.ts";
import { createDeliveryValidator, createExchangeValidator, githubDescriptions } from "./description.ts";

const routes = [
  ...appRoutes,
  ...checkRoutes,
  ...commentRoutes,
  ...contentRoutes,
  ...deploymentRoutes,
  ...forkRoutes,
  ...gitObjectRoutes,
  ...gitRefRoutes,
  ...issueRoutes,
  ...mergeRoutes,
  ...orgRoutes,
  ...orgChangeRoutes,
  ...pullRoutes,
  ...repoRoutes,
  ...reviewRoutes,
  ...statusRoutes,
];

/** What Signalbox listens to, and the simulator therefore sends. */
const events = [
  "check_run.completed",
  "check_run.created",
  "check_run.rerequested",
  "check_suite.rerequested",
  "issue_comment.created",
  "issue_comment.deleted",
  "issue_comment.edited",
  "membership.added",
  "membership.removed",
  "organization.member_added",
  "organization.member_invited",
  "organization.member_removed",
  "pull_request.closed",
  "pull_request.converted_to_draft",
  "pull_request.edited",
  "pull_request.labeled",
  "pull_request.opened",
  "pull_request.ready_for_review",
  "pull_request.reopened",
  "pull_request.review_request_removed",
  "pull_request.review_requested",
  "pull_request.synchronize",
  "pull_request.unlabeled",
  "pull_request_review.dismissed",
  "pull_request_review.edited",
  "pull_request_review.submitted",
  "push",
  "team.created",
  "team.deleted",
  "team.edited",
];

interface Tour {
  readonly hub: GitHubFixture;
  /** A call that must succeed. */
  readonly go: (who: string, call: string, body?: unknown) => Promise<Reply>;
}

const base = `/repos/${repo}`;

async function visitApp({ hub, go }: Tour): Promise<void> {
  const installation = numberIn((await go("app", `GET ${base}/installation`)).body, "id");
  await go("app", "GET /app");
  await go("app", "GET /app/installations");
  await go("app", `GET /app/installations/${String(installation)}`);
  await go("app", `POST /app/installations/${String(installation)}/access_tokens`, {
    permissions: { checks: "write" },
  });
  await go("app", "GET /orgs/acme/installation");
  await go("bot", "GET /installation/repositories");
  await go("ana", "GET /user");
  await go("bot", "GET /users/ana");
  await go("ana", "GET /rate_limit");
  const sent = await hub.arrival((webhook) => webhook.event === "push");
  const deliveries = await go("app", "GET /app/hook/deliveries?per_page=5");
  expect(sent.id).not.toBe("");
  const delivery = numberIn(deliveries.body, 0, "id");
  await go("app", `GET /app/hook/deliveries/${String(delivery)}`);
  await go("app", `POST /app/hook/deliveries/${String(delivery)}/attempts`);
}

async function visitOrganisation({ go }: Tour): Promise<void> {
  await go("bot", "GET /orgs/acme");
  await go("bot", "GET /orgs/acme/members?role=admin&per_page=100");
  await go("bot", "GET /orgs/acme/members/ana");
  await go("bot", "GET /orgs/acme/memberships/olga");
  await go("bot", "GET /orgs/acme/teams?page=1");
  await go("bot", "GET /orgs/acme/teams/platform");
  await go("bot", "GET /orgs/acme/teams/platform/members?role=member");
  await go("bot", "GET /orgs/acme/teams/platform/memberships/bo");
  await go("olga", `GET ${base}/teams`);
  await go("bot", `GET ${base}/collaborators/ana/permission`);
  await go("bot", `GET ${base}/collaborators/ana`);
}

async function visitOrganisationChanges({ hub, go }: Tour): Promise<void> {
  const parent = await go("olga", "POST /orgs/acme/teams", { name: "Operations", maintainers: ["pia"] });
  const id = numberIn(parent.body, "id");
  await go("olga", "PATCH /orgs/acme/teams/platform", { parent_team_id: id });
  await go("bot", "GET /orgs/acme/teams/operations/teams");
  await go("olga", "PUT /orgs/acme/teams/operations/memberships/ana", { role: "member" });
  await go("olga", "DELETE /orgs/acme/teams/operations/memberships/ana");
  const made = await hub.control("POST /accounts", { login: "new", create: true });
  await go("olga", "PUT /orgs/acme/memberships/new", { role: "member" });
  await hub.withToken(`token ${textIn(made.body, "token")}`, "PATCH /user/memberships/orgs/acme", { state: "active" });
  await go("olga", "DELETE /orgs/acme/members/new");
  await go("olga", "PATCH /orgs/acme/teams/platform", { parent_team_id: null });
  await go("olga", "DELETE /orgs/acme/teams/operations");
}

async function visitRepo({ go }: Tour): Promise<void> {
  await go("bot", `GET ${base}`);
  await go("bot", `GET ${base}/activity?ref=refs/heads/main&per_page=100&direction=desc`);
  await go("bot", `GET ${base}/branches`);
  await go("bot", `GET ${base}/branches/main`);
  await go("olga", `GET ${base}/branches/main/protection`);
  await go("bot", `GET ${base}/rules/branches/main`);
  await go("bot", `GET ${base}/commits?sha=main&per_page=10`);
  await go("bot", `GET ${base}/commits/main`);
  await go("bot", `GET ${base}/compare/main...topic`);
  await go("bot", `GET ${base}/contents/racks/staging/rack.yml?ref=main`);
  await go("bot", `GET ${base}/contents/racks`);
  const made = await go("olga", `PUT ${base}/contents/docs/note.md`, {
    message: "Add a note",
    content: Buffer.from("# Note\n").toString("base64"),
    branch: "topic",
  });
  await go("olga", `DELETE ${base}/contents/docs/note.md`, {
    message: "Remove the note",
    sha: textIn(made.body, "content", "sha"),
    branch: "topic",
  });
}

async function visitGitObjects({ go }: Tour): Promise<void> {
  const head = textIn((await go("bot", `GET ${base}/git/ref/heads/main`)).body, "object", "sha");
  const commit = await go("bot", `GET ${base}/git/commits/${head}`);
  const tree = textIn(commit.body, "tree", "sha");
  await go("bot", `GET ${base}/git/trees/${tree}?recursive=1`);
  const blob = textIn((await go("bot", `POST ${base}/git/blobs`, { content: "x\n", encoding: "utf-8" })).body, "sha");
  await go("bot", `GET ${base}/git/blobs/${blob}`);
  const entry = { path: "x.txt", mode: "100644", type: "blob", sha: blob };
  const grown = textIn((await go("bot", `POST ${base}/git/trees`, { base_tree: tree, tree: [entry] })).body, "sha");
  const next = await go("bot", `POST ${base}/git/commits`, { message: "Add x", tree: grown, parents: [head] });
  await go("bot", `POST ${base}/git/refs`, { ref: "refs/heads/ledger", sha: head });
  await go("bot", `PATCH ${base}/git/refs/heads/ledger`, { sha: textIn(next.body, "sha"), force: false });
  await go("bot", `GET ${base}/git/matching-refs/heads/l`);
  await go("bot", `DELETE ${base}/git/refs/heads/ledger`);
}

async function visitIssues({ go }: Tour): Promise<void> {
  const issue = { title: "Held: racks/staging", body: "What is held", labels: ["held"] };
  const number = String(numberIn((await go("bot", `POST ${base}/issues`, issue)).body, "number"));
  const one = `${base}/issues/${number}`;
  await go("bot", `GET ${base}/issues?state=all&creator=signalbox[bot]`);
  await go("bot", `GET ${one}`);
  await go("bot", `PATCH ${one}`, { state: "closed", state_reason: "completed" });
  await go("bot", `POST ${one}/labels`, { labels: ["a"] });
  await go("bot", `PUT ${one}/labels`, { labels: ["a", "b"] });
  await go("bot", `GET ${one}/labels`);
  await go("bot", `DELETE ${one}/labels/a`);
  await go("bot", `GET ${base}/labels`);
  await go("ana", `PUT ${one}/lock`);
  await go("ana", `DELETE ${one}/lock`);
  const comment = String(numberIn((await go("ana", `POST ${one}/comments`, { body: "/signalbox plan" })).body, "id"));
  await go("bot", `GET ${one}/comments?per_page=100`);
  await go("bot", `GET ${base}/issues/comments`);
  await go("bot", `GET ${base}/issues/comments/${comment}`);
  await go("ana", `PATCH ${base}/issues/comments/${comment}`, { body: "/signalbox explain" });
  const reaction = await go("bot", `POST ${base}/issues/comments/${comment}/reactions`, { content: "eyes" });
  await go("bot", `GET ${base}/issues/comments/${comment}/reactions`);
  await go("bot", `DELETE ${base}/issues/comments/${comment}/reactions/${String(numberIn(reaction.body, "id"))}`);
  await go("ana", `DELETE ${base}/issues/comments/${comment}`);
}

async function visitChecks({ go }: Tour, head: string): Promise<void> {
  const annotation = { path: "a.yml", start_line: 1, end_line: 1, annotation_level: "failure", message: "No." };
  const run = await go("bot", `POST ${base}/check-runs`, {
    name: "signalbox",
    head_sha: head,
    external_id: "base..tree",
    status: "in_progress",
    output: { title: "Waiting", summary: "1 of 2", text: "More", annotations: [annotation] },
  });
  const one = `${base}/check-runs/${String(numberIn(run.body, "id"))}`;
  await go("bot", `PATCH ${one}`, { status: "completed", conclusion: "success", completed_at: "2026-01-01T00:00:00Z" });
  await go("bot", `GET ${one}`);
  await go("bot", `GET ${one}/annotations`);
  await go("bot", `GET ${base}/commits/${head}/check-runs?filter=latest&check_name=signalbox`);
  const suites = await go("bot", `GET ${base}/commits/${head}/check-suites`);
  const suite = String(numberIn(suites.body, "check_suites", 0, "id"));
  await go("bot", `GET ${base}/check-suites/${suite}`);
  await go("bot", `GET ${base}/check-suites/${suite}/check-runs`);
  await go("bot", `POST ${one}/rerequest`);
  await go("bot", `POST ${base}/check-suites/${suite}/rerequest`);
  await go("ana", `POST ${base}/statuses/${head}`, { state: "success", context: "signalbox" });
  await go("bot", `PATCH ${one}`, { status: "completed", conclusion: "success" });
}

async function visitReviews({ go }: Tour, pull: string): Promise<void> {
  const reviews = `${pull}/reviews`;
  await go("ana", `POST ${pull}/requested_reviewers`, { reviewers: ["bo", "pia"] });
  await go("bot", `GET ${pull}/requested_reviewers`);
  await go("ana", `DELETE ${pull}/requested_reviewers`, { reviewers: ["pia"] });
  const begun = numberIn((await go("pia", `POST ${reviews}`, { body: "Not yet" })).body, "id");
  await go("pia", `DELETE ${reviews}/${String(begun)}`);
  const pending = `${reviews}/${String(numberIn((await go("pia", `POST ${reviews}`, { body: "Well" })).body, "id"))}`;
  await go("pia", `POST ${pending}/events`, { event: "REQUEST_CHANGES", body: "No" });
  await go("pia", `PUT ${pending}`, { body: "No, since …" });
  await go("pia", `GET ${pending}`);
  await go("olga", `PUT ${pending}/dismissals`, { message: "Settled", event: "DISMISS" });
  await go("bo", `POST ${reviews}`, { event: "APPROVE" });
  await go("bot", `GET ${reviews}?per_page=100`);
}

async function visitPulls(tour: Tour): Promise<void> {
  const { hub, go } = tour;
  const number = String(await hub.openPull("ana", "feature", { "racks/staging/apps/web/env.yml": "A: 2\n" }));
  const pull = `${base}/pulls/${number}`;
  const before = await go("bot", `GET ${pull}`);
  const head = textIn(before.body, "head", "sha");
  await go("bot", `GET ${base}/pulls?state=open&base=main&sort=created&direction=asc`);
  await go("bot", `GET ${pull}/commits`);
  await go("bot", `GET ${pull}/files`);
  await go("bot", `GET ${pull}/comments`);
  await go("bot", `GET ${base}/commits/${head}/pulls`);
  await go("ana", `PATCH ${pull}`, { title: "A better title" });
  await go("ana", `PATCH ${pull}`, { state: "closed" });
  await go("ana", `PATCH ${pull}`, { state: "open" });
  const mutate = (name: string): Promise<Reply> =>
    go("ana", "POST /graphql", {
      query: `mutation { ${name}(input: { pullRequestId: "${textIn(before.body, "node_id")}" }) { clientMutationId } }`,
    });
  await mutate("convertPullRequestToDraft");
  await mutate("markPullRequestReadyForReview");
  await go("ana", `POST ${base}/issues/${number}/labels`, { labels: ["urgent"] });
  await go("ana", `DELETE ${base}/issues/${number}/labels/urgent`);
  await visitReviews(tour, pull);
  // The base moves, so that there is something to update the branch with.
  const other = await hub.openPull("bo", "other", { "README.md": "# Config, moved\n" });
  await go("olga", `PUT ${base}/pulls/${String(other)}/merge`);
  await go("ana", `PUT ${pull}/update-branch`, { expected_head_sha: head });
  await hub.arrival(({ event, payload }) => event === "pull_request" && payload["action"] === "synchronize");
  const updated = textIn((await go("bot", `GET ${pull}`)).body, "head", "sha");
  await visitChecks(tour, updated);
  await go("bot", `GET ${base}/issues/${number}/timeline`);
  await go("ana", `PUT ${pull}/merge`, { merge_method: "squash", sha: updated });
  await go("bot", `GET ${pull}/merge`);
  await visitDeployments(tour, updated);
}

async function visitForks({ hub, go }: Tour): Promise<void> {
  await go("ana", `POST ${base}/forks`);
  await go("bot", `GET ${base}/forks`);
  const fork = await hub.clone("ana", "ana/config");
  await fork.git("checkout", "--quiet", "-b", "forked");
  await fork.commit({ "forked.txt": "from a fork\n" });
  await fork.git("push", "--quiet", "origin", "forked");
  const proposed = { head: "ana:forked", base: "main", title: "From a fork" };
  const number = String(numberIn((await go("ana", `POST ${base}/pulls`, proposed)).body, "number"));
  await go("bot", `GET ${base}/pulls/${number}`);
  await go("bot", `GET ${base}/pulls/${number}/files`);
}

async function visitDeployments({ go }: Tour, commit: string): Promise<void> {
  const made = await go("bot", `POST ${base}/deployments`, {
    ref: commit,
    environment: "staging",
    auto_merge: false,
    required_contexts: [],
    production_environment: false,
    description: "web",
  });
  const one = `${base}/deployments/${String(numberIn(made.body, "id"))}`;
  await go("bot", `GET ${base}/deployments?sha=${commit}&environment=staging`);
  await go("bot", `GET ${one}`);
  const status = await go("bot", `POST ${one}/statuses`, {
    state: "success",
    description: "Promoted",
    auto_inactive: true,
  });
  await go("bot", `GET ${one}/statuses`);
  await go("bot", `GET ${one}/statuses/${String(numberIn(status.body, "id"))}`);
  await go("bot", `POST ${one}/statuses`, { state: "inactive" });
  await go("bot", `DELETE ${one}`);
}

describeWith(githubDescriptions, "the simulated GitHub", () => {
  it("answers and sends as GitHub describes itself, on each of its routes", async () => {
    const problemsOfExchange = createExchangeValidator();
    const problemsOfDelivery = createDeliveryValidator();
    const problems: string[] = [];
    const answered = new Set<string>();
    const sent = new Set<string>();
    const hub = await startGitHub({
      onExchange: (exchange) => {
        if (exchange.routeTemplate === "/graphql") return; // No part of the REST description.
        problems.push(...problemsOfExchange(exchange));
        if (exchange.status < 300) answered.add(`${exchange.method} ${String(exchange.routeTemplate)}`);
      },
      onDelivery: (delivery) => {
        problems.push(...problemsOfDelivery(delivery));
        const action = at(delivery.payload, "action");
        sent.add(typeof action === "string" ? `${delivery.event}.${action}` : delivery.event);
      },
    });
    const go: Tour["go"] = async (who, call, body) => {
      const reply = await (who === "app"
        ? hub.app(call, body)
        : who === "bot"
          ? hub.bot(call, body)
          : hub.as(who, call, body));
      if (reply.status >= 300) throw new Error(`${call}: ${String(reply.status)} ${JSON.stringify(reply.body)}`);
      return reply;
    };
    try {
      const topic = await hub.clone("bo");
      await topic.git("checkout", "--quiet", "-b", "topic");
      await topic.commit({ "topic.txt": "a topic\n" });
      await topic.git("push", "--quiet", "origin", "topic");
      const tour: Tour = { hub, go };
      for (const visit of [
        visitApp,
        visitOrganisation,
        visitOrganisationChanges,
        visitRepo,
        visitGitObjects,
        visitIssues,
        visitPulls,
        visitForks,
      ]) {
        await visit(tour);
      }
    } finally {
      await hub.close();
    }
    expect([...new Set(problems)]).toEqual([]);
    const all = routes.map(({ method, template }) => `${method} ${template}`);
    expect(all.filter((route) => !answered.has(route))).toEqual([]);
    expect([...sent].sort()).toEqual(events);
  }, 120_000);
});
