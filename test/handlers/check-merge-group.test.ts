// Candidates of a merge queue: what stands on them, on real git and by the real judge.
import { afterAll, afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { checkMergeGroup } from "../../src/handlers/check-merge-group.ts";
import { checkPullRequest } from "../../src/handlers/check-pull-request.ts";
import type { PullRequest } from "../../src/handlers/ports.ts";
import { createCheckedPulls, recheckPullRequests } from "../../src/handlers/recheck-pull-requests.ts";
import type { CommitSha } from "../../src/manifest/types.ts";
import { removeTemporaryFolders } from "../adapters/git-fixture.ts";
import { account, openHandlerWorld, pullRequest, type HandlerWorld } from "./handler-world.ts";

const CONVOX = "racks/staging/apps/web/convox.yml";
const ENVIRONMENT = "racks/staging/apps/web/env.yml";
const PRODUCTION = "racks/production/apps/web/env.yml";

let world: HandlerWorld;
beforeEach(async () => {
  world = await openHandlerWorld();
});
afterEach(() => world.git.close());
afterAll(removeTemporaryFolders);

type Edits = Readonly<Record<string, string>>;

function propose(number: number, edits: Edits): PullRequest {
  const headBranch = `topic-${String(number)}`;
  world.origin.git(["update-ref", `refs/heads/${headBranch}`, world.root]);
  const head = world.commit(headBranch, { ...world.files, ...edits });
  world.origin.git(["update-ref", `refs/pull/${String(number)}/head`, head]);
  const pull = pullRequest({ number, head, author: "ana", headBranch });
  world.github.pulls = [...world.github.pulls, pull];
  world.github.authors.set(head, "ana");
  return pull;
}

/** A candidate as GitHub makes it: a merge of the pull request onto `base`, in the queue's own folder of branches. */
function queue({ number, head }: PullRequest, base: CommitSha, tree?: string): CommitSha {
  const { git } = world.origin;
  const made = tree ?? git(["merge-tree", "--write-tree", base, head]);
  const commit = git(["commit-tree", made, "-p", base, "-p", head], "merge") as CommitSha;
  git(["update-ref", `refs/heads/gh-readonly-queue/main/pr-${String(number)}-${base}`, commit]);
  return commit;
}

function shown(): readonly (readonly [CommitSha, string | null, string])[] {
  return world.checks.map(({ head, conclusion, title }) => [head, conclusion, title]);
}

const IMAGE_OF_LEVEL = "services:\n  web:\n    image: registry.acme.example/web:${LOG_LEVEL}\n    port: 3000\n";

describe("the check of a merge queue's candidate", () => {
  it("is green where each of its pull requests may be merged, and names base and merged tree", async () => {
    const first = queue(propose(1, { [ENVIRONMENT]: "LOG_LEVEL: info\n" }), world.root);
    const second = queue(propose(2, { [CONVOX]: `${world.files[CONVOX] ?? ""}\n` }), first);
    await checkMergeGroup(world.ports, second);
    expect(shown()).toEqual([[second, "success", "Ready: Signalbox has no objection"]]);
    expect(world.checks[0]?.externalId).toBe(`${world.root}:${world.origin.git(["rev-parse", `${second}^{tree}`])}`);
    expect(world.comments.size).toBe(0);
  });

  it("stops two that are valid alone and together are not", async () => {
    const first = queue(propose(1, { [CONVOX]: IMAGE_OF_LEVEL }), world.root);
    const pull = propose(2, { [ENVIRONMENT]: "{}\n" });
    await checkPullRequest(world.ports, 2);
    await checkMergeGroup(world.ports, first);
    const second = queue(pull, first);
    await checkMergeGroup(world.ports, second);
    expect(shown()).toEqual([
      [pull.head, "success", "Ready: Signalbox has no objection"],
      [first, "success", "Ready: Signalbox has no objection"],
      [second, "failure", expect.stringMatching(/^Blocked: #2: 1 thing to fix: .* in .*convox\.yml:3/)],
    ]);
    expect(world.checks.at(-1)?.summary).toMatch(/^GitHub takes #2 out of the merge queue\./);
  });

  it("fails where approvals are missing, since nobody approves there", async () => {
    const pull = propose(1, { [PRODUCTION]: "A: changed\n" });
    world.github.pulls = [{ ...pull, author: account("paul") }];
    world.github.authors.set(pull.head, "paul");
    await checkMergeGroup(world.ports, queue(pull, world.root));
    expect(world.checks.map(({ conclusion, title }) => [conclusion, title])).toEqual([
      ["failure", "Waiting: #1: 0 of 1 approval (platform)"],
    ]);
  });

  it("fails for what is before it in the queue, unless that has passed", async () => {
    const first = queue(propose(1, { [PRODUCTION]: "A: changed\n" }), world.root);
    const second = queue(propose(2, { [ENVIRONMENT]: "LOG_LEVEL: info\n" }), first);
    await checkMergeGroup(world.ports, second);
    expect(shown()).toEqual([[second, "failure", expect.stringMatching(/^Blocked: #1, before it in the queue: /)]]);
    await world.ports.writer.publishCheck({
      ...{ head: first, externalId: "", title: "", summary: "", text: "", annotations: [], conclusion: "success" },
    });
    await checkMergeGroup(world.ports, second);
    expect(shown().at(-1)).toEqual([second, "success", "Ready: Signalbox has no objection"]);
  });

  it("gives nobody what only stands before it in the queue", async () => {
    const given = '- role: OperatorV2\n  subjects: ["user:ana"]\n';
    const first = queue(propose(1, { "bindings/ana.yml": given }), world.root);
    const second = queue(propose(2, { [PRODUCTION]: "A: changed\n" }), first);
    await world.ports.writer.publishCheck({
      ...{ head: first, externalId: "", title: "", summary: "", text: "", annotations: [], conclusion: "success" },
    });
    await checkMergeGroup(world.ports, second);
    expect(shown().at(-1)).toEqual([second, "failure", expect.stringMatching(/^Blocked: #2: .*ana may not write/)]);
  });

  it.each([
    ["has other content than the merge", (pull: PullRequest) => queue(pull, world.root, treeOf(world.root))],
    [
      "is of a pull request that is closed",
      (pull: PullRequest) => {
        world.github.pulls = [{ ...pull, open: false }];
        return queue(pull, world.root);
      },
    ],
    [
      "is of a pull request into another branch",
      (pull: PullRequest) => {
        world.github.pulls = [{ ...pull, baseBranch: "release" }];
        return queue(pull, world.root);
      },
    ],
  ])("fails where it %s", async (_, make) => {
    const head = make(propose(1, { [ENVIRONMENT]: "LOG_LEVEL: info\n" }));
    await checkMergeGroup(world.ports, head);
    expect(shown()).toEqual([[head, "failure", "Blocked: what the queue made of #1 is not what merging it makes"]]);
  });

  it("is for each of the pull requests whose branches name it: one that is not what it is stops it", async () => {
    const own = propose(1, { [ENVIRONMENT]: "LOG_LEVEL: info\n" });
    propose(2, { [CONVOX]: `${world.files[CONVOX] ?? ""}\n` });
    const group = queue(own, world.root);
    const { git } = world.origin;
    git(["update-ref", `refs/heads/gh-readonly-queue/main/pr-2-${world.root}`, group]);
    await checkMergeGroup(world.ports, group);
    expect(shown()).toEqual([[group, "failure", "Blocked: what the queue made of #2 is not what merging it makes"]]);
  });

  it("says nothing on a pull request's own head, whatever branch somebody gives it", async () => {
    const pull = propose(1, { [PRODUCTION]: "A: changed\n" });
    world.origin.git(["update-ref", `refs/heads/gh-readonly-queue/main/pr-1-${world.root}`, pull.head]);
    await checkMergeGroup(world.ports, pull.head);
    expect(shown()).toEqual([]);
    await recheckPullRequests(world.ports, createCheckedPulls());
    expect(world.jobs).toEqual([{ kind: "check-pull-request", pull: 1 }]);
  });

  it("says nothing of a candidate that is gone", async () => {
    const pull = propose(1, { [ENVIRONMENT]: "LOG_LEVEL: info\n" });
    const head = queue(pull, world.root);
    world.origin.git(["update-ref", "-d", `refs/heads/gh-readonly-queue/main/pr-1-${world.root}`]);
    await checkMergeGroup(world.ports, head);
    expect(shown()).toEqual([]);
  });

  it("is asked for again when one of its pull requests was, and by the sweep where no event told of it", async () => {
    const pull = propose(1, { [ENVIRONMENT]: "LOG_LEVEL: info\n" });
    const head = queue(pull, world.root);
    await checkPullRequest(world.ports, 1);
    expect(world.jobs.splice(0)).toEqual([{ kind: "check-merge-group", head }]);
    await recheckPullRequests(world.ports, createCheckedPulls());
    expect(world.jobs.splice(0)).toEqual([
      { kind: "check-pull-request", pull: 1 },
      { kind: "check-merge-group", head },
    ]);
    await checkMergeGroup(world.ports, head);
    await recheckPullRequests(world.ports, createCheckedPulls());
    expect(world.jobs).toEqual([{ kind: "check-pull-request", pull: 1 }]);
  });

  it("is asked for once an hour by the sweep where nothing comes to stand on it", async () => {
    const merged = `refs/heads/gh-readonly-queue/main/pr-1-${world.root}`;
    world.origin.git(["update-ref", merged, world.root]);
    const checked = createCheckedPulls();
    const group = { kind: "check-merge-group", head: world.root };
    const asked = async (): Promise<readonly unknown[]> => {
      await recheckPullRequests(world.ports, checked);
      return world.jobs.splice(0);
    };
    expect(await asked()).toEqual([group]);
    await checkMergeGroup(world.ports, world.root);
    expect([shown(), await asked()]).toEqual([[], []]);
    world.github.now += 60 * 60_000;
    expect(await asked()).toEqual([group]);
  });

  it("is asked for again after those before it, whose end it leans on, whatever their numbers", async () => {
    const first = queue(propose(2, { [ENVIRONMENT]: "LOG_LEVEL: info\n" }), world.root);
    const second = queue(propose(1, { [CONVOX]: `${world.files[CONVOX] ?? ""}\n` }), first);
    await checkPullRequest(world.ports, 2);
    expect(world.jobs).toEqual([
      { kind: "check-merge-group", head: first },
      { kind: "check-merge-group", head: second },
    ]);
  });
});

function treeOf(commit: CommitSha): string {
  return world.origin.git(["rev-parse", `${commit}^{tree}`]);
}
