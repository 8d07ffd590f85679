import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startFixture, type Fixture } from "./github-fixture.ts";
import type { Account } from "../../src/handlers/ports.ts";
import type { CommitSha } from "../../src/manifest/types.ts";

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.close());

async function openPull(login: string, head: string, title = `Merge ${head}`): Promise<number> {
  const { body } = await fixture.act(login, "POST /repos/acme/config/pulls", { title, head, base: "main" });
  return (body as { number: number }).number;
}

interface HasId {
  readonly id: number;
}

async function accountOf(login: string): Promise<Account> {
  // The simulator's own answer.
  const { id } = (await fixture.act("olga", `GET /users/${login}`)).body as HasId;
  return { login, id };
}

describe("pull requests", () => {
  it("are read with logins in lower case and the state that GitHub gives them", async () => {
    const head = await fixture.push("ana", "one", { "README.md": "one\n" });
    const number = await openPull("ana", "one");
    expect(await fixture.reader.pullRequest(number)).toEqual({
      number,
      title: "Merge one",
      open: true,
      draft: false,
      author: await accountOf("ana"),
      head,
      headBranch: "one",
      fromFork: false,
      forkOwner: null,
      baseBranch: "main",
      labels: [],
      requested: { users: [], teams: [] },
      createdAt: expect.any(Number),
      updatedAt: expect.any(Number),
      merged: null,
      mergeableState: expect.any(String),
    });
    expect((await fixture.reader.openPullRequests()).map((pull) => pull.number)).toEqual([number]);
  });

  it("that do not exist stall with words", async () => {
    await expect(fixture.reader.pullRequest(9_999)).rejects.toMatchObject({
      name: "StalledError",
      message: expect.stringMatching(/^Cannot read pull request #9999: GitHub knows no such thing/),
    });
  });
});

describe("the conversation", () => {
  it("is read from an instant on, with who is a person", async () => {
    await fixture.push("ana", "talk", { "talk.md": "one\n" });
    const number = await openPull("ana", "talk");
    const { body } = await fixture.act("paul", `POST /repos/acme/config/issues/${String(number)}/comments`, {
      body: "/signalbox help",
    });
    const { id } = body as { id: number };
    await fixture.writer.upsertComment(number, "<!-- m -->", "ours");
    const comments = await fixture.reader.comments(number, fixture.clock.now() - 60_000);
    expect(comments.map(({ by, byPerson, body: text }) => [by?.login, byPerson, text])).toEqual([
      ["paul", true, "/signalbox help"],
      ["signalbox-acme[bot]", false, "<!-- m -->\nours"],
    ]);
    expect(await fixture.reader.commentsSince(fixture.clock.now() - 60_000)).toEqual(
      comments.map((comment) => ({ ...comment, pull: number })),
    );
    expect(await fixture.reader.comments(number, fixture.clock.now() + 60_000)).toEqual([]);
    await fixture.act("paul", `DELETE /repos/acme/config/issues/comments/${String(id)}`);
    expect((await fixture.reader.comments(number, 0)).map((comment) => comment.id)).not.toContain(id);
  });
});

describe("reviews", () => {
  it("tell who dismissed what", async () => {
    const head = await fixture.push("ana", "two", { "two.md": "two\n" });
    const number = await openPull("ana", "two");
    const reviews = `/repos/acme/config/pulls/${String(number)}/reviews`;
    await fixture.act("paul", `POST ${reviews}`, { event: "APPROVE", commit_id: head });
    const { body } = await fixture.act("olga", `POST ${reviews}`, { event: "REQUEST_CHANGES", body: "no" });
    const { id } = body as { id: number };
    const { reviews: before } = await fixture.reader.timeline(number);
    expect(before.map(({ by, state, commit, dismissal }) => ({ login: by?.login, state, commit, dismissal }))).toEqual([
      { login: "paul", state: "approved", commit: head, dismissal: null },
      { login: "olga", state: "changes-requested", commit: head, dismissal: null },
    ]);
    await fixture.act("paul", `PUT ${reviews}/${String(id)}/dismissals`, { message: "fine", event: "DISMISS" });
    expect((await fixture.reader.timeline(number)).reviews[1]).toEqual({
      id,
      by: await accountOf("olga"),
      state: "dismissed",
      commit: head,
      at: before[1]?.at,
      dismissal: { by: await accountOf("paul"), was: "changes-requested" },
      dismissedAt: expect.any(Number),
      retargetedAt: null,
    });
  });

  it("tell which were given before the base was changed, and who asked whom for one", async () => {
    await fixture.push("ana", "elsewhere", { "elsewhere.md": "else\n" });
    await fixture.push("ana", "two-moved", { "two.md": "moved\n" });
    const number = await openPull("ana", "two-moved");
    const pull = `/repos/acme/config/pulls/${String(number)}`;
    await fixture.act("ana", `POST ${pull}/requested_reviewers`, { reviewers: ["paul"] });
    await fixture.act("paul", `POST ${pull}/reviews`, { event: "APPROVE" });
    await fixture.control("/clock", { advance: "1m" });
    await fixture.act("ana", `PATCH ${pull}`, { base: "elsewhere" });
    await fixture.control("/clock", { advance: "1m" });
    await fixture.act("ana", `PATCH ${pull}`, { base: "main" });
    await fixture.control("/clock", { advance: "1m" });
    await fixture.act("paul", `POST ${pull}/reviews`, { event: "APPROVE" });
    const { reviews, requests } = await fixture.reader.timeline(number);
    const [first, second] = reviews;
    expect(reviews.map(({ by }) => by?.login)).toEqual(["paul", "paul"]);
    // The first of the two changes, which is the one away.
    expect(Math.round(((first?.retargetedAt ?? 0) - (first?.at ?? 0)) / 60_000)).toBe(1);
    expect(second?.retargetedAt).toBeNull();
    expect(requests).toEqual([{ by: "ana", of: "paul" }]);
  });

  it("cost one request", async () => {
    await fixture.push("ana", "two-quiet", { "two.md": "quiet\n" });
    const number = await openPull("ana", "two-quiet");
    const before = (await fixture.requests()).length;
    expect(await fixture.reader.timeline(number)).toEqual({ reviews: [], requests: [], leftQueue: null });
    const asked = (await fixture.requests()).slice(before).map(({ path }) => path.split("?")[0]);
    expect(asked).toEqual([`/repos/acme/config/issues/${String(number)}/timeline`]);
  });
});

describe("people of commits", () => {
  it("come in one request for commits that lie together", async () => {
    const first = await fixture.push("ana", "three", { "a.md": "a\n" });
    const second = await fixture.push("paul", "three", { "b.md": "b\n" }, "three");
    const before = (await fixture.requests()).length;
    const people = await fixture.reader.commitPeople([first, second]);
    const requests = (await fixture.requests()).length - before;
    const [ana, paul] = [await accountOf("ana"), await accountOf("paul")];
    expect([...people]).toEqual([
      [first, { author: ana, committer: ana, signedByGitHub: false }],
      [second, { author: paul, committer: paul, signedByGitHub: false }],
    ]);
    const known = (await fixture.requests()).length;
    await fixture.reader.commitPeople([second, first]);
    expect([requests, (await fixture.requests()).length - known]).toEqual([1, 0]);
  });

  it("of GitHub's own commits say that GitHub signed them", async () => {
    const people = await fixture.reader.commitPeople([fixture.root]);
    expect(people.get(fixture.root)).toMatchObject({ committer: { login: "web-flow" }, signedByGitHub: true });
  });
});

describe("pushes of a pull request", () => {
  it("are asked for once for a head, and again when it is another", async () => {
    await fixture.push("ana", "pushed", { "pushed.md": "one\n" });
    const number = await openPull("ana", "pushed");
    const asked = async (): Promise<number> =>
      (await fixture.requests()).filter(({ path }) => path.includes("/activity?ref=refs%2Fheads%2Fpushed")).length;
    const pushers = async (): Promise<unknown> => {
      const arrival = await fixture.reader.arrival(await fixture.reader.pullRequest(number));
      return arrival.by === "branch" ? arrival.updates.map(({ actor }) => actor?.login) : arrival;
    };
    expect([await pushers(), await pushers(), await asked()]).toEqual([["ana"], ["ana"], 1]);
    await fixture.push("paul", "pushed", { "pushed.md": "two\n" });
    expect([await pushers(), await asked()]).toEqual([["ana", "paul"], 2]);
  });

  it("tell who pushed by an id that stays when the login does not", async () => {
    await fixture.push("paul", "renamed", { "renamed.md": "one\n" });
    const pull = await fixture.reader.pullRequest(await openPull("ana", "renamed"));
    const pusher = async (): Promise<number | undefined> => {
      const arrival = await fixture.reader.arrival(pull);
      return arrival.by === "branch" ? arrival.updates.at(-1)?.actor?.id : undefined;
    };
    const before = await pusher();
    await fixture.control("/accounts", { login: "paul", rename: "paula" });
    await fixture.control("/clock", { advance: "61s" });
    const [after, people] = [await pusher(), await fixture.reader.people([])];
    await fixture.control("/accounts", { login: "paula", rename: "paul" });
    fixture.reader.forgetPeople();
    expect([after, people.ids.get("user:paula")]).toEqual([before, before]);
  });
});

describe("updates of a branch", () => {
  it("are oldest first, with who pushed and whether it was forced", async () => {
    const first = await fixture.push("ana", "four", { "four.md": "1\n" });
    const second = await fixture.push("paul", "four", { "four.md": "2\n" }, "four");
    const third = await fixture.push("ana", "four", { "four.md": "3\n" });
    const updates = await fixture.reader.branchUpdates("four", null);
    const [ana, paul] = [await accountOf("ana"), await accountOf("paul")];
    expect(updates.map(({ before, after, actor, kind }) => ({ before, after, actor, kind }))).toEqual([
      { before: null, after: first, actor: ana, kind: "push" },
      { before: first, after: second, actor: paul, kind: "push" },
      { before: second, after: third, actor: ana, kind: "force-push" },
    ]);
    expect(await fixture.reader.branchUpdates("four", second)).toEqual(updates.slice(2));
    expect(await fixture.reader.branchUpdates("four", third)).toEqual([]);
  });
});

describe("the merged pull request of an update", () => {
  it.each(["merge", "squash", "rebase"])("is found after a %s", async (method) => {
    const head = await fixture.push("ana", `by-${method}`, { [`${method}.md`]: "x\n" });
    const number = await openPull("ana", `by-${method}`);
    await fixture.writer.publishCheck({
      head,
      externalId: "x",
      conclusion: "success",
      title: "Ready",
      summary: "fine",
      text: "",
      annotations: [],
    });
    const { body } = await fixture.act("paul", `PUT /repos/acme/config/pulls/${String(number)}/merge`, {
      merge_method: method,
    });
    const { sha } = body as { sha: CommitSha };
    expect(await fixture.reader.mergedPullRequest(sha)).toMatchObject({
      number,
      open: false,
      head,
      merged: { by: await accountOf("paul"), commit: sha, at: expect.any(Number) },
    });
  });

  it("is none for a commit that no pull request brought", async () => {
    expect(await fixture.reader.mergedPullRequest(fixture.root)).toBeNull();
  });
});

describe("people", () => {
  it("are the members and the teams that exist, with the ids that GitHub gave them", async () => {
    const { ids, ...people } = await fixture.reader.people(["web", "nobody", "Platform"]);
    const { body: ana } = await fixture.act("paul", "GET /users/ana");
    const { body: web } = await fixture.act("paul", "GET /orgs/acme/teams/web");
    expect([ids.get("user:ana"), ids.get("team:web")]).toEqual([(ana as HasId).id, (web as HasId).id]);
    expect([...ids.keys()].sort()).toEqual(["team:platform", "team:web", "user:ana", "user:olga", "user:paul"]);
    expect(people).toEqual({
      members: new Set(["ana", "olga", "paul"]),
      teams: new Map([
        ["web", new Set(["ana", "paul"])],
        ["platform", new Set(["paul"])],
      ]),
    });
  });

  it("are looked up by name, whether they are members or not; who is not there is nobody", async () => {
    await fixture.control("/accounts", { login: "guest", create: true });
    const { body: guest } = await fixture.act("ana", "GET /users/guest");
    const { ids } = await fixture.reader.people(["web"]);
    expect(await fixture.reader.idsOf(["user:ana", "user:guest", "user:nobody", "team:web", "team:nobody"])).toEqual(
      new Map([
        ["user:ana", ids.get("user:ana")],
        ["user:guest", (guest as HasId).id],
        ["team:web", ids.get("team:web")],
      ]),
    );
  });

  it("are kept for a minute, or until a webhook says otherwise", async () => {
    await fixture.reader.people(["web"]);
    const countRequests = async (): Promise<number> => (await fixture.requests()).length;
    const before = await countRequests();
    await fixture.reader.people(["web"]);
    expect(await countRequests()).toBe(before);
    fixture.reader.forgetPeople();
    await fixture.reader.people(["web"]);
    expect(await countRequests()).toBe(before + 3);
    await fixture.control("/clock", { advance: "61s" });
    await fixture.reader.people(["web"]);
    expect(await countRequests()).toBe(before + 6);
    await fixture.reader.people(["web", "nobody", "no-such-team"]);
    expect(await countRequests()).toBe(before + 6);
  });
});

describe("the App's connection", () => {
  it("goes on when its token has run out and when the clock was moved", async () => {
    const token = await fixture.app.installationToken();
    await fixture.control("/clock", { advance: "3h" });
    expect(await fixture.reader.openPullRequests()).toEqual(expect.any(Array));
    expect(await fixture.app.installationToken()).not.toBe(token);
  });
});

describe("answers that are none", () => {
  it.each(["500", "502", "html", "truncated", "reset"])("%s is waited for and says so", async (action) => {
    await fixture.control("/faults", { match: "GET /repos/*/pulls*", action });
    await expect(fixture.reader.openPullRequests()).rejects.toMatchObject({
      name: "WaitError",
      message: expect.stringMatching(/^Cannot list the open pull requests: /),
    });
    expect(await fixture.reader.openPullRequests()).toEqual(expect.any(Array));
  });

  it.each(["rate-limit", "secondary-rate-limit"])("%s is waited for as long as GitHub says", async (action) => {
    await fixture.control("/faults", { match: "GET /repos/*/pulls*", action });
    await expect(fixture.reader.openPullRequests()).rejects.toMatchObject({
      name: "WaitError",
      message: expect.stringMatching(/GitHub limits the rate of requests/),
      retryAfterMs: expect.any(Number),
    });
  });
});
