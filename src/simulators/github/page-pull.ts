/** One pull request: its conversation, its checks and its changes on one page. */
import { checkBox, checkLines } from "./page-checks.ts";
import { conversation } from "./page-conversation.ts";
import { filesContent, lineAnchor } from "./page-files.ts";
import { icon } from "./page-icons.ts";
import type { IconName } from "./page-icons.ts";
import { externalHref, markup } from "./page-markup.ts";
import type { Markup } from "./page-markup.ts";
import { avatar, badge, deploymentTone, person, plural, toneIcon, when } from "./page-parts.ts";
import type { DeploymentRecord, IssueRecord, PullRequestRecord } from "./state.ts";
import type { SimulatedGitHubView } from "./view.ts";

export async function pullContent(view: SimulatedGitHubView, pull: PullRequestRecord): Promise<Markup> {
  const [commits, files] = await Promise.all([view.commits(pull.number), view.files(pull.number)]);
  const runs = view.checkRuns(pull.pull.headSha);
  const annotations = runs.flatMap((run) => run.annotations);
  const anchorOf = (path: string, line: number): string | undefined => lineAnchor(files, path, line);
  const { baseRef, fork } = pull.pull;
  const headRef = `${fork === null ? "" : `${fork}:`}${pull.pull.headRef}`;
  const said = view.comments(pull.number).length + view.reviews(pull.number).length;
  return markup`${heading(pull)}
<div class="line">${badge(pull)}<span>${person(pull.pull.mergedBy ?? pull.user)} ${pull.pull.mergedAt === null ? "wants to merge" : "merged"} ${plural(commits.length, "commit")}
from <span class="branch">${headRef}</span> into <span class="branch">${baseRef}</span></span></div>
<nav class="tabs page-tabs" aria-label="Pull request"><a href="#conversation">Conversation<span class="count">${said}</span></a><a href="#checks">Checks<span class="count">${runs.length}</span></a><a href="#files">Files changed<span class="count">${files.length}</span></a></nav>
<div class="columns"><div id="conversation">${conversation(view, pull, commits)}${mergeBox(view, pull)}</div><aside>
<section><h2>Checks</h2>${checkLines(view, runs)}</section>${deployments(view, pull)}<section><h2>Reviewers</h2>${reviewers(view, pull)}</section>${labels(pull)}
</aside></div>
<h2 class="section" id="checks">Checks</h2>${runs.length === 0 ? markup`<p class="none">No check has run on the head.</p>` : runs.map((run) => checkBox(view, run, anchorOf))}
<h2 class="section" id="files">Files changed</h2>${files.length === 0 ? markup`<p class="none">Nothing changes.</p>` : filesContent(files, annotations)}`;
}

export function issueContent(view: SimulatedGitHubView, issue: IssueRecord): Markup {
  return markup`${heading(issue)}<div class="line">${badge(issue)}<span>${person(issue.user)} opened this ${when(view, issue.createdAt)}</span></div>
<div class="page-tabs"></div><div class="columns"><div>${conversation(view, issue, [])}</div><aside>${labels(issue)}</aside></div>`;
}

function heading(issue: IssueRecord): Markup {
  return markup`<h1 class="title">${issue.title} <span class="number">#${issue.number}</span></h1>`;
}

const mergeStates: Readonly<Record<string, readonly [icon: IconName, colour: string, words: string, why: string]>> = {
  clean: ["check", "good", "This can be merged", "The required check passed, and nothing conflicts."],
  blocked: ["cross", "bad", "Merging is blocked", "The required check has not passed on the head."],
  dirty: ["cross", "bad", "This has conflicts", "They must be resolved before it can be merged."],
  draft: ["pull", "quiet", "This is a draft", "Drafts cannot be merged."],
};

function mergeBox(view: SimulatedGitHubView, pull: PullRequestRecord): Markup {
  if (pull.state === "closed") return markup``;
  const [name, colour, words, why] = mergeStates[view.mergeableState(pull)] ?? [
    "pending",
    "wait",
    "It is not known yet whether this can be merged",
    "GitHub is looking.",
  ];
  return markup`<section class="box verdict ${colour}"><div class="body row">${icon(name, colour)}<div><b>${words}</b><div class="soft">${why}</div></div></div></section>`;
}

function deployments(view: SimulatedGitHubView, pull: PullRequestRecord): Markup {
  if (pull.pull.mergedAt === null) return markup``;
  const mine = view.deployments().filter((deployment) => deployment.sha === pull.pull.mergeCommitSha);
  if (mine.length === 0) return markup``;
  return markup`<section><h2>Deployments</h2><ul>${mine.map((each) => deploymentItem(view, each))}</ul></section>`;
}

function deploymentItem(view: SimulatedGitHubView, deployment: DeploymentRecord): Markup {
  const last = deployment.statuses.at(-1);
  const tone = deploymentTone(last?.state ?? "pending");
  const log = externalHref(last?.logUrl ?? null);
  const history = deployment.statuses.map((status) => deploymentTone(status.state).words).join(", then ");
  return markup`<li class="row">${toneIcon(tone)}<div title="${history}"><b>${deployment.environment}</b> <span class="soft">${tone.words}, ${when(view, deployment.updatedAt)}</span>
${last === undefined || last.description === "" ? "" : markup`<div class="soft">${last.description}</div>`}${log === undefined ? "" : markup`<a class="soft" href="${log}" rel="nofollow noopener">Log</a>`}</div></li>`;
}

const reviewLooks: Readonly<Record<string, readonly [icon: IconName, colour: string, words: string]>> = {
  APPROVED: ["check", "good", "approved"],
  CHANGES_REQUESTED: ["cross", "bad", "requested changes"],
};

/** Those who were asked, and the last word of those who reviewed. */
function reviewers(view: SimulatedGitHubView, pull: PullRequestRecord): Markup {
  const { requestedReviewers, requestedTeams } = pull.pull;
  const asked = [...requestedReviewers, ...requestedTeams.map((slug) => `team ${slug}`)];
  const last = new Map(view.reviews(pull.number).map((review) => [review.user, review.state]));
  for (const login of requestedReviewers) last.delete(login);
  const item = (login: string, state: string): Markup => {
    const [name, colour, words] = reviewLooks[state] ?? [
      "pending",
      "wait",
      state === "" ? "asked" : state.toLowerCase(),
    ];
    return markup`<li class="row">${avatar(login)}<div>${login}</div>${icon(name, colour, words)}</li>`;
  };
  if (asked.length + last.size === 0) return markup`<p class="soft">Nobody yet.</p>`;
  return markup`<ul>${[...last].map(([login, state]) => item(login, state))}${asked.map((login) => item(login, ""))}</ul>`;
}

function labels(issue: IssueRecord): Markup {
  const names = issue.labels.map((name) => markup`<span class="label">${name}</span> `);
  return markup`<section><h2>Labels</h2>${names.length === 0 ? markup`<p class="soft">None.</p>` : names}</section>`;
}
