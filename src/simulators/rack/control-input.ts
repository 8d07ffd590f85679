// What the control port is told, checked field by field.
import type { ByHandChange } from "./by-hand.ts";
import { parseDotenv } from "./dotenv.ts";
import { FAULT_ACTIONS, type Fault } from "./faults.ts";
import { parseGoDuration } from "./go-duration.ts";
import type { PromotionOutcome } from "./rack-state.ts";
import { RackError } from "./reply.ts";
import type { ScaleRequest } from "./service-routes.ts";

type Fields = Readonly<Record<string, unknown>>;

function invalid(expected: string): RackError {
  return new RackError(400, `expected ${expected}`);
}

function fieldsOf(value: unknown, expected: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid(expected);
  return { ...value };
}

function nonNegative(value: unknown, fallback: number, expected: string): number {
  if (value === undefined) return fallback;
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0) throw invalid(expected);
  return value;
}

export function readFault(body: unknown): Fault {
  const expected = `{ match: "METHOD path", action: ${FAULT_ACTIONS.join(" | ")}, times?, ms? }`;
  const { match, action, times, ms } = fieldsOf(body, expected);
  const known = FAULT_ACTIONS.find((name) => name === String(action));
  if (typeof match !== "string" || !/^\S+ \S/.test(match) || known === undefined) throw invalid(expected);
  return { match, action: known, times: nonNegative(times, 1, expected), ms: nonNegative(ms, 1000, expected) };
}

/** Milliseconds to advance. */
export function readClock(body: unknown): number {
  const expected = '{ advance: a duration such as "10m" }';
  const { advance } = fieldsOf(body, expected);
  const durationMs = typeof advance === "string" ? parseGoDuration(advance) : undefined;
  if (durationMs === undefined) throw invalid(expected);
  return durationMs;
}

export function readPromotion(body: unknown): { app: string; outcome: PromotionOutcome; times: number } {
  const expected = "{ app, outcome: fail | hang | slow, times? }";
  const { app, outcome, times } = fieldsOf(body, expected);
  if (typeof app !== "string") throw invalid(expected);
  if (outcome !== "fail" && outcome !== "hang" && outcome !== "slow") throw invalid(expected);
  return { app, outcome, times: nonNegative(times, 1, expected) };
}

const BY_HAND = "{ app, env?: { KEY: value or null }, scale?: { SERVICE: count }, release?: an id }";

function readEnvironment(value: unknown): ReadonlyMap<string, string | null> {
  if (typeof value === "string") return parseDotenv(value);
  return new Map(
    Object.entries(fieldsOf(value, BY_HAND)).map(([key, entry]) => {
      if (entry !== null && typeof entry !== "string") throw invalid(BY_HAND);
      if (/[=\n]/.test(key) || entry?.includes("\n")) throw new RackError(400, `${key}: no line breaks, no = in a key`);
      return [key, entry];
    }),
  );
}

function readOneScale(value: unknown): ScaleRequest {
  if (typeof value === "number") return { count: nonNegative(value, 0, BY_HAND) };
  const { count, cpu, memory } = fieldsOf(value, BY_HAND);
  const read = (field: unknown): number | undefined =>
    field === undefined ? undefined : nonNegative(field, 0, BY_HAND);
  return { count: read(count), cpu: read(cpu), memory: read(memory) };
}

/** Either `{ web: 3 }`, `{ web: { count, cpu, memory } }` or `{ service: "web", count: 3 }`. */
function readScale(value: unknown): ReadonlyMap<string, ScaleRequest> {
  const fields = fieldsOf(value, BY_HAND);
  const { service, ...scale } = fields;
  if (typeof service === "string") return new Map([[service, readOneScale(scale)]]);
  return new Map(Object.entries(fields).map(([name, entry]) => [name, readOneScale(entry)]));
}

export function readByHand(body: unknown): ByHandChange & { app: string } {
  const { app, env, scale, release } = fieldsOf(body, BY_HAND);
  if (typeof app !== "string" || (release !== undefined && typeof release !== "string")) throw invalid(BY_HAND);
  if (env === undefined && scale === undefined && release === undefined) throw invalid(BY_HAND);
  return {
    app,
    ...(env === undefined ? {} : { env: readEnvironment(env) }),
    ...(scale === undefined ? {} : { scale: readScale(scale) }),
    ...(release === undefined ? {} : { release }),
  };
}
