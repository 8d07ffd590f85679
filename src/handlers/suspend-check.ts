// A verdict that may not stand any more goes back to in progress at once: what it let through must wait until it is judged again.
import { renderSuspended } from "../render/check-run.ts";
import type { CommitSha } from "../manifest/types.ts";
import type { GitHubReader, GitHubWriter, InTurn, StandingCheck, SuspendReason } from "./ports.ts";

export interface SuspendPorts {
  readonly github: Pick<GitHubReader, "defaultBranch" | "pullRequest">;
  readonly writer: Pick<GitHubWriter, "standingCheck" | "publishCheck">;
  readonly inTurn: InTurn;
}

export async function suspendCheck(ports: SuspendPorts, number: number, why: SuspendReason): Promise<void> {
  const pull = await ports.github.pullRequest(number);
  if (!pull.open || pull.baseBranch !== ports.github.defaultBranch) return;
  const suspend = (): Promise<void> => suspendHead(ports.writer, pull.head, why);
  await suspend();
  // Whoever judges this head right now, or a pull request that shares it, may not have seen what changed.
  await ports.inTurn(pull.head, suspend);
}

/** What is red or in progress lets nothing through. */
export function isGreen(standing: StandingCheck | null): boolean {
  return standing?.conclusion === "success" || standing?.conclusion === "neutral";
}

async function suspendHead(writer: SuspendPorts["writer"], head: CommitSha, why: SuspendReason): Promise<void> {
  const standing = writer.standingCheck(head);
  if (standing !== null && !isGreen(standing)) return;
  await writer.publishCheck({ ...renderSuspended(why), head, externalId: `suspended:${head}` });
}
