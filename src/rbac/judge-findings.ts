// What is wrong with the merged tree and with the commits that make it, apart from what was wrong before.
import { sealedBefore } from "../manifest/sealed-places.ts";
import type { CommitSha, ConfigRepo, Finding } from "../manifest/types.ts";
import type { Proposal, UnattributedCommit } from "./proposal.ts";
import { listWords, shortCommit } from "./phrases.ts";
import type { Change, JudgedFinding } from "./verdict.ts";

/**
 * Findings of the head, marked where the base has them too, conflicts, and commits that are nobody's: where nothing of Signalbox's
 * changes, nobody needs any right. Those stand at the first file that changes, since every finding stands somewhere.
 */
export function judgeFindings(proposal: Proposal, changes: readonly Change[]): readonly JudgedFinding[] {
  const [first] = changes;
  return [
    ...(first === undefined ? [] : unattributedFindings(proposal, first.path)),
    ...proposal.conflicts.map(conflictFinding),
    ...markKnown(proposal.head.findings, proposal.base.findings),
    ...sealedBefore(proposal.base.files, proposal.head.files),
  ];
}

export function isNew(finding: JudgedFinding): boolean {
  return finding.already !== true;
}

export function blocks(finding: JudgedFinding): boolean {
  return isNew(finding) && finding.level === "error";
}

/** The same mistake twice, once of it in the base, is one new mistake. What both begin and end with is not counted: nearly all. */
export function markKnown(head: readonly Finding[], base: readonly Finding[]): readonly JudgedFinding[] {
  const most = Math.min(head.length, base.length);
  const start = howManyAlike(most, (at) => [head[at], base[at]]);
  const end = howManyAlike(most - start, (at) => [head[head.length - 1 - at], base[base.length - 1 - at]]);
  const known = new Map<string, number>();
  for (const identity of base.slice(start, base.length - end).map(identityOf)) {
    known.set(identity, (known.get(identity) ?? 0) + 1);
  }
  return head.map((finding, at) => {
    if (at < start || at >= head.length - end) return asKnown(finding);
    const identity = identityOf(finding);
    const left = known.get(identity) ?? 0;
    if (left === 0) return finding;
    known.set(identity, left - 1);
    return asKnown(finding);
  });
}

function howManyAlike(most: number, pairAt: (at: number) => readonly (Finding | undefined)[]): number {
  for (let at = 0; at < most; at += 1) {
    const [one, other] = pairAt(at);
    if (one === undefined || other === undefined || (one !== other && identityOf(one) !== identityOf(other))) return at;
  }
  return most;
}

const marked = new WeakMap<Finding, JudgedFinding>();

function asKnown(finding: Finding): JudgedFinding {
  const known = marked.get(finding) ?? { ...finding, already: true };
  marked.set(finding, known);
  return known;
}

/** Whether a tree is wrong where the one that it is made of is not: by an error, or by a domain that has several apps now. */
export function makesNewFault(base: ConfigRepo, head: ConfigRepo): boolean {
  const shared = new Set(base.sharedDomains.map((domain) => JSON.stringify(domain)));
  return (
    markKnown(head.findings, base.findings).some(blocks) ||
    head.sharedDomains.some((domain) => !shared.has(JSON.stringify(domain)))
  );
}

/** Trees share the findings of what they share, and every verdict asks for those of the whole repo. */
const identities = new WeakMap<Finding, string>();

/** Lines and columns move with every edit above them. */
function identityOf(finding: Finding): string {
  const known = identities.get(finding);
  if (known !== undefined) return known;
  const { file, rule, level, message, about = "" } = finding;
  const identity = [file, rule, level, about, message.replace(/\b(line|column) \d+/g, "$1")].join("\0");
  identities.set(finding, identity);
  return identity;
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

/** One finding for all that one deed mends: the e-mail of a whole branch is one mistake. */
function unattributedFindings({ unattributed }: Proposal, file: string): readonly JudgedFinding[] {
  const byMend = new Map<UnattributedCommit["mend"], UnattributedCommit[]>();
  for (const one of unattributed) byMend.set(one.mend, [...(byMend.get(one.mend) ?? []), one]);
  return [...byMend].map(([mend, list]) => {
    const commits = [...new Set(list.map(({ commit }) => commit))];
    const reasons = [...new Set(list.map(({ reason }) => reason))];
    const are = commits.length === 1 ? "is" : "are";
    return {
      file,
      line: 1,
      column: 1,
      rule: "unattributed-commit",
      level: "error",
      message: `${commitsWords(commits)} ${are} by nobody that GitHub knows (${listWords(reasons)}), so nobody's rights can be judged`,
      hint: howToMend(mend, commits),
    };
  });
}

const COMMITS_NAMED = 5;

function commitsWords(commits: readonly CommitSha[]): string {
  const shown = commits.slice(0, COMMITS_NAMED).map(shortCommit);
  const more = commits.length - shown.length;
  const words = listWords(more > 0 ? [...shown, `${more} more`] : shown);
  return `${commits.length === 1 ? "commit" : "commits"} ${words}`;
}

/** @param commits oldest first */
function howToMend(mend: UnattributedCommit["mend"], [oldest]: readonly CommitSha[]): string {
  const from = oldest === undefined ? "HEAD" : shortCommit(oldest);
  switch (mend) {
    case "e-mail":
      return (
        "add that e-mail address to its author's GitHub account and re-run this check; or set one of yours (`git config user.email`), then " +
        `\`git rebase --rebase-merges ${from}^ --exec "git commit --amend --no-edit --reset-author" && git push --force-with-lease\``
      );
    case "push":
      return `push it anew, under a new id: \`git rebase --rebase-merges --no-ff ${from}^ && git push --force-with-lease\``;
    case "pull-request":
      return (
        `push it anew to the fork, under a new id: \`git rebase --rebase-merges --no-ff ${from}^ && git push --force-with-lease\`; or bring ` +
        "it in by a pull request from a branch of this repo: `git push origin HEAD:refs/heads/<a new branch>`"
      );
  }
}
