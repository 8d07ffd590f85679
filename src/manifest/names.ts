// What things may be called (spec §1, "Names"). Every name that comes from outside passes through here once.
import { LIMITS } from "./limits.ts";
import type { AppName, CommitSha, RackName } from "./types.ts";

const RACK_OR_APP_PATTERN = "^[a-z][a-z0-9-]*$";
export const ROLE_OR_KEY_PATTERN = `^[A-Za-z][A-Za-z0-9-]{0,${LIMITS.nameCharacters - 1}}$`;
export const ENVIRONMENT_KEY_PATTERN = "^[A-Za-z_][A-Za-z0-9_]*$";
/** A login as GitHub allows it (enterprise users end in `_short`), or a bot's. */
export const LOGIN_PATTERN = "^[A-Za-z0-9](-?[A-Za-z0-9]){0,38}(_[A-Za-z0-9]{1,8})?(\\[bot\\])?$";
export const TEAM_SLUG_PATTERN = "^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,98}[A-Za-z0-9_])?$";
export const COMMIT_PATTERN = "^[0-9a-f]{40}$";
export const REPOSITORY_PATTERN = "^[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}$";

const rackOrApp = new RegExp(RACK_OR_APP_PATTERN);
const roleOrKey = new RegExp(ROLE_OR_KEY_PATTERN);
const environmentKey = new RegExp(ENVIRONMENT_KEY_PATTERN);
const commit = new RegExp(COMMIT_PATTERN);
/** Convox maps these to the rack's own namespace (convox.md §0.7). */
const RESERVED_APPS: ReadonlySet<string> = new Set(["system", "rack"]);

/** null: fine. Otherwise what a rack's name must be, to follow "expected". */
export function rackNameFault(text: string): string | null {
  if (!rackOrApp.test(text)) return "a rack's name: lower-case letters, digits and `-`, beginning with a letter";
  return text.length > LIMITS.rackCharacters ? `a rack's name of at most ${LIMITS.rackCharacters} characters` : null;
}

/** null: fine. Otherwise what an app's name must be, to follow "expected". */
export function appNameFault(rack: string, text: string): string | null {
  if (!rackOrApp.test(text)) return "an app's name: lower-case letters, digits and `-`, beginning with a letter";
  if (RESERVED_APPS.has(text)) {
    return "an app's name other than `system` and `rack`, which mean the rack itself to Convox";
  }
  return `${rack}-${text}`.length > LIMITS.namespaceCharacters
    ? `a name such that \`<rack>-<app>\` has at most ${LIMITS.namespaceCharacters} characters`
    : null;
}

export function parseRackName(text: string): RackName | null {
  return rackNameFault(text) === null ? (text as RackName) : null; // validated on this line
}

export function parseAppName(rack: RackName, text: string): AppName | null {
  return appNameFault(rack, text) === null ? (text as AppName) : null; // validated on this line
}

export function parseCommitSha(text: string): CommitSha | null {
  return commit.test(text) ? (text as CommitSha) : null; // validated on this line
}

export function isEnvironmentKey(text: string): boolean {
  return environmentKey.test(text);
}

/** A role's or deploy key's file name without `.yml`. */
export function isRoleOrKeyName(text: string): boolean {
  return roleOrKey.test(text);
}
