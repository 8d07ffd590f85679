// One issue of ours with a given marker: opened, edited in place, closed when its matter is gone and opened again when it is back,
// so that what belongs together stays in one place.
import { botLogin, hasMarker, isOwnAccount, isSameBody, withMarker, type WriteOptions } from "./github-own.ts";
import { ask, askAllPages } from "./github-request.ts";
import { cutLine, cutLines } from "./github-text.ts";

const BODY_BYTES = 65_536;
const TITLE_CHARACTERS = 256;

interface Issue {
  readonly number: number;
  readonly title: string;
  readonly body?: string | null | undefined;
  readonly user: { readonly login?: string; readonly type?: string } | null;
  readonly pull_request?: unknown;
}

/** @param wanted `body` null: closed */
export async function upsertIssue(
  github: WriteOptions,
  wanted: { readonly marker: string; readonly title: string; readonly body: string | null },
): Promise<void> {
  const open = await ownIssues(github, "open", wanted.marker);
  if (wanted.body === null) {
    for (const issue of open) await editIssue(github, issue.number, { state: "closed", state_reason: "completed" });
    return;
  }
  const title = cutLine(wanted.title, TITLE_CHARACTERS);
  const body = cutLines(withMarker(wanted.body, wanted.marker), BODY_BYTES);
  const present = oldestOf(open);
  if (present !== null) {
    if (present.title === title && isSameBody(present.body, body)) return;
    return editIssue(github, present.number, { title, body });
  }
  const closed = oldestOf(await ownIssues(github, "closed", wanted.marker));
  if (closed !== null) {
    return editIssue(github, closed.number, { title, body, state: "open", state_reason: "reopened" });
  }
  await createIssue(github, title, body);
}

async function ownIssues(github: WriteOptions, state: "open" | "closed", marker: string): Promise<readonly Issue[]> {
  const { octokit, owner, repo } = github;
  const issues = await askAllPages<Issue>(`list Signalbox's ${state} issues`, (page) =>
    octokit.request("GET /repos/{owner}/{repo}/issues", {
      owner,
      repo,
      state,
      creator: botLogin(github),
      per_page: 100,
      page,
    }),
  );
  return issues.filter(
    (issue) => issue.pull_request === undefined && isOwnAccount(github, issue.user) && hasMarker(issue.body, marker),
  );
}

function oldestOf(issues: readonly Issue[]): Issue | null {
  return issues.reduce<Issue | null>((a, b) => (a && a.number < b.number ? a : b), null);
}

interface Edit {
  readonly title?: string;
  readonly body?: string;
  readonly state?: "open" | "closed";
  readonly state_reason?: "completed" | "reopened";
}

async function editIssue({ octokit, owner, repo }: WriteOptions, number: number, edit: Edit): Promise<void> {
  await ask(`edit issue #${String(number)}`, () =>
    octokit.request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", {
      owner,
      repo,
      issue_number: number,
      ...edit,
    }),
  );
}

async function createIssue({ octokit, owner, repo }: WriteOptions, title: string, body: string): Promise<void> {
  await ask(`open the issue "${title}"`, () =>
    octokit.request("POST /repos/{owner}/{repo}/issues", { owner, repo, title, body }),
  );
}
