// One HTTP request to a rack: no redirect, verified TLS, an end to time and bytes, and errors in words that an operator can act on.
import { request as requestHttp, type IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import { StalledError, WaitError } from "../errors.ts";
import type { Secret } from "../secrets/secret.ts";

export interface RackAddress {
  readonly rack: string;
  /** https; http on loopback alone. */
  readonly endpoint: string;
  readonly user: "convox" | "jwt";
  readonly password: Secret;
  /** PEM of the rack's own authority. */
  readonly ca: string | null;
  /** From the start of a request to the last byte of its answer. */
  readonly timeoutMs: number;
}

export interface RackCall {
  readonly method: "GET" | "POST" | "PUT";
  /** Begins with `/`; its parts are encoded. */
  readonly path: string;
  readonly form?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Values in the request, which no error may repeat. */
  readonly secrets?: readonly string[];
}

export interface RackAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

const MAX_BYTES = 8 * 1024 * 1024;
const MAX_MESSAGE = 500;
const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** The endpoint as a URL. Throws StalledError where its address may not be spoken to. */
export function endpointUrl(address: Pick<RackAddress, "rack" | "endpoint">): URL {
  const url = URL.parse(address.endpoint);
  if (url === null) throw new StalledError(`rack ${address.rack}: its endpoint in rack.yml is no URL`);
  if (url.username !== "" || url.password !== "") {
    throw new StalledError(`rack ${address.rack}: its endpoint in rack.yml holds credentials; take them out`);
  }
  const isSafe = url.protocol === "https:" || (url.protocol === "http:" && LOOPBACK.has(url.hostname));
  if (!isSafe) throw new StalledError(`rack ${address.rack}: its endpoint ${url.origin} must be https`);
  return url;
}

export function authorization(address: RackAddress): string {
  return `Basic ${Buffer.from(`${address.user}:${address.password.reveal()}`).toString("base64")}`;
}

/** Any answer below 300 or 404. Everything else throws: WaitError (no, broken or 5xx answers), StalledError (refusals). */
export async function askRack(address: RackAddress, call: RackCall): Promise<RackAnswer> {
  const answer = await exchange(address, call).catch((error: unknown) => {
    throw new WaitError(`${nameOf(address)} ${faultOf(error, address)} (${call.method} ${call.path})`, 0);
  });
  if (answer.status < 300 || answer.status === 404) return answer;
  throw refusal(address, call, answer);
}

function exchange(address: RackAddress, call: RackCall): Promise<RackAnswer> {
  const base = endpointUrl(address);
  const url = new URL(`${base.pathname.replace(/\/$/, "")}${call.path}`, base);
  const body = call.body ?? (call.form === undefined ? null : Buffer.from(new URLSearchParams(call.form).toString()));
  const type = call.body === undefined ? "application/x-www-form-urlencoded" : "application/octet-stream";
  const send = url.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const request = send(url, {
      method: call.method,
      signal: AbortSignal.timeout(address.timeoutMs),
      ...(address.ca === null ? {} : { ca: address.ca }),
      headers: {
        Accept: "application/json",
        "Accept-Encoding": "identity",
        Authorization: authorization(address),
        "X-Convox-Actor": "signalbox",
        ...(body === null ? {} : { "Content-Type": type, "Content-Length": body.length }),
      },
    });
    request.on("error", reject);
    request.on("response", (response) => {
      readAnswer(response).then(resolve, reject);
    });
    request.end(body ?? undefined);
  });
}

async function readAnswer(response: IncomingMessage): Promise<RackAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    // A response without an encoding gives buffers.
    const part = chunk as Buffer;
    bytes += part.length;
    if (bytes > MAX_BYTES) {
      response.destroy();
      throw Object.assign(new Error("too large"), { code: "ANSWER_TOO_LARGE" });
    }
    chunks.push(part);
  }
  if (!response.complete) throw Object.assign(new Error("cut off"), { code: "ECONNRESET" });
  return {
    status: response.statusCode ?? 0,
    contentType: response.headers["content-type"] ?? "",
    text: Buffer.concat(chunks).toString("utf8"),
  };
}

const FAULTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "does not answer: connection refused",
  ENOTFOUND: "does not answer: no such host",
  EAI_AGAIN: "does not answer: its name cannot be looked up now",
  EHOSTUNREACH: "does not answer: no route to the host",
  ENETUNREACH: "does not answer: the network is out of reach",
  ETIMEDOUT: "does not answer: connecting timed out",
  ECONNRESET: "broke off its answer",
  EPIPE: "broke off the connection",
  ANSWER_TOO_LARGE: `answered with more than ${String(MAX_BYTES / 1024 / 1024)} MiB`,
  DEPTH_ZERO_SELF_SIGNED_CERT: "shows a self-signed certificate; put its authority into `ca:` of rack.yml",
  SELF_SIGNED_CERT_IN_CHAIN: "shows a certificate of an unknown authority; put that into `ca:` of rack.yml",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "shows a certificate of an unknown authority; put that into `ca:` of rack.yml",
  CERT_HAS_EXPIRED: "shows a certificate that has expired",
  ERR_TLS_CERT_ALTNAME_INVALID: "shows a certificate for another host",
};

function faultOf(error: unknown, address: RackAddress): string {
  const code = fieldOf(error, "code");
  if (fieldOf(error, "name") === "AbortError" || fieldOf(error, "name") === "TimeoutError") {
    return `did not answer within ${String(address.timeoutMs / 1000)} s`;
  }
  return FAULTS[code] ?? `does not answer: ${code === "" ? "the connection failed" : code}`;
}

function fieldOf(error: unknown, field: "code" | "name"): string {
  if (typeof error !== "object" || error === null) return "";
  const value: unknown = Reflect.get(error, field);
  return typeof value === "string" ? value : "";
}

/** `rack prod-eu at https://api…`. */
export function nameOf(address: RackAddress): string {
  return `rack ${address.rack} at ${endpointUrl(address).origin}`;
}

/** Some of what Convox answers with a 500 is no trouble of the rack: it does not pass by waiting. */
const LASTING = /^(required env:|validation errors:|(app|build|release) not found\b)| "[^"]+" not found$/;

function refusal(address: RackAddress, call: RackCall, answer: RackAnswer): Error {
  const where = `(${call.method} ${call.path})`;
  const rack = nameOf(address);
  const { status } = answer;
  if (status < 400) {
    return new StalledError(`${rack} redirects, which is not followed: put the right address into rack.yml ${where}`);
  }
  const message = messageIn(answer, secretsOf(address, call));
  if (status === 401) {
    return new StalledError(`${rack} does not accept the password; seal the right one into rack.yml ${where}`);
  }
  const isBusy = status === 403 && message.includes("currently updating");
  const isRefused = status < 500 && status !== 429 && status !== 408;
  const isLasting = status === 500 && isPlainError(answer) && LASTING.test(message);
  if (!isBusy && (isRefused || isLasting)) return new StalledError(`${rack} refuses: ${message} ${where}`);
  return new WaitError(`${rack} answers ${String(status)}: ${message} ${where}`, 0);
}

function secretsOf(address: RackAddress, call: RackCall): readonly string[] {
  return [address.password.reveal(), ...(call.secrets ?? [])].filter((secret) => secret !== "");
}

function isPlainError({ contentType }: RackAnswer): boolean {
  return !contentType.includes("html");
}

/** The rack's own words, as far as they are words; a hostile rack that sends back what it got is not repeated. */
function messageIn(answer: RackAnswer, secrets: readonly string[]): string {
  if (!isPlainError(answer)) return "an HTML page instead of an answer of Convox";
  const text = withoutSecrets(errorText(answer.text), secrets).replace(/\s+/g, " ").trim();
  if (text === "") return "nothing";
  return text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)}…` : text;
}

function errorText(text: string): string {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null && "error" in parsed) return String(parsed.error);
  } catch {
    // Convox answers errors as text, too.
    return text;
  }
  return text;
}

/** Longest first, so that no part of a longer one is left over; in the forms in which they travel, too. */
function withoutSecrets(text: string, secrets: readonly string[]): string {
  const forms = secrets.flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    new URLSearchParams({ "": secret }).toString().slice(1),
    Buffer.from(secret).toString("base64"),
    JSON.stringify(secret).slice(1, -1),
  ]);
  return [...new Set(forms)]
    .sort((a, b) => b.length - a.length)
    .reduce((rest, form) => rest.replaceAll(form, "[secret]"), text);
}
