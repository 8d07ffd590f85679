/** One commit: who made it, what it changed, what the checks said. */
import { checkBox } from "./page-checks.ts";
import { filesContent, lineAnchor } from "./page-files.ts";
import { markup } from "./page-markup.ts";
import type { Markup } from "./page-markup.ts";
import { avatar, commitLink, person, when } from "./page-parts.ts";
import type { CommitView, SimulatedGitHubView } from "./view.ts";

export async function commitContent(view: SimulatedGitHubView, commit: CommitView): Promise<Markup> {
  const files = await view.commitFiles(commit.sha);
  const runs = view.checkRuns(commit.sha);
  const author = commit.authorLogin ?? commit.author.name;
  const [subject = "", ...rest] = commit.message.trimEnd().split("\n");
  const body = rest.join("\n").trim();
  const parents = commit.parents.map((sha) => markup` ${commitLink(view, sha)}`);
  return markup`<h1 class="title">${subject}</h1>${body === "" ? "" : markup`<pre class="plain">${body}</pre>`}
<div class="line page-tabs">${avatar(author)}<span>${person(author)} committed ${when(view, commit.author.date)}</span>${commit.isVerified ? markup`<span class="soft good">Verified</span>` : ""}<span class="end">${parents.length === 0 ? "no parent" : markup`onto${parents}`} · <span class="sha">${commit.sha}</span></span></div>
${runs.map((run) => checkBox(view, run, (path, line) => lineAnchor(files, path, line)))}
<h2 class="section">Files changed</h2>${filesContent(
    files,
    runs.flatMap((run) => run.annotations),
  )}`;
}
