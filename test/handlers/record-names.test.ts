// Which account each name means is written down when the name is first merged.
import { afterAll, afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { checkPullRequest } from "../../src/handlers/check-pull-request.ts";
import { verifyUpdates } from "../../src/handlers/verify-updates.ts";
import { recordNames } from "../../src/handlers/record-names.ts";
import type { NameRecord } from "../../src/ledger/record.ts";
import { CHECK_MARKER } from "../../src/render/markers.ts";
import { removeTemporaryFolders } from "../adapters/git-fixture.ts";
import { verifyRecord } from "../ledger/records.ts";
import { openHandlerWorld, pullRequest, type HandlerWorld } from "./handler-world.ts";

const EXTRA = "bindings/extra.yml";

let world: HandlerWorld;
beforeEach(async () => {
  world = await openHandlerWorld();
});
afterEach(() => world.git.close());
afterAll(removeTemporaryFolders);

function recorded(): readonly Pick<NameRecord, "named" | "forgotten">[] {
  return world.records.flatMap((record) =>
    record.action === "name" ? [{ named: record.named, forgotten: record.forgotten }] : [],
  );
}

/** An update that was verified: these are bound. */
async function merge(subjects: readonly string[]): Promise<void> {
  const binding = `- { role: DeveloperV2, racks: [staging], subjects: [${subjects.join(", ")}] }\n`;
  const commit = world.commit("main", { ...world.files, [EXTRA]: binding });
  world.records.push(verifyRecord(commit, ["access"]));
  await world.git.update();
  await recordNames(world.ports);
}

describe("names", () => {
  it("of the root are recorded once, before anything is judged", async () => {
    await verifyUpdates(world.ports);
    await verifyUpdates(world.ports);
    const [{ named }] = recorded() as [Pick<NameRecord, "named">];
    expect(recorded()).toHaveLength(1);
    expect(named["user:olga"]).toBe(world.github.ids.get("user:olga"));
    expect(named["team:platform"]).toBe(world.github.ids.get("team:platform"));
  });

  it("that an update names first are recorded with it; one that nobody has is nobody", async () => {
    await world.git.update();
    await recordNames(world.ports);
    await merge(['"user:ana"', '"user:nobody-yet"']);
    expect(recorded().at(-1)).toEqual({
      named: { "user:ana": world.github.ids.get("user:ana"), "user:nobody-yet": null },
      forgotten: [],
    });
  });

  it("that are named no more are forgotten, and mean who has them when they are named again", async () => {
    await merge(['"user:ana"']);
    await merge(['"user:bo"']);
    expect(recorded().at(-1)?.forgotten).toEqual(["user:ana"]);
    world.github.ids.set("user:ana", 99);
    await merge(['"user:ana"']);
    expect(recorded().at(-1)?.named).toEqual({ "user:ana": 99 });
  });

  it("of a held update are not recorded: it gives nothing", async () => {
    await verifyUpdates(world.ports);
    const after = world.commit("main", {
      ...world.files,
      [EXTRA]: '- { role: Administrator, subjects: ["user:ana"] }\n',
    });
    world.github.updates = [{ before: world.root, after, actor: "ana", at: 10, kind: "push" }];
    world.github.authors.set(after, "ana");
    await verifyUpdates(world.ports);
    expect(world.records.at(-1)).toMatchObject({ action: "verify", result: "held" });
    expect(recorded()).toHaveLength(1);
  });

  it("decide from then on: the team that has taken the name has nobody", async () => {
    await verifyUpdates(world.ports);
    world.github.ids.set("team:platform", 99);
    world.origin.git(["update-ref", "refs/heads/own", world.root]);
    const head = world.commit("own", { ...world.files, "racks/production/apps/web/env.yml": "A: change\n" });
    world.github.authors.set(head, "olga");
    world.github.pulls = [pullRequest({ number: 1, head, author: "olga", headBranch: "own" })];
    const approval = { id: 1, login: "paul", state: "approved", commit: head, at: 5 } as const;
    world.github.reviews = [{ ...approval, dismissal: null, retargetedAt: null }];
    await checkPullRequest(world.ports, 1);
    expect(world.checks.at(-1)?.title).toMatch(/^Waiting: 0 of 1/);
    expect(world.comments.get(`#1 ${CHECK_MARKER}`)).toMatch(/team:platform[^\n]* is now another team than/);
  });

  it.each<[rule: string, comes: number, title: RegExp, words: RegExp]>([
    ["the App that a rule names approves by it", 41, /^Ready/, /Approved by helper\[bot\]/],
    [
      "an App that has taken its slug does not, and the comment says what to do",
      42,
      /^Waiting: 0 of 1/,
      /app:helper is now another App than [^\n]*\(id 42, then 41\)[^\n]*organization-settings puts it right in signalbox\.yml/,
    ],
  ])("decide from then on: %s", async (_rule, comes, title, words) => {
    world.github.ids.set("app:helper", 41);
    const settings = (world.files["signalbox.yml"] ?? "").replace(
      /from: \{ teams: \[platform\].*? \}/,
      'from: { users: ["helper[bot]"] }',
    );
    const base = world.commit("main", { ...world.files, "signalbox.yml": settings });
    world.records.push(verifyRecord(base, ["access"]));
    await world.git.update();
    await recordNames(world.ports);
    world.github.ids.set("user:helper[bot]", comes);
    world.origin.git(["update-ref", "refs/heads/own", base]);
    const head = world.commit("own", {
      ...world.files,
      "signalbox.yml": settings,
      "racks/production/apps/web/env.yml": "A: change\n",
    });
    world.github.authors.set(head, "olga");
    world.github.pulls = [pullRequest({ number: 1, head, author: "olga", headBranch: "own" })];
    const approval = { id: 1, login: "helper[bot]", state: "approved", commit: head, at: 5 } as const;
    world.github.reviews = [{ ...approval, dismissal: null, retargetedAt: null }];
    await checkPullRequest(world.ports, 1);
    expect(world.checks.at(-1)?.title).toMatch(title);
    expect(world.comments.get(`#1 ${CHECK_MARKER}`)?.replaceAll("\\", "")).toMatch(words);
  });
});
