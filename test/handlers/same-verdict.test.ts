// The verdict of the running Signalbox and that of `signalbox check`, of the same pull request in the same repository: the same bytes.
import { afterAll, afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { execFileSync } from "node:child_process";
import { writeJson } from "../../src/commands/format.ts";
import { judgePullRequest } from "../../src/handlers/check-pull-request.ts";
import type { PullRequest } from "../../src/handlers/ports.ts";
import { verdictJson } from "../../src/render/verdict-json.ts";
import { removeTemporaryFolders, temporaryFolder } from "../adapters/git-fixture.ts";
import { run } from "../commands/run-command.ts";
import { openHandlerWorld, pullRequest, type Files, type HandlerWorld } from "./handler-world.ts";

let world: HandlerWorld;
beforeEach(async () => {
  world = await openHandlerWorld();
});
afterEach(() => world.git.close());
afterAll(removeTemporaryFolders);

function propose(author: string, change: Files): PullRequest {
  world.origin.git(["update-ref", "refs/heads/own", world.root]);
  const head = world.commit("own", { ...world.files, ...change });
  world.github.authors.set(head, author);
  const pull = pullRequest({ number: 1, head, author, headBranch: "own" });
  world.github.pulls = [pull];
  return pull;
}

/** What the running Signalbox finds, as `check --format json` would write it. */
async function byTheApp(pull: PullRequest, approvedBy: readonly string[]): Promise<string> {
  world.github.reviews = approvedBy.map((login, id) => {
    return { id, login, state: "approved", commit: pull.head, at: 500, dismissal: null, retargetedAt: null } as const;
  });
  await world.ports.git.update();
  const { verdict } = await judgePullRequest(world.ports, pull, await world.ports.git.tip());
  const written: string[] = [];
  writeJson(verdictJson(verdict), { write: (text: string) => void written.push(text) });
  return written.join("");
}

async function byTheCommand(pull: PullRequest, approvedBy: readonly string[]): Promise<string> {
  const folder = temporaryFolder();
  execFileSync("git", ["clone", "--quiet", "--no-checkout", world.origin.folder, folder]);
  const teams = ["--team", "platform=pia,paul", "--team", "web=ana,bo"];
  const approvals = approvedBy.flatMap((login) => ["--approved-by", login]);
  const revisions = ["--base", "origin/main", "--head", "origin/own", "--author", pull.author?.login ?? ""];
  const ran = await run(["check", ...revisions, ...teams, ...approvals, "--format", "json"], { folder });
  expect(ran.err).toBe("");
  return ran.out;
}

describe("the verdict", () => {
  const production = { "racks/production/apps/web/env.yml": "LOG_LEVEL: debug\n" };
  const cases: readonly [outcome: string, author: string, change: Files, approvedBy: readonly string[]][] = [
    ["waiting", "pia", production, ["ana"]],
    ["ready", "pia", production, ["paul", "ana"]],
    ["blocked", "ana", production, ["paul"]],
    ["blocked", "ana", { "bindings/mine.yml": '- { role: Administrator, subjects: ["user:ana"] }\n' }, []],
    ["blocked", "ana", { "racks/staging/apps/web/app.yml": "build: { imges: true }\n" }, []],
    ["untouched", "eve", { "README.md": "hello\n" }, []],
  ];
  it.each(cases)(
    "%s of a change by %s is the same by the App and by the command",
    async (...[outcome, author, change, approvedBy]) => {
      const pull = propose(author, change);
      const app = await byTheApp(pull, approvedBy);
      expect(JSON.parse(app)).toMatchObject({ outcome });
      expect(await byTheCommand(pull, approvedBy)).toBe(app);
    },
  );
});
