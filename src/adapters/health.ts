// Whether the process lives and whether it can work, for whoever watches over it. Both answers are public: words, no secrets.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../handlers/ports.ts";

export interface HealthOptions {
  readonly version: string;
  readonly clock: Pick<Clock, "now">;
  /** By name: what it still waits for or what is wrong, in words; null: it is fine. */
  readonly checks: Readonly<Record<string, () => string | null>>;
}

/** Answers `/healthz` and `/readyz`; false: the request is for something else. */
export function createHealth(options: HealthOptions): (request: IncomingMessage, response: ServerResponse) => boolean {
  const startedAt = options.clock.now();
  return (request, response) => {
    const path = request.url?.split("?", 1)[0];
    if (path !== "/healthz" && path !== "/readyz") return false;
    if (request.method !== "GET" && request.method !== "HEAD") {
      answer(response, 405, { error: "This address takes GET." });
      return true;
    }
    const problems = path === "/healthz" ? {} : problemsOf(options.checks);
    const isWell = Object.keys(problems).length === 0;
    const uptimeSeconds = Math.floor((options.clock.now() - startedAt) / 1_000);
    answer(response, isWell ? 200 : 503, {
      status: isWell ? "ok" : "not ready",
      version: options.version,
      uptimeSeconds,
      ...(isWell ? {} : { problems }),
    });
    return true;
  };
}

function problemsOf(checks: HealthOptions["checks"]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(checks).flatMap(([name, check]) => {
      const problem = check();
      return problem === null ? [] : [[name, problem]];
    }),
  );
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(`${JSON.stringify(body)}\n`);
}
