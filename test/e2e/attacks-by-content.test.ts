// Attacks by what stands in the repo: links out of it, names that look like others, text that becomes something else, and content
// that would carry secrets away.
import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import { symlink, unlink } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { LIMIT_MS, openAttackWorld, STAGING_WEB, type Branch, type Edits } from "./attack-world.ts";

const thief = { connections: 0, url: "" };
const server = createServer((request, response) => {
  thief.connections += 1;
  response.end("{}");
  request.resume();
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const address = server.address();
thief.url = `http://127.0.0.1:${String(typeof address === "object" ? address?.port : "")}`;
const world = await openAttackWorld();
afterAll(async () => {
  await world.close();
  await new Promise((resolve) => server.close(resolve));
});

describe("an attack by content", () => {
  it.each([
    ["a file outside", "/etc/passwd"],
    ["a folder above", "../../../../.."],
    ["another file of the repo", "../../../../signalbox.yml"],
    ["nothing", "nowhere.yml"],
  ])(
    "a symlink to %s: refused, and never followed",
    async (what, target) => {
      const pull = await withEntry(`link-${what.replace(/ /g, "-")}`, async ({ folder }) => {
        await unlink(join(folder, STAGING_WEB, "env.yml"));
        await symlink(target, join(folder, STAGING_WEB, "env.yml"));
      });
      await world.fails(pull, /^Blocked/, /link/);
      expect((await world.stage.onlooker.comments(pull)).join("")).not.toContain("root:");
    },
    LIMIT_MS,
  );

  it(
    "a submodule: refused, nothing fetched",
    async () => {
      const pull = await withEntry("submodule", async ({ git }) => {
        const commit = await git.revparse(["HEAD"]);
        await git.raw(["update-index", "--add", "--cacheinfo", `160000,${commit},racks/staging/apps/web/sub`]);
      });
      await world.fails(pull, /^Blocked/, /submodule/);
    },
    LIMIT_MS,
  );

  it.each([
    ["among the apps", "racks/staging/apps/web/bomb"],
    ["beside the racks", "roles/bomb"],
  ])(
    "a huge tree %s: ten thousand million files of a few objects are not walked, and the check says so",
    async (where, path) => {
      const branch = await world.branch("ana", `bomb-${where.replace(/ /g, "-")}`, {});
      await world.fails(await proposeFolder(branch, path), TOO_MANY);
    },
    LIMIT_MS,
  );

  it(
    "a huge tree that git would search for renames in the merge: git is not asked",
    async () => {
      const branch = await world.branch("ana", "bomb-renames", {});
      const moved = await world.propose("bo", "move-main", { "NOTES.md": () => "Main moves.\n" });
      await world.stage.onlooker.check(moved, /./);
      expect(await world.stage.person("bo").merge(moved)).toBe(200);
      await branch.git.rm("bindings/guests.yml");
      await branch.git.raw(["commit", "--quiet", "-m", "Take guests out"]);
      await world.fails(await proposeFolder(branch, "bomb"), TOO_MANY);
    },
    LIMIT_MS,
  );

  it.each<[string, Edits, RegExp]>([
    ["in a file's name", { "roles/аdmin.yml": () => "permissions: []\n" }, /U\\?\+0430/],
    [
      "in a login",
      { "bindings/web.yml": (text) => `${text}- role: web-developer\n  subjects: ["user:оlga"]\n` },
      /U\\?\+043E/,
    ],
    ["turned around", { "bindings/web.yml": (text) => `${text}# \u202e}regalnam :toor{\n` }, /U\\?\+202E/],
  ])(
    "homoglyphs and bidirectional characters %s: refused, by their code point",
    async (what, edits, words) => {
      const pull = await world.propose("bo", `glyph-${what.replace(/\W+/g, "-")}`, edits);
      await world.fails(pull, /^Blocked/, words);
    },
    LIMIT_MS,
  );

  it(
    "Markdown that injects: text of users stays text, mentions nobody and breaks out of nothing",
    async () => {
      const evil = "</details><img src=x onerror=alert(1)> @acme/platform `` ``` [x](javascript:alert(1)) | # x";
      const { owner, repo } = world;
      const branch = await world.branch("bo", "inject", {
        "roles/web-developer.yml": (text) => `${text}${JSON.stringify(evil)}: 1\n`,
        "bindings/web.yml": (text) => `${text}- role: ${JSON.stringify(evil)}\n  subjects: ["user:bo"]\n`,
      });
      const opened = await world
        .as("bo")
        .pulls.create({ owner, repo, head: branch.name, base: "main", title: evil, body: evil });
      const pull = opened.data.number;
      await world.fails(pull, /^Blocked/);
      const page = await pageOf(pull);
      expect(page).not.toMatch(/<img[^>]*onerror/);
      expect(page).not.toMatch(/href="javascript:/);
      expect(commentsOf(page)).not.toMatch(/<a[^>]*>@acme\/platform/);
    },
    LIMIT_MS,
  );

  it(
    "${KEY} that smuggles a manifest key: refused where it would change the structure",
    async () => {
      const pull = await world.propose("ana", "smuggle", {
        [`${STAGING_WEB}/env.yml`]: (text) => `${text}IMAGE: "registry.acme.example/web:1, privileged: true"\n`,
        [`${STAGING_WEB}/convox.yml`]: (text) =>
          text.replace(
            /web:\n {4}image:.*\n {4}port: 3000/,
            "web: { image: ${IMAGE}, port: 3000 }\n  other:\n    image: a/b:1",
          ),
      });
      await world.fails(pull, /^Blocked/, /structure|IMAGE/);
    },
    LIMIT_MS,
  );

  it.each<[string, () => Promise<Edits>]>([
    ["an endpoint", () => Promise.resolve(rack((text) => text.replace(/endpoint: .*/, `endpoint: ${thief.url}`)))],
    [
      "recipients",
      async () => {
        const own = await identityToRecipient(await generateX25519Identity());
        return rack((text) => text.replace(/(recipients:\s+- )(age1\w+)/, `$1$2\n  - ${own}`));
      },
    ],
    [
      "a reference",
      () =>
        Promise.resolve(rack((text) => text.replace(/password: .*/, 'password: { ref: "env://PRODUCTION_PASSWORD" }'))),
    ],
  ])(
    "%s that would carry secrets away: an Administrator must approve it, and nothing was sent",
    async (what, edits) => {
      const pull = await world.propose("pia", `carry-${what.replace(/\W+/g, "-")}`, await edits());
      await world.fails(pull, /^Waiting/, /Administrator|olga/);
      expect(thief.connections).toBe(0);
    },
    LIMIT_MS,
  );

  it(
    "a reference to what is not this app's: opened by nobody, and the app keeps its release",
    async () => {
      const serving = await world.stage.onlooker.serving("staging", "web");
      const pull = await world.propose("ana", "foreign-reference", {
        [`${STAGING_WEB}/env.yml`]: (text) => `${text}STOLEN: { ref: "env://PRODUCTION_PASSWORD" }\n`,
      });
      await world.stage.onlooker.check(pull, /^Ready/);
      expect(await world.stage.person("ana").merge(pull)).toBe(200);
      const result = await world.stage.onlooker.comment(pull, "result", /### Failed/);
      expect(result).toMatch(/grant/);
      expect((await world.stage.onlooker.serving("staging", "web"))?.id).toBe(serving?.id);
      const { racks } = world.world.info();
      const password = racks["production"]?.password ?? "?";
      expect([...world.sent, ...world.log].join("\n").includes(password)).toBe(false);
    },
    LIMIT_MS,
  );

  it(
    "an endpoint merged past the check: held, and nothing was sent to it",
    async () => {
      const pull = await world.propose(
        "pia",
        "endpoint-past",
        rack((text) => text.replace(/endpoint: .*/, `endpoint: ${thief.url}`)),
      );
      await world.stage.onlooker.check(pull, /^Waiting/);
      expect(await world.stage.person("olga").merge(pull)).toBe(200);
      await world.stage.onlooker.comment(pull, "result", /### Held/);
      expect(thief.connections).toBe(0);
    },
    LIMIT_MS,
  );

  it("none of them made a rack do anything", async () => {
    expect(await world.rackWrites()).toEqual([]);
  });

  async function withEntry(name: string, change: (branch: Branch) => Promise<void>): Promise<number> {
    const branch = await world.branch("ana", name, {});
    await change(branch);
    if (name !== "submodule") await branch.git.add("--all");
    await branch.git.raw(["commit", "--quiet", "-m", name]);
    await branch.git.push("origin", name, ["--quiet"]);
    return world.stage.person("ana").openPullRequest(name, name);
  }

  async function proposeFolder(branch: Branch, path: string): Promise<number> {
    const commit = gitOf(branch, ["commit-tree", "-p", "HEAD", "-m", "A large tree", withFolder(branch, path)]);
    await branch.git.push("origin", `${commit}:refs/heads/${branch.name}`, ["--quiet", "--force"]);
    return world.stage.person("ana").openPullRequest(branch.name, branch.name);
  }

  async function pageOf(pull: number): Promise<string> {
    const { github } = world.world.info();
    return (await fetch(`${github.web}/${github.repo}/pull/${String(pull)}`)).text();
  }
});

const TOO_MANY = /^Blocked: the config repo cannot be read: it has more than 500000 entries/;

/** The page from the first comment of Signalbox's on. */
function commentsOf(page: string): string {
  return page.slice(page.indexOf("signalbox"));
}

function rack(edit: (text: string) => string): Edits {
  return { "racks/staging/rack.yml": edit };
}

/** The tree of HEAD with a folder in it that holds itself ten times over, ten deep. No index and no work tree could hold it. */
function withFolder(branch: Branch, path: string): string {
  const blob = gitOf(branch, ["hash-object", "-w", "--stdin"], "x");
  const copies = (entry: string): string =>
    gitOf(branch, ["mktree"], Array.from({ length: 10 }, (_, index) => `${entry}\tf${String(index)}\n`).join(""));
  let tree = copies(`100644 blob ${blob}`);
  for (let depth = 1; depth < 10; depth += 1) tree = copies(`040000 tree ${tree}`);
  const steps = path.split("/");
  for (let length = steps.length - 1; length >= 0; length -= 1) {
    const there = gitOf(branch, ["ls-tree", `HEAD:${steps.slice(0, length).join("/")}`]);
    const others = there.split("\n").filter((line) => line !== "" && !line.endsWith(`\t${steps[length] ?? ""}`));
    tree = gitOf(branch, ["mktree"], `${[...others, `040000 tree ${tree}\t${steps[length] ?? ""}`].join("\n")}\n`);
  }
  return tree;
}

function gitOf({ folder }: Branch, args: readonly string[], input = ""): string {
  return execFileSync("git", [...args], { cwd: folder, input, encoding: "utf8" }).trim();
}
