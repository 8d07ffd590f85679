// Whom an account asked for reviews, from the timeline of a pull request: its list of those who are asked forgets who was taken off.
import type { GitHubReader } from "../handlers/ports.ts";
import type { Login } from "../manifest/types.ts";
import type { RepoClient } from "./github-repo.ts";
import { askAllPages } from "./github-request.ts";

/** Pull requests that are remembered, the oldest going first. */
const REMEMBERED = 10_000;

/** What was seen once is remembered, with what the pull request says of the requests since: they are ours to make. */
export function createAskedReader(github: RepoClient): GitHubReader["reviewersAskedBy"] {
  const seen = new Map<number, { readonly asked: Set<Login>; readonly requested: string }>();
  return async (login, { number, requested }) => {
    const standing = JSON.stringify(requested);
    const known = seen.get(number);
    if (known?.requested === standing) return [...known.asked];
    const asked = new Set(await readAsked(github, number, login));
    seen.delete(number);
    seen.set(number, { asked, requested: standing });
    const [oldest] = seen.size > REMEMBERED ? seen.keys() : [];
    if (oldest !== undefined) seen.delete(oldest);
    return [...asked];
  };
}

async function readAsked({ octokit, owner, repo }: RepoClient, number: number, by: Login): Promise<readonly Login[]> {
  const events = await askAllPages<unknown>(`read the timeline of #${String(number)}`, (page) =>
    octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}/timeline", {
      owner,
      repo,
      issue_number: number,
      per_page: 100,
      page,
    }),
  );
  return events.flatMap((event) => {
    if (textIn(event, "event") !== "review_requested") return [];
    const requester = fieldOf(event, "review_requester") ?? fieldOf(event, "actor");
    const reviewer = textIn(fieldOf(event, "requested_reviewer"), "login")?.toLowerCase();
    return textIn(requester, "login")?.toLowerCase() === by && reviewer !== undefined ? [reviewer] : [];
  });
}

/** The timeline mixes many kinds of events, whose published types cannot be told apart. */
function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function textIn(value: unknown, name: string): string | undefined {
  const found = fieldOf(value, name);
  return typeof found === "string" ? found : undefined;
}
