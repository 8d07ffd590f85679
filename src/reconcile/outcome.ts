// The one interpreter of what is thrown: what happens next.
import { retryDelayMs } from "./retry-delay.ts";

export type JobOutcome =
  | { readonly kind: "done" }
  | { readonly kind: "retry"; readonly afterMs: number }
  | { readonly kind: "stalled"; readonly reason: string };

/** Whatever is neither known to pass nor known to need a human is tried again this often, then left to people. */
const UNKNOWN_ATTEMPTS = 5;

/** `error` undefined: it ended well. `attempt` counts from 1. */
export function outcomeOfError(error: unknown, attempt: number): JobOutcome {
  if (error === undefined) return { kind: "done" };
  switch (nameOf(error)) {
    case "WaitError":
      return { kind: "retry", afterMs: Math.max(retryDelayMs(attempt), waitOf(error)) };
    case "StalledError":
    case "InvariantError":
      return { kind: "stalled", reason: messageOf(error) };
    default:
      if (attempt >= UNKNOWN_ATTEMPTS) return { kind: "stalled", reason: messageOf(error) };
      return { kind: "retry", afterMs: retryDelayMs(attempt) };
  }
}

/** Of anything thrown. */
export function messageOf(error: unknown): string {
  return typeof error === "object" && error !== null && "message" in error ? String(error.message) : String(error);
}

export function isWaiting(error: unknown): boolean {
  return nameOf(error) === "WaitError";
}

export function isStalled(error: unknown): boolean {
  return nameOf(error) === "StalledError";
}

/** By name: an error of another realm is no instance of our classes. */
function nameOf(error: unknown): string {
  return typeof error === "object" && error !== null && "name" in error ? String(error.name) : "";
}

function waitOf(error: unknown): number {
  const isTold = typeof error === "object" && error !== null && "retryAfterMs" in error;
  return isTold && typeof error.retryAfterMs === "number" ? error.retryAfterMs : 0;
}
