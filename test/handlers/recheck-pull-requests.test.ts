// Which open pull requests are judged again without an event of their own, and which verdicts are taken back until then.
import { afterAll, afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import {
  createCheckedPulls,
  forgetChecked,
  recheckPullRequests,
  type CheckedPulls,
} from "../../src/handlers/recheck-pull-requests.ts";
import { StalledError } from "../../src/errors.ts";
import type { CommitSha } from "../../src/manifest/types.ts";
import { removeTemporaryFolders } from "../adapters/git-fixture.ts";
import { openHandlerWorld, pullRequest, type Files, type HandlerWorld } from "./handler-world.ts";

const WEB = "racks/staging/apps/web";
const PRODUCTION = "racks/production/apps/web";
const SEALED = `YWdlLWVuY3J5cHRpb24ub3JnL3Yx${"A".repeat(200)}`;

let world: HandlerWorld;
let checked: CheckedPulls;
let head: CommitSha;
beforeEach(async () => {
  world = await openHandlerWorld();
  checked = createCheckedPulls();
  const { files, github, origin, root } = world;
  origin.git(["update-ref", "refs/heads/own", root]);
  head = world.commit("own", { ...files, [`${WEB}/env.yml`]: "A: change\n" });
  github.pulls = [pullRequest({ number: 1, head, headBranch: "own", updatedAt: 1 })];
  await world.git.update();
});
afterEach(() => world.git.close());
afterAll(removeTemporaryFolders);

async function asked(): Promise<readonly string[]> {
  world.jobs.splice(0);
  await recheckPullRequests(world.ports, checked);
  return world.jobs.map((job) => job.kind);
}

/** The base gets these files instead of those it had; everything up to there is verified. */
async function move(files: Files): Promise<void> {
  const commit = world.commit("main", files);
  const last = world.records[0];
  if (last?.action !== "begin") throw new Error("the world begins with its root");
  world.records.splice(0, 1, { ...last, id: `begin:${commit}`, commit });
  await world.git.update();
}

function greenOn(base: CommitSha, on = head): void {
  const texts = { title: "Ready", summary: "", text: "", annotations: [] };
  world.checks.push({ head: on, externalId: `${base}:tree`, conclusion: "success", ...texts });
}

describe("an open pull request", () => {
  it("is judged once, again after what no event told (a review), and after an hour; else not", async () => {
    expect(await asked()).toEqual(["check-pull-request"]);
    expect(await asked()).toEqual([]);
    world.github.pulls = [pullRequest({ number: 1, head, headBranch: "own", updatedAt: 2 })];
    expect(await asked()).toEqual(["check-pull-request"]);
    expect(await asked()).toEqual([]);
    world.github.now += 60 * 60_000;
    expect(await asked()).toEqual(["check-pull-request"]);
  });

  it("keeps no other from being judged again where its own tree cannot be looked at", async () => {
    const { git } = world.ports;
    const huge = pullRequest({ number: 2, head: world.commit("huge", { ...world.files, "README.md": "more\n" }) });
    world.github.pulls = [huge, ...world.github.pulls];
    await world.git.update();
    await asked();
    for (const on of [huge.head, head]) greenOn(world.root, on);
    await move({ ...world.files, "roles/reader.yml": "permissions: []\n" });
    const has: typeof git.has = (commit) => {
      if (commit === huge.head) throw new StalledError("the folder lists too many files");
      return git.has(commit);
    };
    world.jobs.splice(0);
    await recheckPullRequests({ ...world.ports, git: { ...git, has } }, checked);
    expect(world.jobs).toEqual([
      { kind: "suspend-check", pull: 2, why: "base-moved" },
      { kind: "check-pull-request", pull: 2 },
      { kind: "suspend-check", pull: 1, why: "base-moved" },
      { kind: "check-pull-request", pull: 1 },
    ]);
  });

  it("is judged again where who is in a team changed while it was looked at", async () => {
    await asked();
    const { github } = world.ports;
    const openPullRequests: typeof github.openPullRequests = () => {
      forgetChecked(checked);
      return github.openPullRequests();
    };
    await recheckPullRequests({ ...world.ports, github: { ...github, openPullRequests } }, checked);
    expect(await asked()).toEqual(["check-pull-request"]);
  });

  it("is judged again when another leaves the head that they share, closed or pushed to", async () => {
    const other = pullRequest({ number: 2, head, headBranch: "same", updatedAt: 1 });
    const own = world.github.pulls;
    world.github.pulls = [...own, other];
    expect(await asked()).toEqual(["check-pull-request", "check-pull-request"]);
    world.github.pulls = [...own, { ...other, open: false }];
    expect(await asked()).toEqual(["check-pull-request"]);
    expect(await asked()).toEqual([]);
    world.github.pulls = [...own, other];
    await asked();
    world.github.pulls = [...own, { ...other, head: world.root, updatedAt: 2 }];
    expect(await asked()).toEqual(["check-pull-request", "check-pull-request"]);
    expect(await asked()).toEqual([]);
  });

  it("is left alone when the base moves elsewhere", async () => {
    await asked();
    greenOn(world.root);
    await move({ ...world.files, [`${PRODUCTION}/env.yml`]: "A: other\n", README: "moved\n" });
    expect(await asked()).toEqual([]);
    expect(await asked()).toEqual([]);
  });

  it("is compared with a base once, however often it is looked at", async () => {
    await asked();
    greenOn(world.root);
    await move({ ...world.files, README: "moved\n" });
    const compared: string[] = [];
    const { git } = world.ports;
    const mergeBase: typeof git.mergeBase = (a, b) => {
      compared.push(`${a} ${b}`);
      return git.mergeBase(a, b);
    };
    const ports = { ...world.ports, git: { ...git, mergeBase } };
    await recheckPullRequests(ports, checked);
    await recheckPullRequests(ports, checked);
    expect(compared).toHaveLength(1);
  });

  it.each<[string, (files: Files) => Files]>([
    ["a file that it touches", (files) => ({ ...files, [`${WEB}/env.yml`]: "A: other\n" })],
    [
      "another file of an app that it touches",
      (files) => ({ ...files, [`${WEB}/convox.yml`]: `${files[`${WEB}/convox.yml`] ?? ""}\n` }),
    ],
    ["the settings", (files) => ({ ...files, "signalbox.yml": `${files["signalbox.yml"] ?? ""}\n# moved\n` })],
    ["a binding", (files) => ({ ...files, "bindings/more.yml": "[]\n" })],
    [
      "a rack.yml",
      (files) => ({ ...files, "racks/staging/rack.yml": `${files["racks/staging/rack.yml"] ?? ""}# moved\n` }),
    ],
    [
      "something that it may refer to, which is gone",
      (files) => Object.fromEntries(Object.entries(files).filter(([path]) => !path.startsWith(PRODUCTION))),
    ],
  ])("loses its verdict until it is judged again when the base moves in %s", async (_what, change) => {
    await asked();
    greenOn(world.root);
    await move(change(world.files));
    expect(await asked()).toEqual(["suspend-check", "check-pull-request"]);
  });

  it.each([
    [
      "one domain",
      "convox.yml",
      "services:\n  web:\n    image: registry.acme.example/web:1\n    port: 3000\n    domain: web.acme.example\n",
    ],
    ["one sealed value", "env.yml", `A: { age: "${SEALED}" }\n`],
  ])("loses its verdict where it and the base have %s, each in an app of its own", async (_what, file, text) => {
    const own = world.commit("own", { ...world.files, [`${WEB}/${file}`]: text });
    world.github.pulls = [pullRequest({ number: 1, head: own, headBranch: "own", updatedAt: 1 })];
    await asked();
    greenOn(world.root, own);
    await move({ ...world.files, [`${PRODUCTION}/${file}`]: text });
    expect(await asked()).toEqual(["suspend-check", "check-pull-request"]);
  });

  it("is judged again when what is on the base becomes verified, or stops being it", async () => {
    await asked();
    world.commit("main", { ...world.files, README: "moved\n" });
    await world.git.update();
    expect(await asked()).toEqual(["check-pull-request"]);
    expect(await asked()).toEqual([]);
  });

  it("that is closed is forgotten", async () => {
    await asked();
    world.github.pulls = [];
    await asked();
    expect([...checked.pulls.keys()]).toEqual([]);
  });
});
