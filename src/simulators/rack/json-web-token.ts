// Rack tokens: HS256 with the rack's own claims (`user`, `role`, `expiresAt`), not the registered ones.
import { createHmac, timingSafeEqual } from "node:crypto";

function sign(key: string, content: string): string {
  return createHmac("sha256", key).update(content).digest("base64url");
}

export function mintToken(key: string, claims: { user: string; role: string; expiresAt: number }): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const content = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  return `${content}.${sign(key, content)}`;
}

function decode(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    // Not JSON: the same to the caller as a part of another shape.
    return undefined;
  }
}

export type TokenResult = { readonly user: string; readonly role: string } | { readonly refused: string };

export function verifyToken(key: string, token: string, nowMs: number): TokenResult {
  const [head = "", body = "", signature = "", ...rest] = token.split(".");
  const claims = decode(body);
  if (rest.length > 0 || claims === undefined) return { refused: "token contains an invalid number of segments" };
  if (decode(head)?.["alg"] !== "HS256") return { refused: "unexpected signing method" };
  const expected = Buffer.from(sign(key, `${head}.${body}`));
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return { refused: "signature is invalid" };
  const { user, role, expiresAt } = claims;
  if (typeof user !== "string" || typeof role !== "string" || typeof expiresAt !== "number") {
    return { refused: "invalid token claims" };
  }
  return expiresAt * 1000 <= nowMs ? { refused: "token is expired" } : { user, role };
}
