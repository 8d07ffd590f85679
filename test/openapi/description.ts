// Holds what is said to GitHub, and what the simulated GitHub says, to GitHub's own descriptions of its REST API and its
// webhooks, as scripts/fetch-github-descriptions.js has left them in .cache/github/ (`npm run descriptions`).
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import type { AnySchemaObject, ErrorObject, ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import type { Requirement } from "../optional.ts";

export interface Exchange {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** In the spelling of GitHub's description (`/repos/{owner}/{repo}`); null: the simulator has no such route. */
  readonly routeTemplate: string | null;
  /** null or undefined: none was sent. */
  readonly requestBody: unknown;
  readonly status: number;
  /** undefined: none was sent. */
  readonly responseBody: unknown;
}

export interface Delivery {
  /** As in X-GitHub-Event. */
  readonly event: string;
  readonly payload: unknown;
}

interface Operation {
  /** Names of the query's parameters. */
  readonly query: readonly string[];
  readonly request: AnySchemaObject | null;
  readonly requestRequired: boolean;
  /** By status; null: no body. */
  readonly responses: Readonly<Record<string, AnySchemaObject | null>>;
}

interface RestDescription {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly components: { readonly schemas: Readonly<Record<string, AnySchemaObject>> };
}

interface WebhooksDescription {
  readonly events: Readonly<Record<string, AnySchemaObject>>;
}

/** GitHub's limit on the body of a comment, an issue and a review, in characters; its description is silent on it. */
const maxBodyLength = 65_536;

const cache = join(import.meta.dirname, "..", "..", ".cache", "github");

export const githubDescriptions: Requirement = {
  present: existsSync(join(cache, "sources.json")),
  otherwise: "GitHub's descriptions are not in .cache/github/: run `npm run descriptions` (needs the npm registry).",
};

/** @returns a function that gives what is wrong with an exchange, one sentence each. */
export function createExchangeValidator(): (exchange: Exchange) => string[] {
  // The script that wrote the file is ours and of this commit; its form is not checked again.
  const description = readDescription("rest.json") as RestDescription;
  const check = createChecker(description);
  return (exchange) => {
    const name = `${exchange.method} ${exchange.routeTemplate ?? exchange.path}`;
    const operation = exchange.routeTemplate === null ? undefined : description.operations[name];
    if (operation === undefined) return [`${name}: GitHub has no such route`];
    const problems = [
      ...pathProblems(exchange),
      ...queryProblems(exchange, operation),
      ...requestProblems(description, exchange, operation),
    ];
    // What GitHub refuses as malformed was rightly refused.
    if (wasAccepted(exchange) && operation.request !== null && hasBody(exchange.requestBody)) {
      problems.push(...check(["operations", name, "request"], exchange.requestBody, "request"));
    }
    problems.push(...responseProblems(check, exchange, operation));
    return problems.map((problem) => `${name} (${String(exchange.status)}): ${problem}`);
  };
}

/** @returns a function that gives what is wrong with a webhook, one sentence each. */
export function createDeliveryValidator(): (delivery: Delivery) => string[] {
  const description = readDescription("webhooks.json") as WebhooksDescription;
  const check = createChecker(description);
  return ({ event, payload }) => {
    const action = isRecord(payload) ? payload["action"] : undefined;
    const name = [event, ...(typeof action === "string" ? [action] : [])].join("-").replaceAll("_", "-");
    if (description.events[name] === undefined) return [`${name}: GitHub sends no such event`];
    return check(["events", name], payload, "payload").map((problem) => `${name}: ${problem}`);
  };
}

type Checker = (pointer: readonly string[], value: unknown, label: string) => string[];

/** Compiles a schema when it is first needed: 1,000 operations would take seconds, one takes milliseconds. */
function createChecker(description: object): Checker {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  // GitHub's own format, "owner/name"; a format that ajv does not know is a warning at each compilation.
  ajv.addFormat("repo.nwo", true);
  // GitHub's own bots have brackets in their addresses.
  ajv.addFormat("email", /^[^@\s]+@[^@\s]+$/);
  ajv.addSchema({ ...description, $id: "github" });
  const compiled = new Map<string, ValidateFunction>();
  return (pointer, value, label) => {
    const reference = `github#/${pointer.map(escapePointer).join("/")}`;
    const validate = compiled.get(reference) ?? ajv.compile({ $ref: reference });
    compiled.set(reference, validate);
    return validate(value) ? [] : sentencesOf(validate.errors ?? [], label);
  };
}

function escapePointer(key: string): string {
  return encodeURIComponent(key.replaceAll("~", "~0").replaceAll("/", "~1"));
}

/** Of a choice that failed ajv lists every branch: the deepest errors are those of the branch that was meant. */
function sentencesOf(errors: readonly ErrorObject[], label: string): string[] {
  const told = errors.filter(({ keyword }) => !["anyOf", "oneOf", "if"].includes(keyword));
  const real = told.filter(({ keyword, params }) => !(keyword === "type" && params["type"] === "null"));
  const chosen = real.length > 0 ? real : errors;
  return [...new Set(chosen.map((error) => sentenceOf(error, label)))].slice(0, 20);
}

function sentenceOf({ instancePath, message, params, keyword }: ErrorObject, label: string): string {
  const detail = ["enum", "additionalProperties", "const"].includes(keyword) ? ` ${JSON.stringify(params)}` : "";
  return `${label}${instancePath} ${message ?? "is wrong"}${detail}`;
}

function pathProblems({ path, routeTemplate }: Exchange): string[] {
  if (routeTemplate === null) return [];
  const parts = routeTemplate.split(/\{\w+\}/).map((part) => part.replaceAll(/[^\w/]/g, "\\$&"));
  // The last parameter of a path may hold slashes (`contents/{path}`, `git/ref/{ref}`).
  const pattern = new RegExp(`^${parts.join("[^?]+")}$`);
  return pattern.test(path.split("?")[0] ?? "") ? [] : [`${path} is no path of that route`];
}

function queryProblems({ path }: Exchange, { query }: Operation): string[] {
  const names = [...new URL(path, "http://localhost").searchParams.keys()];
  return names.filter((name) => !query.includes(name)).map((name) => `GitHub knows no query parameter "${name}" here`);
}

/** What GitHub refuses or ignores without its description saying so. */
function requestProblems(description: RestDescription, exchange: Exchange, operation: Operation): string[] {
  const { requestBody: body } = exchange;
  if (!wasAccepted(exchange)) return [];
  if (!hasBody(body)) return operation.requestRequired ? ["request is missing its body"] : [];
  if (operation.request === null) {
    return isRecord(body) && Object.keys(body).length === 0 ? [] : ["request has a body where GitHub reads none"];
  }
  if (!isRecord(body)) return [];
  const known = propertiesOf(description, operation.request);
  const unknown = Object.keys(body).filter((key) => !known.has(key));
  const problems = unknown.map((key) => `request has a key that GitHub does not know: "${key}"`);
  if (typeof body["body"] === "string" && body["body"].length > maxBodyLength) {
    problems.push(`request/body is longer than ${String(maxBodyLength)} characters`);
  }
  if (body["status"] === "completed" && body["conclusion"] === undefined && known.has("conclusion")) {
    problems.push("request is completed without a conclusion");
  }
  return problems;
}

function responseProblems(check: Checker, exchange: Exchange, operation: Operation): string[] {
  const { method, routeTemplate, status, responseBody } = exchange;
  const pointer = ["operations", `${method} ${String(routeTemplate)}`, "responses", String(status)];
  // Conditional requests work on every GET, described there or not.
  if (status === 304 && method === "GET") return responseBody === undefined ? [] : ["response is 304 with a body"];
  const schema = operation.responses[String(status)];
  if (schema === undefined) {
    // Refusals and failures may come from in front of the route, described there or not; a success may not.
    if (status >= 500) return [];
    if (status >= 400) return refusalProblems(check, responseBody);
    return [`GitHub does not answer this route with ${String(status)}`];
  }
  if (schema === null) {
    // The description leaves the body of some refusals out; GitHub sends one with each.
    if (status >= 400) return responseBody === undefined ? [] : refusalProblems(check, responseBody);
    return responseBody === undefined ? [] : ["response has a body where GitHub sends none"];
  }
  // Every refusal fits each of two forms that it must fit "exactly one" of.
  if (status >= 400 && schema["oneOf"] !== undefined) return refusalProblems(check, responseBody);
  return check(pointer, responseBody, "response");
}

/** The description requires nothing of a refusal; GitHub always says why. */
function refusalProblems(check: Checker, body: unknown): string[] {
  if (!isRecord(body) || typeof body["message"] !== "string") return ["response is a refusal without a message"];
  return check(["components", "schemas", "basic-error"], body, "response");
}

/** The keys that a schema names at its top, in any of its branches. */
function propertiesOf(description: RestDescription, schema: AnySchemaObject): Set<string> {
  const { properties, $ref, allOf, anyOf, oneOf } = schema as SchemaParts;
  const target = $ref === undefined ? undefined : description.components.schemas[$ref.split("/").at(-1) ?? ""];
  const parts = [...(target === undefined ? [] : [target]), ...(allOf ?? []), ...(anyOf ?? []), ...(oneOf ?? [])];
  return new Set([...Object.keys(properties ?? {}), ...parts.flatMap((part) => [...propertiesOf(description, part)])]);
}

interface SchemaParts {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly $ref?: string;
  readonly allOf?: readonly AnySchemaObject[];
  readonly anyOf?: readonly AnySchemaObject[];
  readonly oneOf?: readonly AnySchemaObject[];
}

function wasAccepted({ status }: Exchange): boolean {
  return status !== 400 && status !== 422;
}

function hasBody(body: unknown): boolean {
  return body !== undefined && body !== null;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readDescription(name: string): unknown {
  return JSON.parse(readFileSync(join(cache, name), "utf8"));
}
