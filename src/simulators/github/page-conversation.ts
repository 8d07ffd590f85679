/** What was said and done about an issue or a pull request, in its order. */
import { icon } from "./page-icons.ts";
import type { IconName } from "./page-icons.ts";
import { markup } from "./page-markup.ts";
import type { Markup } from "./page-markup.ts";
import { avatar, commitLink, markdownBody, person, plural, when } from "./page-parts.ts";
import { timelineEvent } from "./page-timeline.ts";
import type { CommentRecord, IssueRecord, ReactionRecord, ReviewRecord } from "./state.ts";
import type { CommitView, SimulatedGitHubView } from "./view.ts";

interface Entry {
  readonly at: string;
  readonly id: number;
  readonly content: Markup;
}

/** @param commits of a pull request. */
export function conversation(view: SimulatedGitHubView, issue: IssueRecord, commits: readonly CommitView[]): Markup {
  const timeline = view.timeline(issue.number);
  const entries: Entry[] = [
    ...commits.map((commit) => ({ at: commit.committer.date, id: 0, content: commitEvent(view, commit) })),
    ...view.comments(issue.number).map((comment) => ({
      at: comment.createdAt,
      id: comment.id,
      content: commentBox(view, comment),
    })),
    ...view.reviews(issue.number).map((review) => ({
      at: review.submittedAt,
      id: review.id,
      content: reviewEvent(view, review),
    })),
    ...timeline
      // A merge closes: that is said once.
      .filter((event, at) => event.event !== "closed" || timeline[at - 1]?.event !== "merged")
      .map((event) => ({ at: event.createdAt, id: event.id, content: timelineEvent(view, issue, event) })),
  ];
  entries.sort((one, other) => one.at.localeCompare(other.at) || one.id - other.id);
  return markup`<div class="talk">${description(view, issue)}${entries.map((entry) => entry.content)}</div>`;
}

function description(view: SimulatedGitHubView, issue: IssueRecord): Markup {
  const text = issue.body ?? "";
  const body = text === "" ? markup`<p class="none">No description was given.</p>` : markdownBody(view, text);
  return markup`<article class="box">${avatar(issue.user)}<header>${person(issue.user)}<span class="soft">${when(view, issue.createdAt)}</span></header>
<div class="body">${body}</div></article>`;
}

function commentBox(view: SimulatedGitHubView, comment: CommentRecord): Markup {
  const edited = comment.updatedAt === comment.createdAt ? "" : markup` · edited ${when(view, comment.updatedAt)}`;
  return markup`<article class="box" id="issuecomment-${comment.id}">${avatar(comment.user)}<header>${person(comment.user)}
<span class="soft"><a href="#issuecomment-${comment.id}">${when(view, comment.createdAt)}</a>${edited}</span></header>
<div class="body">${markdownBody(view, comment.body)}</div>${reactions(comment.reactions)}</article>`;
}

const faces: Readonly<Record<string, string>> = {
  "+1": "👍",
  "-1": "👎",
  laugh: "😄",
  hooray: "🎉",
  confused: "😕",
  heart: "❤️",
  rocket: "🚀",
  eyes: "👀",
};

function reactions(all: readonly ReactionRecord[]): Markup {
  if (all.length === 0) return markup``;
  const contents = [...new Set(all.map((reaction) => reaction.content))];
  return markup`<div class="reactions">${contents.map((content) => {
    const users = all.filter((reaction) => reaction.content === content).map((reaction) => reaction.user);
    return markup`<span title="${users.join(", ")}">${faces[content] ?? content} ${users.length}</span>`;
  })}</div>`;
}

const verdicts: Readonly<Record<string, readonly [icon: IconName, colour: string, words: string]>> = {
  APPROVED: ["check", "good", "approved these changes"],
  CHANGES_REQUESTED: ["cross", "bad", "requested changes"],
  COMMENTED: ["eye", "", "reviewed"],
  DISMISSED: ["eye", "", "reviewed; the review was dismissed"],
};

function reviewEvent(view: SimulatedGitHubView, review: ReviewRecord): Markup {
  const [name, colour, words] = verdicts[review.state] ?? ["eye", "", review.state.toLowerCase()];
  const body =
    review.body === "" ? "" : markup`<div class="box"><div class="body">${markdownBody(view, review.body)}</div></div>`;
  return markup`<div class="event" id="pullrequestreview-${review.id}"><span class="dot ${colour}">${icon(name)}</span><div>
${avatar(review.user)} ${person(review.user)} ${words} ${when(view, review.submittedAt)} · ${commitLink(view, review.commitId)}${body}</div></div>`;
}

function commitEvent(view: SimulatedGitHubView, commit: CommitView): Markup {
  const author = commit.authorLogin ?? commit.author.name;
  const [subject = ""] = commit.message.split("\n", 1);
  const merge = commit.parents.length > 1 ? ` (${plural(commit.parents.length, "parent")})` : "";
  return markup`<div class="event"><span class="dot">${icon("commit")}</span><div>${avatar(author)} ${person(author)} committed
<a href="/${view.repo}/commit/${commit.sha}">${subject === "" ? "without a message" : subject}</a>${merge} ${commitLink(view, commit.sha)}${commit.isVerified ? markup` <span class="soft good">Verified</span>` : ""}</div></div>`;
}
