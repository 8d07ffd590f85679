// Asks for the reviews that a waiting pull request lacks. What was asked for once is not asked for again, though somebody took the
// request back: GitHub's timeline is the memory.
import type { Login } from "../manifest/types.ts";
import type { Proposal } from "../rbac/proposal.ts";
import { reviewersToAsk } from "../rbac/reviewers.ts";
import type { Verdict } from "../rbac/verdict.ts";
import { isWaiting } from "../reconcile/outcome.ts";
import type { GitHubWriter, PullRequest, Timeline } from "./ports.ts";

export interface ReviewerPorts {
  readonly writer: Pick<GitHubWriter, "requestReviewers">;
  /** Of our App. */
  readonly ownLogin: Login;
  report(error: unknown): string;
}

export async function requestReviewers(
  ports: ReviewerPorts,
  pull: PullRequest,
  of: { readonly verdict: Verdict; readonly proposal: Proposal; readonly requests: Timeline["requests"] },
): Promise<void> {
  const { verdict, proposal, requests } = of;
  if (verdict.outcome !== "waiting" || pull.draft) return;
  const now = toldBy(pull, proposal);
  const before = new Set(requests.filter(({ by }) => by === ports.ownLogin).map((request) => request.of));
  const users = reviewersToAsk(verdict.approvals, { now, before }, pull.number);
  if (users.length === 0) return;
  try {
    await ports.writer.requestReviewers(pull.number, { users, teams: [] });
  } catch (error) {
    if (isWaiting(error)) throw error;
    // Somebody who cannot be asked (they may not read the repo) keeps no verdict from being told.
    ports.report(error);
  }
}

function toldBy({ requested }: PullRequest, { people, reviews }: Proposal): ReadonlySet<Login> {
  const inTeams = requested.teams.flatMap((team) => [...(people.teams.get(team.toLowerCase()) ?? [])]);
  return new Set([...requested.users, ...inTeams, ...reviews.flatMap(({ login }) => login ?? [])]);
}
