// What a failed request to GitHub means for the work that needed it: wait, or have somebody act. Nothing is repeated here: the
// queue repeats the whole job, which looks before it writes, so that no request that may have had its effect is sent again blindly.
import { StalledError, WaitError } from "../errors.ts";

/** The pause after an answer that says nothing about how long to wait. */
const PAUSE_MS = 2_000;
/** GitHub's advice where a secondary limit names no time. */
const SECONDARY_LIMIT_PAUSE_MS = 60_000;
const QUOTED_CHARACTERS = 300;

type Headers = Readonly<Record<string, string | number | undefined>>;

/** The fields of Octokit's RequestError that are looked at; `headers` is null where no answer came. */
export interface FailedRequest {
  readonly status: number;
  readonly message: string;
  readonly headers: Headers | null;
}

/** null: the error is no failed request. */
export function failedRequestOf(error: unknown): FailedRequest | null {
  if (typeof error !== "object" || error === null || !("status" in error) || typeof error.status !== "number") {
    return null;
  }
  const response = "response" in error ? error.response : undefined;
  const answered = typeof response === "object" && response !== null && "headers" in response;
  return {
    status: error.status,
    message: answered && "data" in response ? messageIn(response.data) : "",
    // Octokit builds this object itself, of names in lower case and texts.
    headers: answered ? (response.headers as Headers) : null,
  };
}

/** @param doing what was tried, to follow "cannot": "read pull request #3" */
export function explainGitHubError(error: unknown, doing: string): unknown {
  const failed = failedRequestOf(error);
  if (failed === null) return error;
  const cause = { cause: error };
  if (failed.headers === null) {
    return new WaitError(`Cannot ${doing}: GitHub gave no answer; trying again.`, PAUSE_MS, cause);
  }
  const limitMs = limitPauseMs(failed);
  if (limitMs !== null) {
    const seconds = String(Math.ceil(limitMs / 1_000));
    return new WaitError(
      `Cannot ${doing}: GitHub limits the rate of requests; going on in ${seconds} s.`,
      limitMs,
      cause,
    );
  }
  if (failed.status >= 500 || failed.status === 409) {
    const pauseMs = retryAfterMs(failed.headers) ?? PAUSE_MS;
    return new WaitError(`Cannot ${doing}: GitHub answered ${String(failed.status)}; trying again.`, pauseMs, cause);
  }
  return new StalledError(`Cannot ${doing}: ${whatToDo(failed)}`, cause);
}

/** GitHub answered well, but with something that is not what its API describes (a proxy's page, half a body). */
export function unreadableAnswer(doing: string): WaitError {
  return new WaitError(`Cannot ${doing}: GitHub's answer is no complete JSON; trying again.`, PAUSE_MS);
}

function whatToDo(failed: FailedRequest): string {
  switch (failed.status) {
    case 401:
      return "GitHub refuses the App's credentials (401). Check the App id and its private key, and that the App is still installed.";
    case 403:
      return `GitHub forbids it (403: ${quoted(failed)}).${missingPermission(failed)}`;
    case 404:
      return "GitHub knows no such thing, or does not show it to the App (404). Check that it still exists and that the App is installed on the repository with the permissions of app.yml.";
    case 410:
      return `GitHub says that it is gone or switched off (410: ${quoted(failed)}). Switch the feature on in the repository's settings.`;
    default:
      return `GitHub refuses the request (${String(failed.status)}: ${quoted(failed)}).`;
  }
}

function missingPermission(failed: FailedRequest): string {
  const accepted = failed.headers?.["x-accepted-github-permissions"];
  if (accepted === undefined || accepted === "") return "";
  return ` It takes the permission ${String(accepted)}: grant it in the App's settings and accept it in the installation.`;
}

/** null: no limit of GitHub's is in the way. */
function limitPauseMs(failed: FailedRequest): number | null {
  if (failed.status !== 403 && failed.status !== 429) return null;
  const { headers } = failed;
  if (headers === null) return null;
  const named = retryAfterMs(headers);
  if (named !== null) return named;
  if (String(headers["x-ratelimit-remaining"]) === "0") return untilResetMs(headers);
  const isLimit = failed.status === 429 || /\b(secondary rate|abuse detection)\b/i.test(failed.message);
  return isLimit ? SECONDARY_LIMIT_PAUSE_MS : null;
}

function retryAfterMs(headers: Headers): number | null {
  const seconds = Number(headers["retry-after"]);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : null;
}

/** Both instants are GitHub's, so that our clock does not matter. A second is added: GitHub counts whole ones. */
function untilResetMs(headers: Headers): number {
  const resetMs = Number(headers["x-ratelimit-reset"]) * 1_000;
  const nowMs = Date.parse(String(headers["date"]));
  const waitMs = resetMs - nowMs + 1_000;
  return Number.isFinite(waitMs) ? Math.max(waitMs, 1_000) : SECONDARY_LIMIT_PAUSE_MS;
}

function messageIn(body: unknown): string {
  if (typeof body !== "object" || body === null || !("message" in body)) return "";
  const errors = "errors" in body && Array.isArray(body.errors) ? body.errors.map(fieldErrorText) : [];
  return [String(body.message), ...errors].join("; ");
}

function fieldErrorText(error: unknown): string {
  if (typeof error === "string") return error;
  if (typeof error !== "object" || error === null) return "";
  if ("message" in error && typeof error.message === "string") return error.message;
  const part = (name: "field" | "code"): string => (name in error ? String(Reflect.get(error, name)) : "");
  return `${part("field")} ${part("code")}`.trim();
}

function quoted(failed: FailedRequest): string {
  return failed.message === "" ? "without a reason" : failed.message.slice(0, QUOTED_CHARACTERS);
}
