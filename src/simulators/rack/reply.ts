/** What a route answers; `contentType` is absent only on empty bodies. */
export interface Reply {
  readonly status: number;
  readonly contentType?: string;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error as the rack's API answers it; its form (JSON or text) is chosen by the request's Accept header. */
export class RackError extends Error {
  override readonly name = "RackError";
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export function json(value: unknown): Reply {
  return { status: 200, contentType: "application/json", body: `${JSON.stringify(value, null, 2)}\n` };
}

export const ok: Reply = { status: 200, contentType: "text/plain; charset=utf-8", body: "ok\n" };

export const notFound: Reply = { status: 404, body: "" };

/** JSON only where Accept has an `application/json` element; a wildcard does not count. */
export function errorReply(status: number, message: string, accept: string): Reply {
  const wantsJson = accept.split(",").some((element) => element.split(";")[0]?.trim() === "application/json");
  if (wantsJson) return { status, contentType: "application/json", body: `${JSON.stringify({ error: message })}\n` };
  return { status, contentType: "text/plain; charset=utf-8", body: `${message}\n` };
}

/** The message of anything thrown; Node's own errors are no instances of this realm's Error under every test runner. */
export function errorMessage(error: unknown): string {
  return typeof error === "object" && error !== null && "message" in error ? String(error.message) : String(error);
}
