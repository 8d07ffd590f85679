/** Faults that the control port orders: which of the next requests are answered wrongly, late or not at all. */
import type { Clock } from "./clock.ts";
import type { RawAnswer } from "./raw-exchange.ts";

export const faultActions = [
  "500",
  "502",
  "html",
  "truncated",
  "rate-limit",
  "secondary-rate-limit",
  "timeout",
  "reset",
  "delay",
] as const;
export type FaultAction = (typeof faultActions)[number];

export interface Fault {
  /** "METHOD path"; `*` stands for any run of characters. */
  readonly match: string;
  readonly action: FaultAction;
  readonly times: number;
  /** Of `delay`: how long; of the two limits: how long until they end (0 of the secondary one: GitHub does not say). */
  readonly ms: number | undefined;
}

export interface Faults {
  /** Replaces an earlier one with the same `match`. */
  add(fault: Fault): void;
  clear(): void;
  /** The fault of this request, which is used up by it. */
  take(method: string, url: URL): Fault | undefined;
}

export function createFaults(): Faults {
  const faults = new Map<string, { fault: Fault; pattern: RegExp; left: number }>();
  return {
    add: (fault) => {
      faults.set(fault.match, { fault, pattern: matchPattern(fault.match), left: fault.times });
    },
    clear: () => {
      faults.clear();
    },
    take: (method, url) => {
      for (const [match, entry] of faults) {
        const plain = `${method} ${url.pathname}`;
        if (!entry.pattern.test(plain) && !entry.pattern.test(plain + url.search)) continue;
        entry.left -= 1;
        if (entry.left <= 0) faults.delete(match);
        return entry.fault;
      }
      return undefined;
    },
  };
}

function matchPattern(match: string): RegExp {
  const source = match
    .split("*")
    .map((part) => part.replaceAll(/[.+^$|()[\]{}\\?]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${source}$`, "s");
}

const standardLimitMs = 60_000;

/** The answer of a fault that answers without performing; undefined for the others. */
export function faultAnswer(fault: Fault, clock: Clock): RawAnswer | undefined {
  const limitMs = fault.ms ?? standardLimitMs;
  switch (fault.action) {
    case "500":
      return json(500, { message: "Server Error" }, {});
    case "502":
      return json(502, { message: "Server Error" }, {});
    case "html":
      return {
        status: 200,
        headers: { "content-type": "text/html; charset=utf-8" },
        body: Buffer.from(
          "<!DOCTYPE html><title>Unicorn! · GitHub</title><p>We had issues producing the response.</p>",
        ),
      };
    case "rate-limit": {
      const reset = Math.ceil((clock.now().getTime() + limitMs) / 1000);
      return json(
        403,
        { message: "API rate limit exceeded for installation." },
        { "x-ratelimit-limit": "5000", "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(reset) },
      );
    }
    case "secondary-rate-limit":
      return json(
        403,
        { message: "You have exceeded a secondary rate limit. Please wait a few minutes before you try again." },
        // GitHub does not always name a time.
        fault.ms === 0 ? {} : { "retry-after": String(Math.ceil(limitMs / 1000)) },
      );
    case "truncated":
    case "timeout":
    case "reset":
    case "delay":
      return undefined;
  }
}

function json(status: number, body: object, headers: Record<string, string>): RawAnswer {
  const documented = { ...body, documentation_url: "https://docs.github.com/rest" };
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
    body: Buffer.from(JSON.stringify(documented), "utf8"),
  };
}
