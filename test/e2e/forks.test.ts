// Pull requests from forks, end to end: checked from the repository's own refs, whoever pushed counts, and nothing more is allowed.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { until } from "../../src/demo/until.ts";
import { openTestWorld, type TestWorld } from "./open-world.ts";

const LIMIT_MS = 120_000;
const PRODUCTION = "racks/production/apps/web/env.yml";
const run = promisify(execFile);

let opened: TestWorld;
let folder: string;
beforeAll(async () => {
  opened = await openTestWorld();
  folder = await mkdtemp(join(tmpdir(), "signalbox-fork-"));
}, LIMIT_MS);
afterAll(async () => {
  await opened.close();
  await rm(folder, { recursive: true, force: true });
});

async function call(
  login: string,
  method: string,
  path: string,
  body: object | null = {},
): Promise<Record<string, unknown>> {
  const { github, people } = opened.world.info();
  const answer = await fetch(`${github.api}/repos/acme/config${path}`, {
    method,
    headers: { authorization: `token ${people[login]?.token ?? ""}` },
    ...(body === null ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${String(answer.status)} ${await answer.text()}`);
  return (await answer.json()) as Record<string, unknown>;
}

async function headOf(pull: number): Promise<string> {
  const { head } = (await call("pia", "GET", `/pulls/${String(pull)}`, null)) as { head: { sha: string } };
  return head.sha;
}

async function cloneOfFork(login: string): Promise<string> {
  const { github, people } = opened.world.info();
  const clone = await mkdtemp(join(folder, "clone-"));
  const remote = new URL(`${github.git}/pia/config.git`);
  remote.username = login;
  remote.password = people[login]?.token ?? "";
  await run("git", ["clone", "-q", remote.href, clone]);
  return clone;
}

function inClone(clone: string, ...args: readonly string[]): Promise<unknown> {
  return run("git", ["-C", clone, ...args]);
}

/** Pushes to a branch of pia's fork; the commit says that it is by `as`. */
async function pushToFork(login: string, as: string, text: string): Promise<void> {
  const clone = await cloneOfFork(login);
  const git = (...args: string[]): Promise<unknown> => inClone(clone, ...args);
  await git("checkout", "-q", "-B", "topic", (await has(clone)) ? "origin/topic" : "origin/main");
  await git("config", "user.name", as);
  await git("config", "user.email", `${as}@users.noreply.github.com`);
  await writeFile(join(clone, PRODUCTION), text, { flag: "a" });
  await git("commit", "-q", "-a", "-m", "Change production");
  await git("push", "-q", "origin", "topic");
}

async function has(clone: string): Promise<boolean> {
  const { stdout } = await run("git", ["-C", clone, "branch", "-r", "--list", "origin/topic"]);
  return stdout.trim() !== "";
}

describe("a pull request from a fork", () => {
  it(
    "is checked like any other, and whoever pushed to the fork may not approve it, whatever its commits say",
    async () => {
      const { onlooker } = opened.stage;
      await call("pia", "POST", "/forks");
      await pushToFork("pia", "pia", 'FORKED: "1"\n');
      const made = await call("pia", "POST", "/pulls", {
        ...{ head: "pia:topic", base: "main", title: "From a fork", maintainer_can_modify: true },
      });
      const pull = Number(made["number"]);
      await onlooker.check(pull, /^Waiting: 0 of 1 approval/);
      await pushToFork("paul", "pia", 'PUSHED: "1"\n');
      await call("paul", "POST", `/pulls/${String(pull)}/reviews`, { event: "APPROVE" });
      const comment = await onlooker.comment(pull, "check", /paul[^\n]*pushed/);
      expect(comment).toMatch(/### Waiting/);
      expect(await opened.stage.person("olga").review(pull, "APPROVE")).toBe(200);
      await onlooker.check(pull, /^Waiting/);
      expect(opened.problems).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    "is blocked by a push that no event told of, and what the check says mends it",
    async () => {
      const { onlooker } = opened.stage;
      const { control } = opened.world.info().github;
      await fetch(`${control}/deliveries`, { method: "POST", body: JSON.stringify({ mode: "drop", times: 200 }) });
      const before = await headOf(1);
      await pushToFork("paul", "pia", 'UNHEARD: "1"\n');
      await until("the head of the push", async () => {
        const head = await headOf(1);
        return head === before ? { seen: head } : { found: head, seen: "" };
      });
      await fetch(`${control}/faults`, { method: "DELETE" });
      await call("paul", "POST", "/issues/1/labels", { labels: ["unheard"] });
      await onlooker.check(1, /^Blocked/);
      const comment = await onlooker.comment(1, "check", /no event told who pushed it to its fork/);
      const said = /`git (rebase --rebase-merges --no-ff [0-9a-f]{7}\^) && git push --force-with-lease`/.exec(comment);
      const clone = await cloneOfFork("pia");
      await inClone(clone, "checkout", "-q", "topic");
      // Within the same second the same name would make the same commit, which is no push.
      await inClone(clone, "config", "user.name", "pia, again");
      await inClone(clone, "config", "user.email", "pia@users.noreply.github.com");
      await inClone(clone, ...(said?.[1]?.split(" ") ?? ["no command is said"]));
      await inClone(clone, "push", "-q", "--force-with-lease", "origin", "topic");
      await onlooker.check(1, /^Waiting: 0 of 1 approval/);
      await onlooker.comment(1, "check", /paul[^\n]*pushed/);
    },
    LIMIT_MS,
  );
});
