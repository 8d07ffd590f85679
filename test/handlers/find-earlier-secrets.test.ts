// Secrets that a branch held on the way, read from real commits.
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { OpenConfigGit } from "../../src/adapters/config-git.ts";
import { withEarlierSecrets } from "../../src/handlers/find-earlier-secrets.ts";
import { loadConfigRepo } from "../manifest/load-config-repo.ts";
import { isSignalboxPath } from "../../src/manifest/repo-paths.ts";
import type { CommitSha } from "../../src/manifest/types.ts";
import { createOrigin, openMirror, removeMirrors, type Origin } from "../adapters/git-fixture.ts";
import { aTree, predefinedRoles } from "../manifest/a-tree.ts";

const ENV = "racks/staging/apps/web/env.yml";
const ROLE = "roles/dev.yml";
const GOOD = Object.fromEntries([...aTree()].map(([path, { text }]) => [path, text ?? ""]));
const SECRET = "NODE_ENV: x\nDB_PASSWORD: hunter2\n";
const ROTATE =
  "rotate it, since it was pushed and git keeps it; then take it out of that commit, too (`git rebase -i`, or squash the branch " +
  "into one commit and push it with --force-with-lease)";

let origin: Origin;
let git: OpenConfigGit;
let base: CommitSha;

beforeEach(async () => {
  origin = createOrigin();
  base = origin.commit("main", GOOD) as CommitSha;
  origin.git(["update-ref", "refs/heads/topic", base]);
  git = await openMirror(origin, { isOurs: isSignalboxPath });
});
afterEach(removeMirrors);

/** Each a commit of the topic branch; a whole repo but for these files. */
function commits(...trees: readonly Readonly<Record<string, string>>[]): readonly CommitSha[] {
  return trees.map((files) => origin.commit("topic", { ...GOOD, ...files }) as CommitSha);
}

async function found(head: CommitSha, from: CommitSha = base): Promise<readonly unknown[]> {
  await git.update();
  const { tree } = await git.merge(from, head);
  const repo = loadConfigRepo(await git.readTree(tree), { predefinedRoles });
  const { findings } = await withEarlierSecrets(git, repo, { base: from, head, result: tree });
  return findings.map(({ file, line, rule, message, hint }) => ({ file, line, rule, message, hint }));
}

const passwordIn = (commit: CommitSha): object => ({
  file: ENV,
  line: 1,
  rule: "no-plaintext-secret",
  message: `expected no secret in plain text, found a value under the name of a secret in \`DB_PASSWORD\`, on line 2 of commit ${commit.slice(0, 7)}`,
  hint: ROTATE,
});

describe("a secret that an earlier commit of a branch held", () => {
  it("is found though the last commit took it out, with the commit that put it there", async () => {
    const [bad, between, head] = commits(
      { [ENV]: SECRET },
      { [ENV]: SECRET, [ROLE]: "permissions: []\n" },
      { [ENV]: "NODE_ENV: y\n" },
    );
    if (bad === undefined || between === undefined || head === undefined) throw new Error("three commits were made");
    const findings = await found(head);
    expect(findings).toEqual([passwordIn(bad)]);
    expect(JSON.stringify(findings)).not.toMatch(/hunter2/);
  });

  it("is found in a file that is gone, and in one that never belonged there", async () => {
    const token = ["ghp", "kQ7xV2mZp9RtYb4LwJ8sNd3HfGc6TaUe1XoB"].join("_");
    const [bad, head] = commits({ "roles/.env": `A=${token}\n` }, {});
    if (bad === undefined || head === undefined) throw new Error("two commits were made");
    expect(await found(head)).toEqual([
      {
        file: "roles/.env",
        line: 1,
        rule: "no-plaintext-secret",
        message: `expected no secret in plain text, found a GitHub token, on line 1 of commit ${bad.slice(0, 7)}`,
        hint: ROTATE,
      },
    ]);
  });

  it("is said once where the last commit still has it", async () => {
    const [, head] = commits({ [ENV]: SECRET }, { [ENV]: `${SECRET}LOG: info\n` });
    if (head === undefined) throw new Error("two commits were made");
    expect(await found(head)).toEqual([expect.objectContaining({ file: ENV, line: 2 })]);
  });

  it("is found where the last commit has another one in its place", async () => {
    const [bad, head] = commits({ [ENV]: SECRET.replace("hunter2", "hunter3") }, { [ENV]: SECRET });
    if (bad === undefined || head === undefined) throw new Error("two commits were made");
    expect(await found(head)).toEqual([passwordIn(bad), expect.objectContaining({ file: ENV, line: 2 })]);
  });

  it("is no matter of this branch where the base has it in that file as well", async () => {
    const from = origin.commit("main", { ...GOOD, [ENV]: SECRET }) as CommitSha;
    origin.git(["update-ref", "refs/heads/topic", from]);
    const [, head] = commits({ [ENV]: `${SECRET}LOG: info\n` }, { [ENV]: "NODE_ENV: y\n" });
    if (head === undefined) throw new Error("two commits were made");
    expect(await found(head, from)).toEqual([]);
  });

  it("is no matter of what the branch merged in, nor of a line that says why it holds none", async () => {
    const [first] = commits({ [ENV]: `${SECRET.trimEnd()} # signalbox: not a secret, because it is a sample\n` });
    const moved = origin.commit("main", { ...GOOD, [ROLE]: `# AGE-SECRET-KEY-1${"Q".repeat(58)}\n` }) as CommitSha;
    const tree = origin.git(["rev-parse", `${moved}^{tree}`]);
    const merge = origin.git(["commit-tree", tree, "-p", first ?? "", "-p", moved], "merge") as CommitSha;
    origin.git(["update-ref", "refs/heads/topic", merge]);
    const head = origin.commit("topic", GOOD) as CommitSha;
    expect(await found(head, moved)).toEqual([]);
  });
});
