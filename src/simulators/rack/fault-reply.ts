import type { Fault } from "./faults.ts";
import { errorReply, type Reply } from "./reply.ts";

const BAD_GATEWAY =
  "<html>\n<head><title>502 Bad Gateway</title></head>\n<body>\n<center><h1>502 Bad Gateway</h1></center>\n<hr><center>nginx</center>\n</body>\n</html>\n";
const SIGN_IN =
  "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><h1>Sign in to continue</h1></body></html>\n";
const ECHO_LIMIT = 64 * 1024;

function textReply(status: number, body: string): Reply {
  return { status, contentType: "text/plain; charset=utf-8", body, headers: { "Retry-After": "1" } };
}

/** A hostile rack: its error gives back what was sent, as it came and as it was read. */
function echo(request: { readonly body: Buffer; readonly accept: string }): Reply {
  const raw = request.body.subarray(0, ECHO_LIMIT).toString("utf8");
  const fields = [...new URLSearchParams(raw)].map(([name, value]) => `${name}=${value}`);
  return errorReply(500, ["could not handle the request", raw, ...fields].join("\n"), request.accept);
}

/** What a fault answers instead of performing the request; undefined for those that are no answer. */
export function faultReply(
  fault: Fault,
  request: { readonly body: Buffer; readonly accept: string },
): Reply | undefined {
  switch (fault.action) {
    case "500":
      return echo(request);
    case "502":
      return { status: 502, contentType: "text/html", body: BAD_GATEWAY };
    case "html":
      return { status: 200, contentType: "text/html; charset=utf-8", body: SIGN_IN };
    case "rate-limit":
      return textReply(429, "too many requests\n");
    case "secondary-rate-limit":
      return textReply(503, "service temporarily unavailable\n");
    case "truncated":
    case "timeout":
    case "reset":
    case "delay":
      return undefined;
  }
}
