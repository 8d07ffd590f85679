// Pull requests of which GitHub's own lists end early: files at 3,000, commits at 250. They are judged whole.
import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { openAttackWorld, PRODUCTION_WEB, type AttackWorld, type Branch } from "./attack-world.ts";

const LIMIT_MS = 120_000;
const FILES = 3_499;
const COMMITS = 300;

interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly actor?: string;
}

let world: AttackWorld;
beforeAll(async () => {
  world = await openAttackWorld();
}, LIMIT_MS);
afterAll(() => world.close());

/** What the App asked GitHub for, of all that begins so. */
async function asked(start: string): Promise<readonly string[]> {
  const answer = await fetch(`${world.world.info().github.control}/log`);
  // The simulator's own format (spec §9), made by this project.
  const log = (await answer.json()) as readonly LoggedRequest[];
  return log
    .filter(({ actor }) => actor === "signalbox[bot]")
    .map(({ method, path }) => `${method} ${path}`)
    .filter((request) => request.startsWith(start));
}

/** One commit after another on the branch, by these people, the first with the change; in one process, since each has a price. */
function commitAs({ folder, name }: Branch, logins: readonly string[]): void {
  const text = "NEW: value\n";
  const file = `M 100644 inline ${PRODUCTION_WEB}/env.yml\ndata ${String(text.length)}\n${text}\n`;
  const commits = logins.map((login, index) => {
    const committer = `committer ${login} <${login}@users.noreply.github.com> 1795478400 +0000`;
    const head = `commit refs/heads/${name}\n${committer}\ndata 5\nGo on\n`;
    return index === 0 ? `${head}from refs/heads/${name}^0\n${file}` : `${head}\n`;
  });
  execFileSync("git", ["fast-import", "--quiet"], { cwd: folder, input: commits.join("") });
}

describe("a pull request that GitHub does not list whole", () => {
  it(
    "is blocked by the one file of 3,500 that its author may not change, after the 3,000 that GitHub lists",
    async () => {
      const branch = await world.branch("ana", "many-files", {});
      for (let file = 0; file < FILES; file += 1) {
        await writeFile(join(branch.folder, `note-${String(file).padStart(4, "0")}.md`), "A note.\n");
      }
      await writeFile(join(branch.folder, PRODUCTION_WEB, "env.yml"), "NEW: value\n");
      await branch.git.add("--all");
      await branch.git.commit("Add notes");
      await branch.git.push("origin", "many-files", ["--quiet"]);
      const pull = await world.stage.person("ana").openPullRequest("many-files", "Add notes");
      const listed = await world.as("bo").paginate("GET /repos/{owner}/{repo}/pulls/{pull_number}/files", {
        owner: world.owner,
        repo: world.repo,
        pull_number: pull,
        per_page: 100,
      });
      expect(listed.filter(({ filename }) => filename.startsWith("racks/"))).toEqual([]);
      await world.fails(pull, /^Blocked: .*ana may not write environment web on production/);
      expect(await asked(`GET /repos/acme/config/pulls/${String(pull)}/files`)).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    "is judged by the people of its first and of its last commit of 300, in a request for each hundred",
    async () => {
      const branch = await world.branch("pia", "many-commits", {});
      commitAs(branch, ["ana", ...Array<string>(COMMITS - 2).fill("pia"), "mallory"]);
      await branch.git.push("origin", "many-commits", ["--quiet"]);
      const before = (await asked("GET /repos/acme/config/commits?")).length;
      const pull = await world.stage.person("pia").openPullRequest("many-commits", "Go on");
      await world.fails(pull, /^Blocked: /, /`user:ana` may not/, /`user:mallory` may not/);
      expect((await asked("GET /repos/acme/config/commits?")).length - before).toBe(COMMITS / 100);
      expect(await asked(`GET /repos/acme/config/pulls/${String(pull)}/commits`)).toEqual([]);
    },
    LIMIT_MS,
  );
});
