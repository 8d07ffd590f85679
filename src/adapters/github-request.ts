// One way to ask GitHub: every failure gets words, and an answer that is no JSON (a proxy's page, half a body) never passes for an
// empty list.
import type { ProbotOctokit } from "probot";
import { explainGitHubError, unreadableAnswer } from "./github-errors.ts";

export type GitHubClient = Pick<ProbotOctokit, "request">;

interface Answer<T> {
  readonly data: T;
  readonly headers: { readonly link?: string | undefined };
}

/**
 * The body of the answer.
 * @param doing what is tried, to follow "cannot": "read pull request #3"
 * @throws WaitError, StalledError
 */
export async function ask<T extends object>(doing: string, request: () => Promise<Answer<T>>): Promise<T> {
  return (await askForAnswer(doing, request)).data;
}

/** The lists of all pages, numbered from 1, as one. */
export async function askAllPages<T>(
  doing: string,
  request: (page: number) => Promise<Answer<readonly T[]>>,
): Promise<readonly T[]> {
  const all: T[] = [];
  for (let page = 1; ; page += 1) {
    const { data, headers } = await askForAnswer(doing, () => request(page));
    if (!Array.isArray(data)) throw unreadableAnswer(doing);
    for (const item of data as readonly T[]) all.push(item);
    if (nextPage(headers.link) === null) return all;
  }
}

/** As `askAllPages`, for endpoints that wrap the list of each page into an object. */
export async function askAllWrapped<T, Page extends object>(
  doing: string,
  request: (page: number) => Promise<Answer<Page>>,
  listOf: (page: Page) => readonly T[],
): Promise<readonly T[]> {
  return askAllPages(doing, async (page) => {
    const answer = await request(page);
    if (!isObject(answer.data)) throw unreadableAnswer(doing);
    return { headers: answer.headers, data: listOf(answer.data) };
  });
}

/** Address of the page that follows, from a `Link` header; null: there is none. */
export function nextPage(link: string | undefined): URL | null {
  const address = link?.split(",").find((part) => /;\s*rel="next"/.test(part));
  const target = address === undefined ? undefined : /<([^<>]+)>/.exec(address)?.[1];
  return target === undefined ? null : new URL(target);
}

async function askForAnswer<T extends object>(doing: string, request: () => Promise<Answer<T>>): Promise<Answer<T>> {
  const answer = await request().catch((error: unknown) => {
    throw explainGitHubError(error, doing);
  });
  if (!isObject(answer.data)) throw unreadableAnswer(doing);
  return answer;
}

/** Octokit gives the raw text of a body that it cannot parse. */
function isObject(data: unknown): boolean {
  return typeof data === "object" && data !== null;
}
