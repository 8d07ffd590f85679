import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { at, listOf, numberIn, repo, startGitHub, textIn } from "./github-fixture.ts";
import type { GitHubFixture } from "./github-fixture.ts";

let hub: GitHubFixture;
let firstHead: string;
const one = `/repos/${repo}/pulls/1`;

beforeAll(async () => {
  hub = await startGitHub();
  await hub.openPull("ana", "more", { "a.txt": "1\n" });
  firstHead = textIn((await hub.as("ana", `GET ${one}`)).body, "head", "sha");
  const clone = await hub.clone("ana");
  await clone.git("checkout", "--quiet", "more");
  await clone.commit({ "a.txt": "2\n" });
  await clone.git("push", "--quiet", "origin", "more");
});

afterAll(async () => {
  await hub.close();
});

describe("reviews", () => {
  it("may be of an older commit, and are listed in order", async () => {
    await hub.as("bo", `POST ${one}/reviews`, { event: "REQUEST_CHANGES", body: "No", commit_id: firstHead });
    await hub.as("pia", `POST ${one}/reviews`, { event: "APPROVE" });
    await hub.as("ana", `POST ${one}/reviews`, { event: "COMMENT", body: "Why?" });
    const head = textIn((await hub.as("ana", `GET ${one}`)).body, "head", "sha");
    const reviews = listOf((await hub.bot(`GET ${one}/reviews`)).body);
    expect(
      reviews.map((review) => [at(review, "user", "login"), at(review, "state"), at(review, "commit_id")]),
    ).toEqual([
      ["bo", "CHANGES_REQUESTED", firstHead],
      ["pia", "APPROVED", head],
      ["ana", "COMMENTED", head],
    ]);
    const event = await hub.arrival(({ payload }) => at(payload, "review", "user", "login") === "pia");
    expect([event.event, event.payload["action"], at(event.payload, "review", "state")]).toEqual([
      "pull_request_review",
      "submitted",
      "approved",
    ]);
  });

  it("of one's own pull request approve and refuse nothing", async () => {
    const approve = await hub.as("ana", `POST ${one}/reviews`, { event: "APPROVE" });
    const refuse = await hub.as("ana", `POST ${one}/reviews`, { event: "REQUEST_CHANGES", body: "No" });
    expect([approve, refuse].map(({ status, body }) => [status, at(body, "errors")])).toEqual([
      [422, ["Can not approve your own pull request"]],
      [422, ["Can not request changes on your own pull request"]],
    ]);
  });

  it("that refuse or comment need words, and a commit that exists", async () => {
    const replies = [
      await hub.as("bo", `POST ${one}/reviews`, { event: "REQUEST_CHANGES" }),
      await hub.as("bo", `POST ${one}/reviews`, { event: "APPROVED" }),
      await hub.as("bo", `POST ${one}/reviews`, { event: "APPROVE", commit_id: "1".repeat(40) }),
    ];
    expect(replies.map(({ status }) => status)).toEqual([422, 422, 422]);
  });

  it("are dismissed with a message, by somebody whom the timeline names", async () => {
    const reviews = listOf((await hub.bot(`GET ${one}/reviews`)).body);
    const id = String(numberIn(reviews[0], "id"));
    expect((await hub.as("pia", `PUT ${one}/reviews/${id}/dismissals`, {})).status).toBe(422);
    const dismissed = await hub.as("pia", `PUT ${one}/reviews/${id}/dismissals`, { message: "Settled" });
    expect([dismissed.status, at(dismissed.body, "state")]).toEqual([200, "DISMISSED"]);
    expect((await hub.as("pia", `PUT ${one}/reviews/${id}/dismissals`, { message: "Again" })).status).toBe(422);
    const timeline = listOf((await hub.bot(`GET /repos/${repo}/issues/1/timeline`)).body);
    const entry = timeline.find((each) => at(each, "event") === "review_dismissed");
    expect([at(entry, "actor", "login"), at(entry, "dismissed_review")]).toEqual([
      "pia",
      { state: "changes_requested", review_id: Number(id), dismissal_message: "Settled" },
    ]);
    const event = await hub.arrival(({ payload }) => payload["action"] === "dismissed");
    expect([at(event.payload, "sender", "login"), at(event.payload, "review", "state")]).toEqual(["pia", "dismissed"]);
  });

  it("stay with their author while pending", async () => {
    const pending = await hub.as("olga", `POST ${one}/reviews`, { body: "Thinking" });
    const id = String(numberIn(pending.body, "id"));
    const states = async (login: string): Promise<unknown[]> =>
      listOf((await hub.as(login, `GET ${one}/reviews`)).body).map((review) => at(review, "state"));
    expect(await states("olga")).toEqual(["DISMISSED", "APPROVED", "COMMENTED", "PENDING"]);
    expect(await states("bo")).toEqual(["DISMISSED", "APPROVED", "COMMENTED"]);
    const submitted = await hub.as("olga", `POST ${one}/reviews/${id}/events`, { event: "APPROVE" });
    expect(at(submitted.body, "state")).toBe("APPROVED");
    await hub.as("olga", `PUT ${one}/reviews/${id}`, { body: "Sure" });
    const edited = await hub.arrival(
      ({ event, payload }) => event === "pull_request_review" && payload["action"] === "edited",
    );
    expect(at(edited.payload, "changes")).toEqual({ body: { from: "Thinking" } });
  });
});
