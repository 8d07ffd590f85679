/** What a check run may be given, with GitHub's limits and refusals. */
import { unprocessable } from "./api-error.ts";
import { isJsonObject } from "./auth.ts";
import { optionalText } from "./route.ts";
import type { Call } from "./route.ts";
import type { AnnotationRecord, CheckRunRecord, JsonObject } from "./state.ts";

const conclusions = ["action_required", "cancelled", "failure", "neutral", "success", "skipped", "timed_out"];
const statuses = ["queued", "in_progress", "completed"];
const levels = ["notice", "warning", "failure"];
const maxAnnotations = 50;
const maxText = 65_535;
const maxMessageBytes = 65_536;
const maxTitle = 255;

/** Invalid requests, in the words that the checks API has for them. */
function invalid(message: string): Error {
  return unprocessable(`Invalid request.\n\n${message}`);
}

/** Takes over what the body says of the run. @throws ApiError 422 before anything has been changed. */
export function applyCheckInput(call: Call, run: CheckRunRecord): void {
  const { status, conclusion } = outcomeAsked(call, run);
  const output = readOutput(call);
  const actions = readActions(call);
  const name = optionalText(call, "CheckRun", "name");
  const startedAt = instant(call, "started_at");
  const completedAt = instant(call, "completed_at");

  if (name !== undefined) run.name = name;
  run.detailsUrl = optionalText(call, "CheckRun", "details_url") ?? run.detailsUrl;
  run.externalId = optionalText(call, "CheckRun", "external_id") ?? run.externalId;
  if (startedAt !== undefined) run.startedAt = startedAt;
  applyStatus(run, { status, conclusion, completedAt, now: call.hub.state.clock.iso() });
  if (output !== undefined) {
    run.title = output.title ?? run.title;
    run.summary = output.summary ?? run.summary;
    run.text = output.text ?? run.text;
    run.annotations.push(...output.annotations);
  }
  if (actions !== undefined) run.actions = actions;
}

interface OutcomeInput {
  readonly status: CheckRunRecord["status"] | undefined;
  readonly conclusion: string | undefined;
}

function outcomeAsked(call: Call, run: CheckRunRecord): OutcomeInput {
  const status = statusAsked(call);
  const conclusion = optionalText(call, "CheckRun", "conclusion");
  if (conclusion !== undefined && !conclusions.includes(conclusion)) {
    throw invalid(`"${conclusion}" is not a member of ${JSON.stringify(conclusions)}.`);
  }
  if (
    (status === "completed" || call.body["completed_at"] !== undefined) &&
    conclusion === undefined &&
    run.conclusion === null
  ) {
    throw invalid(
      '"conclusion" wasn\'t supplied; it is required where "status" is completed or "completed_at" is given.',
    );
  }
  return { status, conclusion };
}

function statusAsked(call: Call): CheckRunRecord["status"] | undefined {
  const status = optionalText(call, "CheckRun", "status");
  if (status === undefined || status === "queued" || status === "in_progress" || status === "completed") return status;
  throw invalid(`"${status}" is not a member of ${JSON.stringify(statuses)}.`);
}

interface StatusInput {
  readonly status: CheckRunRecord["status"] | undefined;
  readonly conclusion: string | undefined;
  readonly completedAt: string | undefined;
  readonly now: string;
}

/** A conclusion completes a run; any other status takes an earlier conclusion back. */
function applyStatus(run: CheckRunRecord, input: StatusInput): void {
  if (input.conclusion !== undefined) {
    run.status = "completed";
    run.conclusion = input.conclusion;
    run.completedAt = input.completedAt ?? input.now;
  } else if (input.status !== undefined && input.status !== "completed") {
    run.status = input.status;
    run.conclusion = null;
    run.completedAt = null;
  }
}

function instant(call: Call, field: string): string | undefined {
  const text = optionalText(call, "CheckRun", field);
  if (text !== undefined && Number.isNaN(Date.parse(text))) throw invalid(`"${text}" is not a valid date-time.`);
  return text;
}

interface OutputInput {
  readonly title: string | undefined;
  readonly summary: string | undefined;
  readonly text: string | undefined;
  readonly annotations: readonly AnnotationRecord[];
}

function readOutput(call: Call): OutputInput | undefined {
  const output = call.body["output"];
  if (output === undefined || output === null) return undefined;
  if (!isJsonObject(output)) throw invalid("For 'properties/output', nil is not an object.");
  const text = (name: string): string | undefined => {
    const value = output[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "string") throw invalid(`For 'properties/${name}', ${JSON.stringify(value)} is not a string.`);
    return value;
  };
  const summary = text("summary");
  if (summary === undefined) throw invalid('"summary" wasn\'t supplied.');
  if (text("title") === undefined && call.body["name"] !== undefined) throw invalid('"title" wasn\'t supplied.');
  for (const name of ["summary", "text"]) {
    const length = text(name)?.length ?? 0;
    if (length > maxText) {
      throw invalid(`Only ${String(maxText)} characters are allowed; ${String(length)} were supplied.`);
    }
  }
  return { title: text("title"), summary, text: text("text"), annotations: readAnnotations(output["annotations"]) };
}

function readAnnotations(value: unknown): AnnotationRecord[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalid("For 'properties/annotations', it is not an array.");
  if (value.length > maxAnnotations) {
    throw invalid(`No more than ${String(maxAnnotations)} items are allowed; ${String(value.length)} were supplied.`);
  }
  return value.map(readAnnotation);
}

function readAnnotation(value: unknown, at: number): AnnotationRecord {
  const where = `annotations/${String(at)}`;
  if (!isJsonObject(value)) throw invalid(`For '${where}', it is not an object.`);
  const start = line(value, "start_line", where);
  const end = line(value, "end_line", where);
  const columns = [column(value, "start_column", where), column(value, "end_column", where)];
  if (end < start) throw invalid(`For '${where}', end_line is before start_line.`);
  if (start !== end && columns.some((number) => number !== null)) {
    throw invalid(`For '${where}', start_column and end_column are allowed only where start_line equals end_line.`);
  }
  const level = string(value, "annotation_level", where);
  if (!levels.includes(level)) {
    throw invalid(`For '${where}', "${level}" is not a member of ${JSON.stringify(levels)}.`);
  }
  const title = value["title"] === undefined ? null : string(value, "title", where);
  if (title !== null && title.length > maxTitle) {
    throw invalid(`For '${where}', title is longer than ${String(maxTitle)} characters.`);
  }
  const message = string(value, "message", where);
  if (Buffer.byteLength(message) > maxMessageBytes) throw invalid(`For '${where}', message is larger than 64 KB.`);
  return {
    path: string(value, "path", where),
    start_line: start,
    end_line: end,
    start_column: columns[0] ?? null,
    end_column: columns[1] ?? null,
    annotation_level: level,
    title,
    message,
    raw_details: value["raw_details"] === undefined ? null : string(value, "raw_details", where),
  };
}

function string(value: JsonObject, name: string, where: string): string {
  const text = value[name];
  if (typeof text !== "string" || text === "") throw invalid(`For '${where}', "${name}" wasn't supplied.`);
  return text;
}

function line(value: JsonObject, name: string, where: string): number {
  const number = value[name];
  if (typeof number !== "number" || !Number.isInteger(number) || number < 1) {
    throw invalid(`For '${where}', "${name}" is not a line number.`);
  }
  return number;
}

function column(value: JsonObject, name: string, where: string): number | null {
  return value[name] === undefined || value[name] === null ? null : line(value, name, where);
}

const actionLimits = { label: 20, description: 40, identifier: 20 };

function readActions(call: Call): JsonObject[] | undefined {
  const value = call.body["actions"];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || value.length > 3) throw invalid("No more than 3 actions are allowed.");
  return value.map((action: unknown) => {
    if (!isJsonObject(action)) throw invalid("An action is not an object.");
    for (const [name, max] of Object.entries(actionLimits)) {
      if (string(action, name, "actions").length > max) {
        throw invalid(`The ${name} of an action is longer than ${String(max)} characters.`);
      }
    }
    return action;
  });
}
