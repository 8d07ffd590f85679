/** Events of a timeline in words. */
import { icon } from "./page-icons.ts";
import type { IconName } from "./page-icons.ts";
import { markup } from "./page-markup.ts";
import type { Markup } from "./page-markup.ts";
import { avatar, commitLink, person, when } from "./page-parts.ts";
import type { IssueRecord, TimelineRecord } from "./state.ts";
import type { SimulatedGitHubView } from "./view.ts";

interface Look {
  readonly icon: IconName;
  readonly colour?: string;
}

const looks: Readonly<Record<string, Look>> = {
  merged: { icon: "merge", colour: "merged" },
  closed: { icon: "cross", colour: "bad" },
  reopened: { icon: "pull", colour: "good" },
  renamed: { icon: "pencil" },
  labeled: { icon: "tag" },
  unlabeled: { icon: "tag" },
  review_requested: { icon: "eye" },
  review_request_removed: { icon: "eye" },
  review_dismissed: { icon: "eye" },
  head_ref_force_pushed: { icon: "commit" },
  base_ref_changed: { icon: "pull" },
};

export function timelineEvent(view: SimulatedGitHubView, issue: IssueRecord, event: TimelineRecord): Markup {
  const look = looks[event.event] ?? { icon: "pending" };
  return markup`<div class="event"><span class="dot ${look.colour ?? ""}">${icon(look.icon)}</span><div>
${avatar(event.actor)} ${person(event.actor)} ${deed(view, issue, event)} ${when(view, event.createdAt)}</div></div>`;
}

function deed(view: SimulatedGitHubView, issue: IssueRecord, event: TimelineRecord): Markup {
  const { detail } = event;
  const commit = event.commitId === null ? "" : commitLink(view, event.commitId);
  switch (event.event) {
    case "merged":
      return markup`merged commit ${commit} into <span class="branch">${issue.pull?.baseRef}</span>`;
    case "renamed":
      return markup`changed the title from <s>${textAt(detail, "rename", "from")}</s> to <b>${textAt(detail, "rename", "to")}</b>`;
    case "labeled":
      return markup`added the label <span class="label">${textAt(detail, "label", "name")}</span>`;
    case "unlabeled":
      return markup`removed the label <span class="label">${textAt(detail, "label", "name")}</span>`;
    case "review_requested":
      return markup`asked ${reviewer(detail)} for a review`;
    case "review_request_removed":
      return markup`took back the request for a review by ${reviewer(detail)}`;
    case "review_dismissed":
      return markup`dismissed a review: ${textAt(detail, "dismissed_review", "dismissal_message")}`;
    case "head_ref_force_pushed":
      return markup`force-pushed the branch to ${commit}`;
    default:
      return markup`${words[event.event] ?? event.event.replaceAll("_", " ")}`;
  }
}

const words: Readonly<Record<string, string>> = {
  closed: "closed this",
  reopened: "reopened this",
  head_ref_deleted: "deleted the branch",
  base_ref_changed: "changed the base branch",
  base_ref_deleted: "deleted the base branch",
  ready_for_review: "marked this as ready for review",
  convert_to_draft: "made this a draft",
  converted_to_draft: "made this a draft",
  added_to_merge_queue: "added this to the merge queue",
  removed_from_merge_queue: "removed this from the merge queue",
};

function reviewer(detail: TimelineRecord["detail"]): Markup {
  const login = textAt(detail, "requested_reviewer", "login");
  return markup`<b>${login === "" ? textAt(detail, "requested_team", "slug") : login}</b>`;
}

/** Details are as GitHub's API gives them: objects of objects. */
function textAt(value: unknown, ...path: readonly string[]): string {
  let inside = value;
  for (const key of path) {
    if (typeof inside !== "object" || inside === null) return "";
    inside = Object.entries(inside).find(([name]) => name === key)?.[1];
  }
  return typeof inside === "string" ? inside : "";
}
