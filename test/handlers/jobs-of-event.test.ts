import { describe, expect, it } from "@jest/globals";
import { jobsOfEvent } from "../../src/handlers/jobs-of-event.ts";
import type { WebhookEvent } from "../../src/handlers/ports.ts";
import type { CommitSha } from "../../src/manifest/types.ts";

const HEAD = "a".repeat(40) as CommitSha;
const GREEN = "c".repeat(40) as CommitSha;
const GROUP = "b".repeat(40) as CommitSha;
const OURS = {
  defaultBranch: "main",
  appSlug: "signalbox",
  knowsTeam: (slug: string) => slug === "platform",
  pullsAt: (head: CommitSha) => Promise.resolve(head === HEAD ? [7] : []),
  isGreen: (head: CommitSha) => head === GREEN,
};
const EVENT: WebhookEvent = {
  name: "",
  action: null,
  pull: null,
  forkPush: null,
  sender: null,
  comment: null,
  retargeted: false,
  newHead: null,
  leftHead: null,
  ref: null,
  groupHead: null,
  team: null,
  checkApp: null,
  checkHead: null,
  checkPulls: [],
};
const CHECK = { kind: "check-pull-request", pull: 7 };
const RECHECK = { kind: "recheck-pull-requests" };

const BOT = "signalbox[bot]";
const COMMENT = {
  name: "issue_comment",
  action: "edited",
  pull: 7,
  comment: { id: 1, by: BOT, isCommand: false },
  sender: BOT,
};
const COMMAND = { ...COMMENT, comment: { id: 1, by: "ana", isCommand: true }, sender: "ana" };

describe("jobsOfEvent", () => {
  it.each<[string, Partial<WebhookEvent>, readonly unknown[]]>([
    ["a pull request that opens is checked", { name: "pull_request", action: "opened", pull: 7 }, [CHECK]],
    [
      "what another pull request made green is taken back where one opens on the same head",
      { name: "pull_request", action: "opened", pull: 8, newHead: HEAD },
      [
        { kind: "suspend-check", pull: 8, why: "head-known" },
        { ...CHECK, pull: 8 },
      ],
    ],
    [
      "so it is where one is pushed to that head",
      { name: "pull_request", action: "synchronize", pull: 8, newHead: HEAD, leftHead: GROUP },
      [
        { kind: "suspend-check", pull: 8, why: "head-known" },
        { ...CHECK, pull: 8 },
      ],
    ],
    [
      "what an earlier time made green is taken back where a push brings it back",
      { name: "pull_request", action: "synchronize", pull: 7, newHead: GREEN, leftHead: HEAD },
      [{ kind: "suspend-check", pull: 7, why: "head-known" }, CHECK],
    ],
    ["a head of its own is not suspended", { name: "pull_request", action: "opened", pull: 7, newHead: HEAD }, [CHECK]],
    ["a push to its branch checks it again", { name: "pull_request", action: "synchronize", pull: 7 }, [CHECK]],
    ["a changed title checks it again", { name: "pull_request", action: "edited", pull: 7 }, [CHECK]],
    [
      "a changed base takes the verdict back at once",
      { name: "pull_request", action: "edited", pull: 7, retargeted: true },
      [{ kind: "suspend-check", pull: 7, why: "retargeted" }, CHECK],
    ],
    [
      "what was said before it was closed is taken back when it is reopened",
      { name: "pull_request", action: "reopened", pull: 7 },
      [{ kind: "suspend-check", pull: 7, why: "reopened" }, CHECK],
    ],
    ["a closed pull request asks for nothing", { name: "pull_request", action: "closed", pull: 7, leftHead: HEAD }, []],
    [
      "a closed pull request has those checked that share its head",
      { name: "pull_request", action: "closed", pull: 8, leftHead: HEAD },
      [CHECK],
    ],
    [
      "so has one that is retargeted",
      { name: "pull_request", action: "edited", pull: 8, retargeted: true, leftHead: HEAD },
      [{ kind: "suspend-check", pull: 8, why: "retargeted" }, { ...CHECK, pull: 8 }, CHECK],
    ],
    [
      "so has one that is pushed to",
      { name: "pull_request", action: "synchronize", pull: 8, leftHead: HEAD },
      [{ ...CHECK, pull: 8 }, CHECK],
    ],
    ["an assignment asks for nothing", { name: "pull_request", action: "assigned", pull: 7 }, []],
    ["a review checks it again", { name: "pull_request_review", action: "dismissed", pull: 7 }, [CHECK]],
    [
      "a push to the default branch is verified, and what was judged on it before is looked at",
      { name: "push", ref: "refs/heads/main" },
      [{ kind: "verify-updates" }, RECHECK],
    ],
    ["a push of a tag of that name is not", { name: "push", ref: "refs/tags/main" }, []],
    ["a push to another branch asks for nothing", { name: "push", ref: "refs/heads/feature" }, []],
    [
      "our own check asked for again is made again",
      { name: "check_run", action: "rerequested", checkApp: "signalbox", checkPulls: [7] },
      [CHECK],
    ],
    [
      "our own check on a fork's commit, for which GitHub names no pull request, is made again too",
      { name: "check_suite", action: "rerequested", checkApp: "signalbox", checkHead: HEAD },
      [CHECK],
    ],
    [
      "the check of what is no pull request's head may be that of a merge queue's candidate",
      { name: "check_run", action: "rerequested", checkApp: "signalbox", checkHead: GROUP },
      [{ kind: "check-merge-group", head: GROUP }],
    ],
    [
      "a candidate of a merge queue is checked",
      { name: "merge_group", action: "checks_requested", groupHead: GROUP },
      [{ kind: "check-merge-group", head: GROUP }],
    ],
    ...["membership", "team"].flatMap((name): [string, Partial<WebhookEvent>, readonly unknown[]][] => [
      [`a ${name} event of a team that is asked about`, { name, team: { slug: "platform", isPart: false } }, [RECHECK]],
      [`a ${name} event of a team that nothing names`, { name, team: { slug: "lunch", isPart: false } }, []],
      [
        `a ${name} event of a team whose members are another's as well`,
        { name, team: { slug: "lunch", isPart: true } },
        [RECHECK],
      ],
    ]),
    [
      "a team that may have another name now",
      { name: "team", action: "edited", team: { slug: "lunch", isPart: false } },
      [RECHECK],
    ],
    ["one that is gone is not", { name: "merge_group", action: "destroyed", groupHead: GROUP }, []],
    [
      "a pull request that joins the queue is not checked again",
      { name: "pull_request", action: "enqueued", pull: 7 },
      [],
    ],
    ["one that leaves it is told how to go on", { name: "pull_request", action: "dequeued", pull: 7 }, [CHECK]],
    ["another App's check is not", { name: "check_run", action: "rerequested", checkApp: "ci", checkPulls: [7] }, []],
    ["our own check's birth asks for nothing", { name: "check_run", action: "created", checkApp: "signalbox" }, []],
    ["a changed team looks at all open ones", { name: "membership", action: "added" }, [RECHECK]],
    ["a comment asks for nothing", { ...COMMENT, action: "created" }, []],
    ["a new command is answered", { ...COMMAND, action: "created" }, [{ kind: "answer-commands", pull: 7 }]],
    ["a comment that is edited into a command is not", { ...COMMAND, action: "edited" }, []],
    ["a command on an issue is not", { ...COMMAND, action: "created", pull: null }, []],
    ["our own comment that we edit asks for nothing", { ...COMMENT, sender: BOT }, []],
    ["our own comment that somebody edits is looked after", { ...COMMENT, sender: "ana" }, [CHECK]],
    [
      "our own comment that somebody removes is looked after",
      { ...COMMENT, action: "deleted", sender: "ana" },
      [CHECK],
    ],
    ["a command in a comment on a commit is none", { ...COMMAND, name: "commit_comment", action: "created" }, []],
    [
      "a command in a comment on a line of a review is none",
      { ...COMMAND, name: "pull_request_review_comment", action: "created" },
      [],
    ],
    ["an event that is not known asks for nothing", { name: "__proto__", action: "opened", pull: 7 }, []],
  ])("%s", async (_rule, event, expected) => {
    expect(await jobsOfEvent({ ...EVENT, ...event }, OURS)).toEqual(expected);
  });
});
