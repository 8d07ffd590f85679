/** The small things that all pages are made of. */
import { renderMarkdown } from "./markdown.ts";
import { icon } from "./page-icons.ts";
import type { IconName } from "./page-icons.ts";
import { markup } from "./page-markup.ts";
import type { Markup } from "./page-markup.ts";
import type { CheckRunRecord, IssueRecord } from "./state.ts";
import type { SimulatedGitHubView } from "./view.ts";

export interface Tone {
  readonly icon: IconName;
  /** Class of its colour. */
  readonly colour: "good" | "bad" | "wait" | "quiet" | "merged";
  readonly words: string;
}

export function issuePath(view: SimulatedGitHubView, issue: IssueRecord): string {
  return `/${view.repo}/${issue.pull === null ? "issues" : "pull"}/${String(issue.number)}`;
}

export function stateTone(issue: IssueRecord): Tone {
  if (issue.pull === null) {
    if (issue.state === "open") return { icon: "issue", colour: "good", words: "Open" };
    return { icon: "check", colour: issue.stateReason === "not_planned" ? "quiet" : "merged", words: "Closed" };
  }
  if (issue.pull.mergedAt !== null) return { icon: "merge", colour: "merged", words: "Merged" };
  if (issue.state === "closed") return { icon: "pull", colour: "bad", words: "Closed" };
  if (issue.pull.draft) return { icon: "pull", colour: "quiet", words: "Draft" };
  return { icon: "pull", colour: "good", words: "Open" };
}

const conclusions: Readonly<Record<string, Pick<Tone, "icon" | "colour">>> = {
  success: { icon: "check", colour: "good" },
  failure: { icon: "cross", colour: "bad" },
  timed_out: { icon: "cross", colour: "bad" },
  action_required: { icon: "cross", colour: "bad" },
};

export function checkTone(run: CheckRunRecord): Tone {
  const words = (run.status === "completed" ? (run.conclusion ?? "completed") : run.status).replaceAll("_", " ");
  if (run.status !== "completed") return { icon: "pending", colour: "wait", words };
  return { ...(conclusions[run.conclusion ?? ""] ?? { icon: "dash", colour: "quiet" }), words };
}

/** @param state of a deployment. */
export function deploymentTone(state: string): Tone {
  const words = state.replaceAll("_", " ");
  if (state === "success") return { icon: "check", colour: "good", words };
  if (state === "failure" || state === "error") return { icon: "cross", colour: "bad", words };
  return state === "inactive" ? { icon: "dash", colour: "quiet", words } : { icon: "pending", colour: "wait", words };
}

export function toneIcon(tone: Tone): Markup {
  return icon(tone.icon, tone.colour, tone.words);
}

export function badge(issue: IssueRecord): Markup {
  const tone = stateTone(issue);
  return markup`<span class="badge ${tone.colour}">${icon(tone.icon)}${tone.words}</span>`;
}

const units = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
] as const;

/** How long ago, and exactly when under the pointer. @param at ISO 8601. */
export function when(view: SimulatedGitHubView, at: string): Markup {
  const passedS = Math.max(0, (view.now().getTime() - Date.parse(at)) / 1000);
  const [unit, lengthS] = units.find(([, seconds]) => passedS >= seconds) ?? ["second", 1];
  const count = Math.floor(passedS / lengthS);
  const words = unit === "second" ? "just now" : `${plural(count, unit)} ago`;
  return markup`<time datetime="${at}" title="${at}">${words}</time>`;
}

export function plural(count: number, unit: string): string {
  return `${String(count)} ${unit}${count === 1 ? "" : "s"}`;
}

/** No picture is loaded from anywhere: an initial, in a colour that stays the same. */
export function avatar(login: string): Markup {
  const hue = Array.from(login).reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) % 360, 7);
  const kind = login.endsWith("[bot]") ? "avatar bot" : "avatar";
  const initial = (Array.from(login)[0] ?? "?").toUpperCase();
  return markup`<span class="${kind}" style="--hue:${hue}" aria-hidden="true">${initial}</span>`;
}

export function person(login: string): Markup {
  const name = login.endsWith("[bot]") ? login.slice(0, -"[bot]".length) : login;
  return markup`<b>${name}</b>${name === login ? "" : markup` <span class="soft">bot</span>`}`;
}

export function commitLink(view: SimulatedGitHubView, sha: string): Markup {
  return markup`<a class="sha" href="/${view.repo}/commit/${sha}">${sha.slice(0, 7)}</a>`;
}

export function markdownBody(view: SimulatedGitHubView, source: string): Markup {
  const people = view.people();
  const known = new Set(people.map((account) => account.login.toLowerCase()));
  const organisation = view.repo.split("/", 1).join("");
  for (const slug of people.flatMap(({ login }) => view.teamsOf(login))) known.add(`${organisation}/${slug}`);
  const rendered = renderMarkdown(source, {
    isKnown: (login) => known.has(login.toLowerCase()),
    pathOfNumber: (number) => {
      const issue = view.issue(number);
      return issue === undefined ? undefined : issuePath(view, issue);
    },
  });
  return markup`<div class="markdown-body">${rendered}</div>`;
}
