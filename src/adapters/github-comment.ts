// One comment of ours with a given marker on a pull request, edited in place. Where several are (two writers once raced), the oldest
// is the one that people have seen.
import type { Logger } from "pino";
import { StalledError } from "../errors.ts";
import { failedRequestOf } from "./github-errors.ts";
import { hasMarker, isOwnAccount, isSameBody, withMarker, type WriteOptions } from "./github-own.ts";
import { ask, askAllPages } from "./github-request.ts";
import { cutLines } from "./github-text.ts";

const BODY_BYTES = 65_536;

export async function upsertComment(
  github: WriteOptions,
  log: Logger,
  comment: {
    readonly number: number;
    readonly marker: string;
    readonly body: string;
    /** `present`: only where there is one already. */
    readonly where: "anyway" | "present";
  },
): Promise<void> {
  const { octokit, owner, repo } = github;
  const { number, marker } = comment;
  const comments = await askAllPages(`list the comments of #${String(number)}`, (page) =>
    octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", {
      owner,
      repo,
      issue_number: number,
      per_page: 100,
      page,
    }),
  );
  const oldest = comments
    .filter((found) => isOwnAccount(github, found.user) && hasMarker(found.body, marker))
    .reduce<(typeof comments)[number] | null>((a, b) => (a && a.id < b.id ? a : b), null);
  if (oldest === null && comment.where === "present") return;
  const body = cutLines(withMarker(comment.body, marker), BODY_BYTES);
  if (oldest !== null && isSameBody(oldest.body, body)) return;
  try {
    if (oldest === null) await createComment(github, number, body);
    else await editComment(github, Number(oldest.id), body);
  } catch (error) {
    // A locked conversation takes no comment; the check run says the same, so that nothing is lost.
    if (!isForbidden(error) || !(await isLocked(github, number))) throw error;
    log.warn({ pull: number }, "the conversation is locked: no comment was written");
  }
}

async function createComment({ octokit, owner, repo }: WriteOptions, number: number, body: string): Promise<void> {
  await ask(`comment on #${String(number)}`, () =>
    octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
      owner,
      repo,
      issue_number: number,
      body,
    }),
  );
}

async function editComment({ octokit, owner, repo }: WriteOptions, id: number, body: string): Promise<void> {
  await ask(`edit comment ${String(id)}`, () =>
    octokit.request("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", { owner, repo, comment_id: id, body }),
  );
}

function isForbidden(error: unknown): boolean {
  return error instanceof StalledError && failedRequestOf(error.cause)?.status === 403;
}

async function isLocked({ octokit, owner, repo }: WriteOptions, number: number): Promise<boolean> {
  const issue = await ask(`read #${String(number)}`, () =>
    octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}", { owner, repo, issue_number: number }),
  );
  return issue.locked;
}
