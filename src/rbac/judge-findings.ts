// What is wrong with the merged tree and with the commits that make it, apart from what was wrong before.
import { SETTINGS_PATH } from "../manifest/repo-paths.ts";
import type { CommitSha, Finding } from "../manifest/types.ts";
import type { Proposal, UnattributedCommit } from "./proposal.ts";
import { shortCommit } from "./phrases.ts";
import type { Change, JudgedFinding } from "./verdict.ts";

/**
 * Findings of the head, marked where the base has them too, conflicts, and commits that are nobody's. Those stand at the
 * first file that changes, since every finding stands somewhere.
 */
export function judgeFindings(proposal: Proposal, changes: readonly Change[]): readonly JudgedFinding[] {
  const file = changes[0]?.path ?? SETTINGS_PATH;
  return [
    ...proposal.unattributed.map((commit) => unattributedFinding(commit, file)),
    ...proposal.conflicts.map(conflictFinding),
    ...markKnown(proposal.head.findings, proposal.base.findings),
  ];
}

export function isNew(finding: JudgedFinding): boolean {
  return finding.already !== true;
}

export function blocks(finding: JudgedFinding): boolean {
  return isNew(finding) && finding.level === "error";
}

/** The same mistake twice, once of it in the base, is one new mistake. */
export function markKnown(head: readonly Finding[], base: readonly Finding[]): readonly JudgedFinding[] {
  const known = new Map<string, number>();
  for (const finding of base) known.set(identityOf(finding), (known.get(identityOf(finding)) ?? 0) + 1);
  return head.map((finding) => {
    const identity = identityOf(finding);
    const left = known.get(identity) ?? 0;
    if (left === 0) return finding;
    known.set(identity, left - 1);
    return { ...finding, already: true };
  });
}

/** Lines and columns move with every edit above them. */
function identityOf({ file, rule, level, message }: Finding): string {
  return [file, rule, level, message.replace(/\b(line|column) \d+/g, "$1")].join("\0");
}

function conflictFinding(path: string): JudgedFinding {
  return {
    file: path,
    line: 1,
    column: 1,
    rule: "merge-conflict",
    level: "error",
    message: "git cannot merge this file with the default branch by itself",
    hint: "merge the default branch into yours, settle the conflict and push",
  };
}

function unattributedFinding({ commit, reason }: UnattributedCommit, file: string): JudgedFinding {
  return {
    file,
    line: 1,
    column: 1,
    rule: "unattributed-commit",
    level: "error",
    message: `commit ${shortCommit(commit)} is by nobody that GitHub knows (${reason}), so nobody's rights can be judged`,
    hint: mendCommand(commit),
  };
}

function mendCommand(commit: CommitSha): string {
  const amend = "git commit --amend --no-edit --reset-author";
  return (
    "set an e-mail address of your GitHub account (git config user.email), then: " +
    `git rebase ${shortCommit(commit)}^ --exec "${amend}" && git push --force-with-lease`
  );
}
