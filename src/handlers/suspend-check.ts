// A verdict that may not stand any more goes back to in progress at once: what it let through must wait until it is judged again.
import { renderSuspended } from "../render/check-run.ts";
import type { GitHubReader, GitHubWriter } from "./ports.ts";

export interface SuspendPorts {
  readonly github: Pick<GitHubReader, "defaultBranch" | "pullRequest">;
  readonly writer: Pick<GitHubWriter, "standingCheck" | "publishCheck">;
}

export async function suspendCheck(ports: SuspendPorts, number: number): Promise<void> {
  const pull = await ports.github.pullRequest(number);
  if (!pull.open || pull.baseBranch !== ports.github.defaultBranch) return;
  const standing = ports.writer.standingCheck(pull.head);
  // What is red or in progress lets nothing through.
  if (standing !== null && standing.conclusion !== "success" && standing.conclusion !== "neutral") return;
  await ports.writer.publishCheck({ ...renderSuspended(), head: pull.head, externalId: `suspended:${pull.head}` });
}
