/** What is around every page. */
import { markup, trustedMarkup } from "./page-markup.ts";
import type { Markup } from "./page-markup.ts";
import { pageStyle } from "./page-style.ts";
import type { SimulatedGitHubView } from "./view.ts";

export interface Layout {
  readonly title: string;
  readonly tab: "pulls" | "issues" | null;
  readonly content: Markup;
}

/** @returns the whole document. */
export async function layout(view: SimulatedGitHubView, page: Layout): Promise<string> {
  const style = trustedMarkup(await pageStyle());
  const openPulls = view.pullRequests().filter((pull) => pull.state === "open").length;
  const openIssues = view.issues().filter((issue) => issue.state === "open").length;
  const tab = (name: "pulls" | "issues", words: string, count: number): Markup =>
    markup`<a href="/${view.repo}/${name}"${page.tab === name ? markup` aria-current="page"` : ""}>${words}<span class="count">${count}</span></a>`;
  const document = markup`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${page.title} · ${view.repo}</title><style>${style}</style></head>
<body><div class="top"><div>
<div class="path"><a href="/${view.repo}/pulls"><b>${view.repo}</b></a><span class="soft">a simulated GitHub</span></div>
<nav class="tabs" aria-label="Repository">${tab("pulls", "Pull requests", openPulls)}${tab("issues", "Issues", openIssues)}</nav>
</div></div>
<main>${page.content}</main>
<footer>This is no GitHub but a simulation of it on this machine. Its repository is real: <code>git clone ${view.gitUrl}/${view.repo}.git</code></footer>
</body></html>`;
  return document.markup;
}
