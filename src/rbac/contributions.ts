// Who contributed to a change, and by what, in words.
import type { CommitSha } from "../manifest/types.ts";
import { listWords, shortCommit } from "./phrases.ts";
import type { Contribution, Contributor, Proposal } from "./proposal.ts";
import type { JudgedContributor } from "./verdict.ts";

const DEEDS: Readonly<Record<Contribution, string>> = {
  pusher: "pushed",
  "commit-author": "wrote",
  suggester: "suggested",
  committer: "committed",
  author: "opened it",
  "fork-owner": "owns the fork of",
};

/** In the order in which they were found: whoever opened it first. */
export function contributorsOf({ contributors }: Proposal): readonly JudgedContributor[] {
  return contributors.map((contributor) => ({
    login: contributor.login,
    how: contributionWords(contributor),
    suggested: contributor.suggested ?? [],
  }));
}

/** `wrote and pushed ddddddd, eeeeeee`. */
export function contributionWords({ as, commits }: Contributor): string {
  const deeds = listWords(as.map((contribution) => DEEDS[contribution]));
  const words = commits.length === 0 ? deeds : `${deeds} ${commitsWords(commits)}`;
  return as.includes("suggester") ? `${words} (a suggestion that was applied)` : words;
}

const COMMITS_NAMED = 3;

/** Short, at most three, then how many more. */
export function commitsWords(commits: readonly CommitSha[]): string {
  const shown = commits.slice(0, COMMITS_NAMED).map(shortCommit).join(", ");
  const more = commits.length - COMMITS_NAMED;
  return more > 0 ? `${shown} and ${String(more)} more` : shown;
}
