import { timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { verifyToken } from "./json-web-token.ts";
import { header } from "./rack-request.ts";
import type { Rack } from "./rack-state.ts";

export type Caller =
  | { readonly actor: string; readonly role: string }
  | { readonly refused: string; readonly challenge: string | undefined };

function credentials(headers: IncomingHttpHeaders): { user: string; password: string } | undefined {
  const [, encoded] = /^Basic (\S+)$/i.exec(headers.authorization ?? "") ?? [];
  if (encoded === undefined) return undefined;
  const pair = Buffer.from(encoded, "base64").toString("utf8");
  const at = pair.indexOf(":");
  return at < 0 ? undefined : { user: pair.slice(0, at), password: pair.slice(at + 1) };
}

function isEqual(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}

const REFUSED: Caller = { refused: "invalid authentication", challenge: 'Basic realm="convox"' };

/** Who asks: any user with the rack's password is its admin; the user `jwt` is what the token says. */
export function authenticate(rack: Rack, headers: IncomingHttpHeaders): Caller {
  const given = credentials(headers);
  if (given === undefined) return REFUSED;
  if (given.user === "jwt") {
    const token = verifyToken(rack.signingKey, given.password, rack.clock.now());
    if ("refused" in token) return { refused: `invalid authentication: ${token.refused}`, challenge: undefined };
    return { actor: token.user, role: token.role };
  }
  if (rack.password !== "" && !isEqual(given.password, rack.password)) return REFUSED;
  const actor = header(headers, "convox-actor") ?? header(headers, "x-convox-actor") ?? "rack-password";
  return { actor, role: "rwa" };
}
