// What commands in comments do and answer, on real git and by the real judge.
import { afterAll, afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { answerCommands, type AnswerPorts } from "../../src/handlers/answer-commands.ts";
import { createSweepMemory, sweep } from "../../src/handlers/sweep.ts";
import type { ApplyRecord, LedgerRecord, VerifyRecord } from "../../src/ledger/record.ts";
import type { AppName, CommitSha, RackName } from "../../src/manifest/types.ts";
import { answerMarker } from "../../src/render/markers.ts";
import { removeTemporaryFolders } from "../adapters/git-fixture.ts";
import { applyRecord, verifyRecord } from "../ledger/records.ts";
import { account, openHandlerWorld, pullRequest, type HandlerWorld, type Written } from "./handler-world.ts";

const PRODUCTION_ENV = "racks/production/apps/web/env.yml";
const OWN = "signalbox[bot]";

let world: HandlerWorld;
let edited: Set<number>;
beforeEach(async () => {
  world = await openHandlerWorld();
  edited = new Set();
});
afterEach(() => world.git.close());
afterAll(removeTemporaryFolders);

function ports(): AnswerPorts {
  return { ...world.ports, ownLogin: OWN, editedComments: edited };
}

function comment(login: string, body: string, written: Partial<Written> = {}): number {
  const id = 100 + world.github.comments.length;
  const at = world.github.now;
  world.github.comments.push({ id, pull: 1, login, byPerson: true, createdAt: at, updatedAt: at, body, ...written });
  return id;
}

/** The reaction to a comment, and the answer to it. */
function answerTo(id: number): readonly [reaction: string | undefined, body: string | undefined] {
  return [world.reactions.get(id), world.comments.get(`#1 ${answerMarker(id)}`)];
}

function proposeOnProduction(): void {
  world.origin.git(["update-ref", "refs/heads/own", world.root]);
  const head = world.commit("own", { ...world.files, [PRODUCTION_ENV]: "A: change\n" });
  world.github.authors.set(head, "pia");
  world.github.pulls = [pullRequest({ number: 1, head, author: "pia", headBranch: "own" })];
}

describe("a command", () => {
  it("is answered with a reaction and one comment, once", async () => {
    proposeOnProduction();
    const id = comment("eve", "/signalbox help");
    await answerCommands(ports(), 1);
    expect(answerTo(id)).toEqual(["+1", expect.stringContaining("| `/signalbox plan` |")]);
    world.github.comments.push({
      ...{ id: 200, pull: 1, login: OWN, byPerson: false, createdAt: 2_000, updatedAt: 2_000 },
      body: answerMarker(id),
    });
    world.comments.clear();
    await answerCommands(ports(), 1);
    expect(world.comments.size).toBe(0);
  });

  it("shows the plan as judged now, and asks for the check anew", async () => {
    proposeOnProduction();
    const id = comment("bo", "/signalbox plan");
    await answerCommands(ports(), 1);
    const [reaction, body] = answerTo(id);
    expect([reaction, world.jobs]).toEqual(["+1", [{ kind: "check-pull-request", pull: 1 }]]);
    expect(body).toMatch(/^### Waiting · 0 of 1 approval/);
    expect(body).toContain("**When merged**");
  });

  it("explains the verdict rule by rule, with what changes and what that needs", async () => {
    proposeOnProduction();
    world.github.reviews = [
      { id: 1, login: "bo", state: "approved", commit: world.root, at: 500, dismissal: null, retargetedAt: null },
    ];
    const id = comment("bo", "/signalbox explain");
    await answerCommands(ports(), 1);
    const [, body] = answerTo(id);
    expect(body).toContain("needs write on environment `web` on `production`");
    expect(body).toMatch(/`production`: not satisfied/);
    expect(body).toMatch(/`bo` \(on `[0-9a-f]{7}`\) does not count/);
  });

  it("that nobody knows is answered with the ones that there are", async () => {
    proposeOnProduction();
    const id = comment("bo", "/signalbox aply");
    await answerCommands(ports(), 1);
    expect(answerTo(id)).toEqual(["confused", expect.stringMatching(/^That is no command/)]);
  });

  it("that is not here yet says so", async () => {
    proposeOnProduction();
    const id = comment("pia", "/signalbox rollback production/web");
    await answerCommands(ports(), 1);
    expect(answerTo(id)).toEqual(["confused", expect.stringContaining("not in this version of Signalbox yet")]);
  });

  it("judges nothing where the pull request is closed", async () => {
    proposeOnProduction();
    world.github.pulls = world.github.pulls.map((pull) => ({ ...pull, open: false }));
    const id = comment("pia", "/signalbox plan");
    await answerCommands(ports(), 1);
    expect(answerTo(id)).toEqual(["confused", expect.stringContaining("closed")]);
  });

  it("is none where an event said that the comment was edited, although its times do not", async () => {
    proposeOnProduction();
    edited.add(comment("pia", "/signalbox plan"));
    await answerCommands(ports(), 1);
    expect(world.comments.size).toBe(0);
  });

  it("is found by the sweep where no event told of it", async () => {
    proposeOnProduction();
    comment("pia", "looks good");
    const memory = createSweepMemory();
    const asked = async (): Promise<readonly number[]> => {
      world.jobs.splice(0);
      await sweep(world.ports, memory);
      return world.jobs.flatMap((job) => (job.kind === "answer-commands" ? [job.pull] : []));
    };
    expect(await asked()).toEqual([]);
    comment("pia", "/signalbox plan");
    expect(await asked()).toEqual([1]);
    world.github.now += 60 * 60_000;
    expect(await asked()).toEqual([1]);
    world.github.now += 60_000;
    expect(await asked()).toEqual([]);
  });
});

describe("retry", () => {
  const WEB = { rack: "production" as RackName, app: "web" as AppName };

  /** Pull request 1, merged and applied; each app with how that ended. */
  function merged(outcomes: Readonly<Record<string, Partial<ApplyRecord>>>): CommitSha {
    proposeOnProduction();
    const [pull] = world.github.pulls;
    const commit = pull?.head ?? world.root;
    world.origin.git(["update-ref", "refs/heads/main", commit]);
    world.github.pulls = world.github.pulls.map((one) => ({
      ...one,
      open: false,
      merged: { at: 1, by: account("pia"), commit },
    }));
    const units = Object.keys(outcomes).map((place) => `racks/${place.replace("/", "/apps/")}` as const);
    const update: VerifyRecord = verifyRecord(commit, units, { pull: 1 });
    const applied = Object.entries(outcomes).map(([place, over]) => {
      const [rack = "", app = ""] = place.split("/");
      return applyRecord(commit, { rack: rack as RackName, app: app as AppName, id: `apply:${place}`, ...over });
    });
    world.records.push(update, ...applied);
    return commit;
  }

  function retries(): readonly LedgerRecord[] {
    return world.records.filter(({ action }) => action === "retry");
  }

  it("is recorded for who may write what failed, in their name, and answered with what is tried again", async () => {
    const commit = merged({ "production/web": { result: "rolled-back" } });
    const id = comment("paul", "/signalbox retry");
    await answerCommands(ports(), 1);
    expect(retries()).toEqual([
      {
        id: `retry:${String(id)}:production/web`,
        at: "1970-01-01T00:00:01.000Z",
        actor: "user:paul",
        via: "comment",
        action: "retry",
        result: "ok",
        pull: 1,
        commit,
        ...WEB,
      },
    ]);
    expect(answerTo(id)).toEqual([
      "rocket",
      `- \`production/web\`: trying its content of ${commit.slice(0, 7)} again.\n\nThe comment on the result is edited as it ends.`,
    ]);
  });

  it("is refused to who may not write it, with the reason", async () => {
    merged({ "production/web": { result: "failed" } });
    const id = comment("ana", "/signalbox retry");
    await answerCommands(ports(), 1);
    expect(retries()).toEqual([]);
    expect(answerTo(id)).toEqual([
      "-1",
      expect.stringMatching(/^- `production\/web`: `ana` may not: .*\n\nNothing was done\.$/),
    ]);
  });

  it("is refused to who is no member of the organisation", async () => {
    merged({ "production/web": { result: "failed" } });
    const id = comment("mallory", "/signalbox retry production/web");
    await answerCommands(ports(), 1);
    expect([retries(), answerTo(id)[0]]).toEqual([[], "-1"]);
  });

  const nothing: readonly [rule: string, outcomes: Parameters<typeof merged>[0], command: string][] = [
    ["well", { "production/web": { result: "ok" } }, "/signalbox retry"],
    ["not at all yet", { "production/web": { result: "failed", retrying: true } }, "/signalbox retry"],
    ["badly elsewhere", { "production/web": { result: "failed" } }, "/signalbox retry staging/web"],
  ];
  it.each(nothing)("does nothing where it ended %s", async (_, outcomes, command) => {
    merged(outcomes);
    const id = comment("pia", command);
    await answerCommands(ports(), 1);
    expect([retries(), answerTo(id)[0]]).toEqual([[], "confused"]);
  });

  it("takes one app of several", async () => {
    merged({ "production/web": { result: "failed" }, "staging/web": { result: "failed" } });
    comment("pia", "/signalbox retry staging/web");
    await answerCommands(ports(), 1);
    expect(retries().map((record) => record.id)).toEqual(["retry:100:staging/web"]);
  });
});
