/** Who is calling: the App by its JWT, its installation by a token, or a person by theirs. */
import { createVerify } from "node:crypto";
import { ApiError, badCredentials } from "./api-error.ts";
import { accountOf, isMember } from "./state.ts";
import type { GitHubState, JsonObject, Permissions } from "./state.ts";

export interface Actor {
  readonly kind: "app" | "installation" | "person";
  /** Of the account that acts: the App's bot, or the person. */
  readonly key: string;
  readonly admin: boolean;
  /** Whether a person belongs to the organisation, and so may write. */
  readonly member: boolean;
  /** What an installation token may do; null for people, whose rights are those of a member who may write. */
  readonly permissions: Permissions | null;
}

/** @throws ApiError 401 where the header is missing or says nothing that this GitHub knows. */
export function authenticate(state: GitHubState, header: string | undefined): Actor {
  if (header === undefined || header.trim() === "") throw badCredentials("Requires authentication");
  const [scheme = "", credential = ""] = header.trim().split(/\s+/, 2);
  switch (scheme.toLowerCase()) {
    case "bearer":
    case "token":
      return credential.split(".").length === 3 ? authenticateApp(state, credential) : byToken(state, credential);
    case "basic":
      return byToken(state, basicPassword(credential));
    default:
      throw badCredentials();
  }
}

/** The password of `Basic`; git sends any user name with a token as the password. */
export function basicPassword(credential: string): string {
  const text = Buffer.from(credential, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 0 ? "" : text.slice(colon + 1);
}

export function byToken(state: GitHubState, token: string): Actor {
  const login = state.personalTokens.get(token);
  if (login !== undefined) {
    const account = accountOf(state, login);
    if (account.standing === "deleted") throw badCredentials();
    if (account.standing === "suspended") throw new ApiError(403, "Sorry. Your account was suspended");
    const member = isMember(state, account.key);
    return { kind: "person", key: account.key, admin: member && account.admin, member, permissions: null };
  }
  const installation = state.installationTokens.get(token);
  if (installation === undefined || installation.expiresAtMs <= state.clock.now().getTime()) throw badCredentials();
  return {
    kind: "installation",
    key: state.app.botLogin,
    admin: false,
    member: false,
    permissions: installation.permissions,
  };
}

const maxLifeS = 600;

function authenticateApp(state: GitHubState, jwt: string): Actor {
  const [head = "", payload = "", signature = ""] = jwt.split(".");
  const undecodable = badCredentials("A JSON web token could not be decoded");
  const header = decodePart(head);
  const claims = decodePart(payload);
  if (header === undefined || claims === undefined || header["alg"] !== "RS256") throw undecodable;
  const verifier = createVerify("RSA-SHA256").update(`${head}.${payload}`);
  if (!verifier.verify(state.app.publicKey, signature, "base64url")) throw undecodable;
  checkClaims(state, claims);
  return { kind: "app", key: state.app.botLogin, admin: false, member: false, permissions: state.app.permissions };
}

function checkClaims(state: GitHubState, claims: JsonObject): void {
  const nowS = Math.floor(state.clock.now().getTime() / 1000);
  const { iat, exp, iss } = claims;
  if (String(iss) !== String(state.app.id)) {
    throw badCredentials("'Issuer' claim ('iss') must be an Integer: it is not the id of this App");
  }
  if (typeof iat !== "number" || iat > nowS) {
    throw badCredentials(
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  }
  if (typeof exp !== "number" || exp <= nowS) {
    throw badCredentials(
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  }
  if (exp > nowS + maxLifeS) throw badCredentials("'Expiration time' claim ('exp') is too far in the future");
}

function decodePart(part: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return isJsonObject(value) ? value : undefined;
  } catch {
    // Not JSON: not a token. The caller answers 401.
    return undefined;
  }
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const levels: Readonly<Record<string, number>> = { read: 1, write: 2 };

/** @param needs alternatives, each "permission=level". @throws ApiError 403 that names them. */
export function requirePermission(actor: Actor, needs: readonly string[]): void {
  if (actor.permissions === null || needs.length === 0) return;
  const granted = actor.permissions;
  const reaches = (need: string): boolean => {
    const [name = "", level = ""] = need.split("=");
    // Every App may read metadata.
    const has = name === "metadata" ? 1 : (levels[granted[name] ?? ""] ?? 0);
    return has >= (levels[level] ?? Infinity);
  };
  if (needs.some(reaches)) return;
  throw new ApiError(403, "Resource not accessible by integration", {
    headers: { "x-accepted-github-permissions": needs.join("; ") },
  });
}
