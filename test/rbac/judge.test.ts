import { describe, expect, it } from "@jest/globals";
import type { Proposal, UnattributedCommit } from "../../src/rbac/proposal.ts";
import type { Verdict } from "../../src/rbac/verdict.ts";
import { judge } from "../../src/rbac/judge.ts";
import { worseOf } from "../../src/rbac/outcome.ts";
import { access, ADMINISTRATOR } from "./access-by-hand.ts";
import {
  ACCESS,
  commit,
  count,
  DEFAULT_RULES,
  FILES,
  LOG_LEVEL_ON_PRODUCTION,
  LOG_LEVEL_ON_STAGING,
  mistake,
  policyOf,
  propose,
  repo,
  rule,
} from "./repo-by-hand.ts";

function verdictOn(proposal: Proposal): Verdict {
  return judge(policyOf(proposal), proposal);
}

function nobodys(letter: string, written: Partial<UnattributedCommit> = {}): UnattributedCommit {
  const reason = "its author's e-mail belongs to no GitHub account";
  return { commit: commit(letter), reason, mend: "e-mail", ...written };
}

describe("the outcome", () => {
  const cases: readonly [rule: string, proposal: Proposal, outcome: Verdict["outcome"]][] = [
    ["is untouched where nothing of Signalbox's changes", propose({}), "untouched"],
    ["is ready where everybody may and nobody has to approve", propose({ change: LOG_LEVEL_ON_STAGING }), "ready"],
    ["is waiting where an approval is missing", propose({ change: LOG_LEVEL_ON_PRODUCTION }), "waiting"],
    ["is ready with that approval", propose({ change: LOG_LEVEL_ON_PRODUCTION, reviews: [{ login: "bo" }] }), "ready"],
    ["is blocked where the author may not", propose({ change: LOG_LEVEL_ON_STAGING, author: "eve" }), "blocked"],
    ["is blocked by a new error", propose({ head: { findings: [mistake("racks/staging/rack.yml")] } }), "blocked"],
    [
      "is not blocked by an error that the base has on another line",
      propose({
        base: { findings: [mistake("roles-of-old.yml", { line: 3 })] },
        head: { findings: [mistake("roles-of-old.yml", { line: 9 })] },
      }),
      "untouched",
    ],
    [
      "is blocked by the second of two equal errors where the base has one",
      propose({ base: { findings: [mistake("x.yml")] }, head: { findings: [mistake("x.yml"), mistake("x.yml")] } }),
      "blocked",
    ],
    [
      "is ready with a new warning and no change",
      propose({ head: { findings: [mistake("signalbox.yml", { level: "warning" })] } }),
      "ready",
    ],
    ["is blocked by a conflict", propose({ conflicts: ["signalbox.yml"] }), "blocked"],
    [
      "is blocked by a commit that is nobody's",
      propose({ change: LOG_LEVEL_ON_STAGING, unattributed: [nobodys("c")] }),
      "blocked",
    ],
    [
      "is untouched by a commit that is nobody's and changes nothing of Signalbox's",
      propose({ unattributed: [nobodys("c")] }),
      "untouched",
    ],
  ];
  it.each(cases)("%s", (_, proposal, outcome) => {
    expect(verdictOn(proposal).outcome).toBe(outcome);
  });

  it("is the worse of two, blocked being the worst", () => {
    const order = ["blocked", "waiting", "ready", "untouched"] as const;
    for (const [rank, worse] of order.entries()) {
      for (const better of order.slice(rank)) {
        expect([worseOf(worse, better), worseOf(better, worse)]).toEqual([worse, worse]);
      }
    }
  });
});

describe("findings", () => {
  it("say which were there before", () => {
    const known = mistake("racks/staging/rack.yml", { message: "line 3 is wrong" });
    const moved = { ...known, line: 5, message: "line 5 is wrong" };
    const other = mistake("racks/staging/rack.yml", { level: "warning" });
    const proposal = propose({ base: { findings: [known] }, head: { findings: [moved, other] } });
    expect(verdictOn(proposal).findings).toEqual([{ ...moved, already: true }, other]);
  });

  it("name each file in conflict, and what to do", () => {
    expect(verdictOn(propose({ conflicts: ["racks/staging/rack.yml"] })).findings).toEqual([
      {
        file: "racks/staging/rack.yml",
        line: 1,
        column: 1,
        rule: "merge-conflict",
        level: "error",
        message: "git cannot merge this file with the default branch by itself",
        hint: "merge the default branch into yours, settle the conflict and push",
      },
    ]);
  });

  const mends: readonly [mends: string, unattributed: Proposal["unattributed"], message: string, hint: string][] = [
    [
      "an e-mail address, of all such commits at once",
      [
        nobodys("c"),
        nobodys("c", { reason: "its committer's e-mail belongs to no GitHub account" }),
        ..."def0123".split("").map((letter) => nobodys(letter)),
      ],
      "commits ccccccc, ddddddd, eeeeeee, fffffff, 0000000 and 3 more are by nobody that GitHub knows (its author's e-mail " +
        "belongs to no GitHub account and its committer's e-mail belongs to no GitHub account), so nobody's rights can be judged",
      "add that e-mail address to its author's GitHub account and re-run this check; or set one of yours (`git config user.email`), then " +
        '`git rebase --rebase-merges ccccccc^ --exec "git commit --amend --no-edit --reset-author" && git push --force-with-lease`',
    ],
    [
      "a new push",
      [nobodys("c", { reason: "GitHub has no record of who pushed it", mend: "push" })],
      "commit ccccccc is by nobody that GitHub knows (GitHub has no record of who pushed it), so nobody's rights can be judged",
      "push it anew, under a new id: `git rebase --rebase-merges --no-ff ccccccc^ && git push --force-with-lease`",
    ],
    [
      "a pull request",
      [nobodys("c", { reason: "nobody is known to have pushed it to its fork", mend: "pull-request" })],
      "commit ccccccc is by nobody that GitHub knows (nobody is known to have pushed it to its fork), so nobody's rights can be judged",
      "push it anew to the fork, under a new id: `git rebase --rebase-merges --no-ff ccccccc^ && git push --force-with-lease`; or " +
        "bring it in by a pull request from a branch of this repo: `git push origin HEAD:refs/heads/<a new branch>`",
    ],
  ];
  it.each(mends)(
    "name a commit that is nobody's, and the command that mends it: %s",
    (_, unattributed, message, hint) => {
      const place = { file: "racks/staging/apps/web/env.yml", line: 1, column: 1 };
      expect(verdictOn(propose({ change: LOG_LEVEL_ON_STAGING, unattributed })).findings).toEqual([
        { ...place, rule: "unattributed-commit", level: "error", message, hint },
      ]);
    },
  );
});

describe("changes", () => {
  it("name files, fields and what became of them, never a value", () => {
    const proposal = propose({
      change: {
        "racks/staging/apps/web/env.yml": { LOG_LEVEL: '"hunter2"', CACHE_URL: '"hunter3"' },
        "racks/staging/apps/web/convox.yml": { "": "two" },
        "racks/prod-eu/apps/web/env.yml": undefined,
        "roles/auditor.yml": { description: '"reads"' },
      },
    });
    const verdict = verdictOn(proposal);
    expect(verdict.changes).toEqual([
      {
        kind: "environment",
        path: "racks/prod-eu/apps/web/env.yml",
        resource: "environment",
        name: "web",
        rack: "prod-eu",
        action: "removed",
        detail: "removed (LOG_LEVEL)",
        fields: ["LOG_LEVEL"],
      },
      {
        kind: "manifest",
        path: "racks/staging/apps/web/convox.yml",
        resource: "applications",
        name: "web",
        rack: "staging",
        action: "changed",
        detail: "changed",
        fields: [],
      },
      {
        kind: "environment",
        path: "racks/staging/apps/web/env.yml",
        resource: "environment",
        name: "web",
        rack: "staging",
        action: "changed",
        detail: "CACHE_URL added; LOG_LEVEL changed",
        fields: ["CACHE_URL", "LOG_LEVEL"],
      },
      {
        kind: "roles",
        path: "roles/auditor.yml",
        resource: "roles",
        name: "auditor",
        action: "added",
        detail: "added (description)",
        fields: ["description"],
      },
    ]);
    expect(JSON.stringify(verdict)).not.toContain("hunter");
  });
});

describe("whose policy", () => {
  const strict = repo({
    files: FILES,
    approvals: [...DEFAULT_RULES, rule("always", count(2, { teams: ["platform"] }))],
  });
  const proposal = propose({ change: LOG_LEVEL_ON_STAGING });
  const base = { name: "base", repo: proposal.base } as const;

  it("is the base's, whatever the head grants", () => {
    const everybody = access([ADMINISTRATOR], [{ role: "Administrator", subjects: ["user:eve"] }]);
    const self = propose({ author: "eve", change: LOG_LEVEL_ON_STAGING, head: { access: everybody } });
    expect(verdictOn(self).outcome).toBe("blocked");
  });

  it("is the base's, whatever approval rules the head drops", () => {
    const loosened = propose({
      author: "pia",
      change: { ...LOG_LEVEL_ON_PRODUCTION, "signalbox.yml": { version: "1", "approvals.0.require": "none" } },
      head: { approvals: [] },
    });
    expect(verdictOn(loosened).approvals.map(({ rule: name }) => name)).toEqual(["production", "access"]);
  });

  it("is the worse of base and last verified", () => {
    const verdict = judge([base, { name: "last verified", repo: strict }], proposal);
    expect([verdict.outcome, verdict.judgedBy]).toEqual(["waiting", "last verified"]);
  });

  it("is the base where both say the same", () => {
    const verdict = judge([base, { name: "last verified", repo: proposal.base }], proposal);
    expect([verdict.outcome, verdict.judgedBy]).toEqual(["ready", "base"]);
  });

  it("keeps a rack production that was so when last verified", () => {
    const demoted = { ...FILES, "racks/prod-eu/rack.yml": { endpoint: '"https://prod.example"' } };
    const change = propose({ base: { files: demoted }, change: LOG_LEVEL_ON_PRODUCTION });
    const verified = { name: "last verified", repo: repo({ files: FILES }) } as const;
    expect(judge([verified], change).outcome).toBe("waiting");
    expect(judge(policyOf(change), change).outcome).toBe("ready");
  });

  it("is the last verified alone where the base cannot be read", () => {
    const broken = { name: "base", repo: repo({ files: FILES, findings: [mistake("bindings/web.yml")] }) } as const;
    const verdict = judge([broken, { name: "last verified", repo: proposal.base }], proposal);
    expect([verdict.outcome, verdict.judgedBy]).toEqual(["ready", "last verified"]);
  });

  it.each(["signalbox.yml", "roles/web.yml", "bindings/web.yml"])(
    "blocks everything where %s cannot be read",
    (file) => {
      const broken = propose({ base: { findings: [mistake(file)] }, change: LOG_LEVEL_ON_STAGING });
      const verdict = verdictOn({ ...broken, head: { ...broken.head, findings: [] } });
      expect([verdict.outcome, verdict.findings]).toEqual([
        "blocked",
        [
          {
            file,
            line: 3,
            column: 1,
            rule: "policy-unreadable",
            level: "error",
            message:
              "the policy on the base cannot be read, so nothing can be judged by it: expected a known key (unknown-key)",
            hint: "mend signalbox.yml, roles/ and bindings/ on the default branch; an admin of the repo has to merge that past the check",
          },
        ],
      ]);
    },
  );

  it("blocks everything where there is none", () => {
    expect(judge([], proposal).outcome).toBe("blocked");
  });

  it("names the rules that it has switched off", () => {
    const off = rule("production", { kind: "none" });
    const verdict = verdictOn(propose({ base: { approvals: [off] }, change: LOG_LEVEL_ON_PRODUCTION }));
    expect([verdict.outcome, verdict.switchedOff, verdict.approvals]).toEqual(["ready", ["production"], []]);
  });
});

describe("the last administrator", () => {
  const removal = { "bindings/all.yml": { "0.subjects": "[]" } };
  const approved = [{ login: "paul" }];

  it("cannot be removed", () => {
    const left = access([ADMINISTRATOR], [{ role: "Administrator", subjects: ["user:pia"], racks: ["staging"] }]);
    const proposal = propose({ author: "pia", change: removal, head: { access: left }, reviews: approved });
    const verdict = verdictOn(proposal);
    expect([verdict.outcome, verdict.violations, verdict.findings]).toEqual([
      "blocked",
      [],
      [
        {
          file: "bindings/all.yml",
          line: 1,
          column: 1,
          rule: "last-administrator",
          level: "error",
          message: "after this nobody would be left who may write all, on everything and unnarrowed",
          hint: "bind Administrator to somebody else who is a member of the organisation, in the same change or before it",
        },
      ],
    ]);
  });

  it("cannot be given an end that the base does not have", () => {
    const ends = access([ADMINISTRATOR], [{ role: "Administrator", subjects: ["user:pia"], until: "2027-01-01" }]);
    const proposal = propose({ author: "pia", change: removal, head: { access: ends }, reviews: approved });
    expect(verdictOn(proposal).findings.map(({ message }) => message)).toEqual([
      "from 2027-01-01T00:00:00.000Z on nobody would be left who may write all, on everything and unnarrowed",
    ]);
  });

  it("can be replaced", () => {
    const left = access([ADMINISTRATOR], [{ role: "Administrator", subjects: ["team:platform"] }]);
    const proposal = propose({ author: "pia", change: removal, head: { access: left }, reviews: approved });
    expect(verdictOn(proposal).outcome).toBe("ready");
  });

  it("cannot be replaced by somebody who is no member", () => {
    const left = access([ADMINISTRATOR], [{ role: "Administrator", subjects: ["user:mallory"] }]);
    const proposal = propose({ author: "pia", change: removal, head: { access: left }, reviews: approved });
    expect(verdictOn(proposal).findings.map(({ rule: name }) => name)).toEqual(["last-administrator"]);
  });

  it("is no matter of changes that leave access alone", () => {
    const none = access(
      [...ACCESS.roles.values()],
      ACCESS.bindings.slice(1).map(({ role: name, subjects }) => ({ role: name, subjects })),
    );
    const verdict = verdictOn(propose({ base: { access: none }, change: LOG_LEVEL_ON_STAGING }));
    expect(verdict.outcome).toBe("ready");
  });
});
