/** The lists of pull requests and of issues: open ones first, then closed ones. */
import { icon } from "./page-icons.ts";
import { markup } from "./page-markup.ts";
import type { Markup } from "./page-markup.ts";
import { checkTone, issuePath, person, stateTone, toneIcon, when } from "./page-parts.ts";
import type { IssueRecord, PullRequestRecord } from "./state.ts";
import type { SimulatedGitHubView } from "./view.ts";

export function pullListContent(view: SimulatedGitHubView): Markup {
  return sections(view.pullRequests(), "pull request", (pull) =>
    row(view, pull, [branches(view, pull), checkStates(view, pull)]),
  );
}

export function issueListContent(view: SimulatedGitHubView): Markup {
  return sections(view.issues(), "issue", (issue) => row(view, issue, []));
}

function sections<Kind extends IssueRecord>(all: readonly Kind[], kind: string, item: (one: Kind) => Markup): Markup {
  const box = (state: IssueRecord["state"], words: string): Markup => {
    const some = all.filter((one) => one.state === state);
    if (some.length === 0 && state === "closed") return markup``;
    const rows =
      some.length === 0 ? markup`<li class="none">There is no ${state} ${kind}.</li>` : markup`${some.map(item)}`;
    return markup`<section class="box"><header><b>${words}</b><span class="count">${some.length}</span></header><ul class="list">${rows}</ul></section>`;
  };
  return markup`${box("open", "Open")}${box("closed", "Closed")}`;
}

function row(view: SimulatedGitHubView, issue: IssueRecord, [about, state]: readonly Markup[]): Markup {
  const tone = stateTone(issue);
  const labels = issue.labels.map((name) => markup` <span class="label">${name}</span>`);
  return markup`<li>${toneIcon(tone)}<div><a class="what" href="${issuePath(view, issue)}">${issue.title}</a>${labels}
<div class="soft">#${issue.number} by ${person(issue.user)}, ${when(view, issue.createdAt)}${about}</div></div>${state}</li>`;
}

function branches(view: SimulatedGitHubView, pull: PullRequestRecord): Markup {
  const { headRef, baseRef } = pull.pull;
  return markup` · <code>${headRef}</code>${baseRef === view.defaultBranch ? "" : markup` → <code>${baseRef}</code>`}`;
}

function checkStates(view: SimulatedGitHubView, pull: PullRequestRecord): Markup {
  const runs = view.checkRuns(pull.pull.headSha);
  return markup`${runs.map((run) => {
    const tone = checkTone(run);
    return markup`<span class="state ${tone.colour}" title="${run.title ?? run.name}">${icon(tone.icon)}${run.name}: ${tone.words}</span>`;
  })}`;
}
