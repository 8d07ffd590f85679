// What is Signalbox's own on GitHub: made by its App's account. Markers alone prove nothing, since anybody can write one.
import type { GitHubClient } from "./github-request.ts";

export interface OwnApp {
  readonly appId: number;
  readonly appSlug: string;
}

export interface WriteOptions extends OwnApp {
  readonly octokit: GitHubClient;
  readonly owner: string;
  readonly repo: string;
}

interface Author {
  readonly login?: string | undefined;
  readonly type?: string | undefined;
}

/** The login of an App's account ends in `[bot]`, which no person's can. */
export function isOwnAccount(app: OwnApp, author: Author | null | undefined): boolean {
  return author?.type === "Bot" && author.login?.toLowerCase() === botLogin(app);
}

export function botLogin({ appSlug }: OwnApp): string {
  return `${appSlug}[bot]`.toLowerCase();
}

/** The marker stands alone on the first line. */
export function hasMarker(body: string | null | undefined, marker: string): boolean {
  return body?.split(/\r?\n/, 1)[0] === marker;
}

export function withMarker(body: string, marker: string): string {
  return hasMarker(body, marker) ? body : `${marker}\n${body}`;
}

/** GitHub may give bodies back with the line ends of a browser. */
export function isSameBody(one: string | null | undefined, other: string): boolean {
  return one?.replaceAll("\r\n", "\n").trimEnd() === other.trimEnd();
}
