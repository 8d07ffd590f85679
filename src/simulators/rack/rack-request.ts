import type { IncomingHttpHeaders } from "node:http";
import { RackError } from "./reply.ts";

/** One authenticated request, with its path's variables decoded. */
export interface RackRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly role: string;
  variable(name: string): string;
  /** A field of the form body or the query. */
  param(name: string): string | undefined;
  /** As `param`, and a header of the same name, as the rack's `Value()` falls back to. */
  value(name: string): string | undefined;
}

export interface RequestParts {
  readonly method: string;
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly role: string;
  readonly variables: Readonly<Record<string, string>>;
}

function formOf(parts: RequestParts): URLSearchParams {
  const isForm = (parts.headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded");
  const hasForm = isForm && ["POST", "PUT", "PATCH"].includes(parts.method);
  return new URLSearchParams(hasForm ? parts.body.toString("utf8") : "");
}

export function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name.toLowerCase()];
  return Array.isArray(value) ? value[0] : value;
}

export function createRackRequest(parts: RequestParts): RackRequest {
  const form = formOf(parts);
  const query = new URLSearchParams(parts.query);
  const param = (name: string): string | undefined => form.get(name) ?? query.get(name) ?? undefined;
  return {
    headers: parts.headers,
    body: parts.body,
    role: parts.role,
    variable: (name) => parts.variables[name] ?? "",
    param,
    value: (name) => param(name) ?? header(parts.headers, name),
  };
}

/** A decimal field; absent is undefined, anything else that is no whole number is the caller's mistake. */
export function integerParam(request: RackRequest, name: string): number | undefined {
  const text = request.param(name);
  if (text === undefined || text === "") return undefined;
  if (!/^-?\d+$/.test(text)) throw new RackError(400, `strconv.Atoi: parsing "${text}": invalid syntax`);
  return Number(text);
}
