// One comment of ours with a given marker on a pull request, edited in place. Where several are (two writers once raced), the oldest
// is the one that people have seen.
import { LRUCache } from "lru-cache";
import type { Logger } from "pino";
import { StalledError } from "../errors.ts";
import { listComments } from "./github-conversation.ts";
import { failedRequestOf } from "./github-errors.ts";
import { hasMarker, isOwnAccount, isSameBody, withMarker, type WriteOptions } from "./github-own.ts";
import { ask } from "./github-request.ts";
import { cutLines } from "./github-text.ts";

const BODY_BYTES = 65_536;
/** Pull requests whose comments are remembered, the oldest going first. */
const REMEMBERED = 10_000;

interface WantedComment {
  readonly number: number;
  readonly marker: string;
  readonly body: string;
  /** `present`: only where there is one already. */
  readonly where: "anyway" | "present";
}

interface OwnComment {
  readonly id: number;
  readonly body: string;
}

export interface OwnComments {
  upsert(comment: WantedComment): Promise<void>;
  forget(number: number): void;
}

/** What is ours is remembered by its marker, so that a comment is looked for once and not at each edit. */
export function createOwnComments(github: WriteOptions, log: Logger): OwnComments {
  const remembered = new LRUCache<number, Map<string, OwnComment | null>>({ max: REMEMBERED });
  const of = (number: number): Map<string, OwnComment | null> => {
    const known = remembered.get(number) ?? new Map<string, OwnComment | null>();
    remembered.set(number, known);
    return known;
  };
  return {
    upsert: async (wanted) => {
      const { number, marker } = wanted;
      const known = of(number).get(marker);
      const own = known === undefined ? await findOwn(github, number, marker) : known;
      // A write that fails may have had its effect all the same: then only a look tells.
      of(number).delete(marker);
      of(number).set(marker, await bring(github, log, { own, wanted }));
    },
    forget: (number) => {
      remembered.delete(number);
    },
  };
}

async function findOwn(github: WriteOptions, number: number, marker: string): Promise<OwnComment | null> {
  const comments = await listComments(github, { number });
  const oldest = comments
    .filter((found) => isOwnAccount(github, found.user) && hasMarker(found.body, marker))
    .reduce<(typeof comments)[number] | null>((a, b) => (a && a.id < b.id ? a : b), null);
  return oldest === null ? null : { id: Number(oldest.id), body: oldest.body ?? "" };
}

async function bring(
  github: WriteOptions,
  log: Logger,
  of: { readonly own: OwnComment | null; readonly wanted: WantedComment },
): Promise<OwnComment | null> {
  const { own, wanted } = of;
  if (own === null && wanted.where === "present") return null;
  const body = cutLines(withMarker(wanted.body, wanted.marker), BODY_BYTES);
  if (own !== null && isSameBody(own.body, body)) return own;
  try {
    const id =
      own === null ? await createComment(github, wanted.number, body) : await editComment(github, own.id, body);
    return { id, body };
  } catch (error) {
    // Somebody has removed it.
    if (own !== null && statusOf(error) === 404) return bring(github, log, { own: null, wanted });
    // A locked conversation takes no comment; the check run says the same, so that nothing is lost.
    if (statusOf(error) !== 403 || !(await isLocked(github, wanted.number))) throw error;
    log.warn({ pull: wanted.number }, "the conversation is locked: no comment was written");
    return own;
  }
}

async function createComment({ octokit, owner, repo }: WriteOptions, number: number, body: string): Promise<number> {
  const made = await ask(`comment on #${String(number)}`, () =>
    octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
      owner,
      repo,
      issue_number: number,
      body,
    }),
  );
  return Number(made.id);
}

async function editComment({ octokit, owner, repo }: WriteOptions, id: number, body: string): Promise<number> {
  await ask(`edit comment ${String(id)}`, () =>
    octokit.request("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", { owner, repo, comment_id: id, body }),
  );
  return id;
}

function statusOf(error: unknown): number | null {
  return error instanceof StalledError ? (failedRequestOf(error.cause)?.status ?? null) : null;
}

async function isLocked({ octokit, owner, repo }: WriteOptions, number: number): Promise<boolean> {
  const issue = await ask(`read #${String(number)}`, () =>
    octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}", { owner, repo, issue_number: number }),
  );
  return issue.locked;
}
