/** What a route of the API is, what it is given, and how it reads that. */
import { ApiError, notFound, validationFailed } from "./api-error.ts";
import type { Actor } from "./auth.ts";
import { isJsonObject } from "./auth.ts";
import type { Hub } from "./hub.ts";
import { isPullRequest } from "./state.ts";
import type { IssueRecord, JsonObject, PullRequestRecord } from "./state.ts";

export interface Call {
  readonly hub: Hub;
  readonly actor: Actor;
  readonly params: Readonly<Record<string, string>>;
  readonly url: URL;
  readonly body: JsonObject;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** In the spelling of GitHub's OpenAPI description. */
  readonly template: string;
  /** Who may call: the App itself, installations alone, or (left out) installations and people. */
  readonly by?: "app" | "installation";
  /** Alternatives for an installation, each "permission=level"; left out: every token will do. */
  readonly needs?: readonly string[];
  readonly answer: (call: Call) => Answer | Promise<Answer>;
}

export function ok(body: unknown): Answer {
  return { status: 200, body };
}

export function created(body: unknown): Answer {
  return { status: 201, body };
}

export const noContent: Answer = { status: 204 };

export function param(call: Call, name: string): string {
  const value = call.params[name];
  if (value === undefined) throw new Error(`The route has no parameter "${name}".`);
  return value;
}

/** @throws ApiError 404 where it is no number. */
export function numberParam(call: Call, name: string): number {
  const text = param(call, name);
  if (!/^\d+$/.test(text)) throw notFound();
  return Number(text);
}

export function issueParam(call: Call): IssueRecord {
  const number = numberParam(call, "issue_number");
  const issue = call.hub.state.issues.find((candidate) => candidate.number === number);
  if (issue === undefined) throw notFound();
  return issue;
}

export function pullParam(call: Call): PullRequestRecord {
  const number = numberParam(call, "pull_number");
  const issue = call.hub.state.issues.find((candidate) => candidate.number === number);
  if (issue === undefined || !isPullRequest(issue)) throw notFound();
  return issue;
}

/** A string of the query, or undefined. */
export function queryText(call: Call, name: string): string | undefined {
  return call.url.searchParams.get(name) ?? undefined;
}

export function missingField(resource: string, field: string): ApiError {
  return validationFailed([{ resource, field, code: "missing_field" }]);
}

export function invalidField(resource: string, field: string, message?: string): ApiError {
  return validationFailed([{ resource, field, code: "invalid", ...(message === undefined ? {} : { message }) }]);
}

/** @throws ApiError 422 where the field is there and is no string. */
export function optionalText(call: Call, resource: string, field: string): string | undefined {
  const value = call.body[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw invalidField(resource, field, `${field} is not a string`);
  return value;
}

/** @throws ApiError 422 where the field is missing, empty or no string. */
export function requiredText(call: Call, resource: string, field: string): string {
  const value = optionalText(call, resource, field);
  if (value === undefined || value === "") throw missingField(resource, field);
  return value;
}

export function optionalFlag(call: Call, resource: string, field: string): boolean | undefined {
  const value = call.body[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "boolean") throw invalidField(resource, field, `${field} is not a boolean`);
  return value;
}

export function optionalTexts(call: Call, resource: string, field: string): string[] | undefined {
  const value = call.body[field];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw invalidField(resource, field, `${field} is not an array`);
  return value.map((item: unknown) => {
    if (typeof item === "string") return item;
    // Labels may be given as objects with a name.
    if (isJsonObject(item) && typeof item["name"] === "string") return item["name"];
    throw invalidField(resource, field, `${field} holds something that is not a string`);
  });
}

/** GitHub counts characters of comments and bodies, not bytes. */
const maxBody = 65_536;

export function limitBody(resource: string, body: string | null): void {
  if (body !== null && body.length > maxBody) {
    throw validationFailed([
      {
        resource,
        field: "body",
        code: "unprocessable",
        message: `body is too long (maximum is ${String(maxBody)} characters)`,
      },
    ]);
  }
}

export interface PageRange {
  readonly page: number;
  readonly perPage: number;
}

export function pageRange(call: Call): PageRange {
  const number = (name: string, standard: number): number => {
    const text = call.url.searchParams.get(name) ?? "";
    return /^\d+$/.test(text) && Number(text) > 0 ? Number(text) : standard;
  };
  return { page: number("page", 1), perPage: Math.min(number("per_page", 30), 100) };
}

/** One page of a list, and the Link header to the others. */
export async function paginated<Item>(
  call: Call,
  items: readonly Item[],
  shape: (item: Item) => unknown,
): Promise<Answer> {
  const { body, headers } = await pageOf(call, items, shape);
  return { status: 200, body, headers };
}

/** The same for the lists that GitHub puts into an object with their total count. */
export async function paginatedIn<Item>(
  call: Call,
  list: { readonly name: string; readonly items: readonly Item[] },
  shape: (item: Item) => unknown,
): Promise<Answer> {
  const { body, headers } = await pageOf(call, list.items, shape);
  return { status: 200, body: { total_count: list.items.length, [list.name]: body }, headers };
}

async function pageOf<Item>(
  call: Call,
  items: readonly Item[],
  shape: (item: Item) => unknown,
): Promise<{ body: unknown[]; headers: Record<string, string> }> {
  const { page, perPage } = pageRange(call);
  const body = await Promise.all(items.slice((page - 1) * perPage, page * perPage).map(shape));
  const last = Math.max(1, Math.ceil(items.length / perPage));
  const link = (rel: string, target: number): string => {
    const url = new URL(call.url);
    url.searchParams.set("page", String(target));
    return `<${url.href}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [link("prev", page - 1)] : []),
    ...(page < last ? [link("next", page + 1), link("last", last)] : []),
    ...(page > 1 ? [link("first", 1)] : []),
  ];
  return { body, headers: links.length === 0 ? {} : { link: links.join(", ") } };
}
