/** The pages of the simulated GitHub, for people. They show what the state has, load nothing, and run no script. */
import { checkBox } from "./page-checks.ts";
import { commitContent } from "./page-commit.ts";
import { layout } from "./page-layout.ts";
import type { Layout } from "./page-layout.ts";
import { issueListContent, pullListContent } from "./page-lists.ts";
import { markup } from "./page-markup.ts";
import { issuePath } from "./page-parts.ts";
import { issueContent, pullContent } from "./page-pull.ts";
import { isPullRequest } from "./state.ts";
import type { SimulatedGitHubView } from "./view.ts";

export interface Page {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Buffer;
  /** In lower case, besides the content type. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** @param path of the request, decoded, without its query. */
export async function renderPage(view: SimulatedGitHubView, path: string): Promise<Page> {
  const repo = `/${view.repo}`;
  if (path === "/" || path === repo) return redirect(`${repo}/pulls`);
  const [kind = "", name = "", ...rest] = path.startsWith(`${repo}/`) ? path.slice(repo.length + 1).split("/") : [];
  if (kind === "blob") return blob(view, name, rest.join("/"));
  if (rest.length > 0) return notFound(view);
  return name === "" ? listPage(view, kind) : pageOf(view, path, { kind, name });
}

function listPage(view: SimulatedGitHubView, kind: string): Promise<Page> {
  if (kind === "pulls") return page(view, { title: "Pull requests", tab: "pulls", content: pullListContent(view) });
  if (kind === "issues") return page(view, { title: "Issues", tab: "issues", content: issueListContent(view) });
  return notFound(view);
}

function pageOf(view: SimulatedGitHubView, path: string, one: { kind: string; name: string }): Promise<Page> {
  if (one.kind === "pull" || one.kind === "issues") return conversationPage(view, path, one.name);
  if (one.kind === "commit") return commitPage(view, one.name);
  return one.kind === "runs" ? runPage(view, one.name) : notFound(view);
}

async function conversationPage(view: SimulatedGitHubView, path: string, number: string): Promise<Page> {
  const issue = isNumber(number) ? view.issue(Number(number)) : undefined;
  if (issue === undefined) return notFound(view);
  const home = issuePath(view, issue);
  if (home !== path) return redirect(home);
  const title = `${issue.title} · #${number}`;
  if (!isPullRequest(issue)) return page(view, { title, tab: "issues", content: issueContent(view, issue) });
  return page(view, { title, tab: "pulls", content: await pullContent(view, issue) });
}

async function commitPage(view: SimulatedGitHubView, sha: string): Promise<Page> {
  const commit = /^[\da-f]{40}$/.test(sha) ? await view.commit(sha) : undefined;
  if (commit === undefined) return notFound(view);
  const title = `${commit.message.split("\n", 1).join("")} · ${sha.slice(0, 7)}`;
  return page(view, { title, tab: null, content: await commitContent(view, commit) });
}

function runPage(view: SimulatedGitHubView, id: string): Promise<Page> {
  const run = isNumber(id) ? view.checkRun(Number(id)) : undefined;
  if (run === undefined) return notFound(view);
  return page(view, { title: run.name, tab: null, content: checkBox(view, run, () => undefined) });
}

/** A file as it was at a commit; as text, so that a browser runs none of it. */
async function blob(view: SimulatedGitHubView, sha: string, path: string): Promise<Page> {
  const text = /^[\da-f]{40}$/.test(sha) ? await view.fileText(sha, path) : undefined;
  if (text === undefined) return notFound(view);
  const headers = { ...safety, "x-content-type-options": "nosniff" };
  return { status: 200, contentType: "text/plain; charset=utf-8", headers, body: text };
}

function notFound(view: SimulatedGitHubView): Promise<Page> {
  const content = markup`<h1 class="title">There is no such page</h1><p class="soft">See the <a href="/${view.repo}/pulls">pull requests</a>.</p>`;
  return page(view, { title: "Not found", tab: null, content }, 404);
}

/** Should escaping ever fail, a browser still runs and loads nothing. */
const safety = {
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
};

async function page(view: SimulatedGitHubView, content: Layout, status = 200): Promise<Page> {
  return { status, contentType: "text/html; charset=utf-8", headers: safety, body: await layout(view, content) };
}

function redirect(location: string): Page {
  return { status: 302, contentType: "text/plain; charset=utf-8", headers: { location }, body: `See ${location}\n` };
}

function isNumber(text: string): boolean {
  return /^[1-9]\d{0,15}$/.test(text);
}
