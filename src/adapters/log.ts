// Structured logs, one JSON object a line. Whatever is logged, by us or by a library, passes one gate on its way out: contents are
// left out and every text is redacted there, so that no caller has to remember to.
import { pino, stdTimeFunctions, type Logger } from "pino";

export interface LogOptions {
  /** One of pino's: `debug`, `info`, `warn`, `error`, `silent`. */
  readonly level: string;
  /** Takes a whole line, its end included. */
  readonly write: (line: string) => void;
  /** Takes secrets out of a text. */
  readonly redact: (text: string) => string;
}

/** Fields that carry what others sent: of them the log says only that they were there. */
const CONTENTS = new Set(["authorization", "body", "headers", "payload", "request", "response"]);
const LONGEST_TEXT = 2_000;

export function createLog({ level, write, redact }: LogOptions): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError, error: describeError },
    },
    {
      write: (line: string) => {
        write(`${JSON.stringify(clean(JSON.parse(line), redact))}\n`);
      },
    },
  );
}

function clean(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === "string") return shorten(redact(value));
  if (Array.isArray(value)) return value.map((item) => clean(item, redact));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      redact(name),
      CONTENTS.has(name.toLowerCase()) ? "[left out]" : clean(field, redact),
    ]),
  );
}

function shorten(text: string): string {
  if (text.length <= LONGEST_TEXT) return text;
  return `${text.slice(0, LONGEST_TEXT)}… (${String(text.length - LONGEST_TEXT)} characters more)`;
}

/** Only what names the fault: libraries hang whole requests, answers and webhooks onto their errors. */
function describeError(error: unknown): unknown {
  if (typeof error !== "object" || error === null) return error;
  const text = (name: string): string | undefined => {
    const value: unknown = Reflect.get(error, name);
    return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
  };
  const cause: unknown = Reflect.get(error, "cause");
  const errors: unknown = Reflect.get(error, "errors");
  return {
    type: text("name"),
    message: text("message"),
    code: text("code"),
    status: text("status"),
    stack: text("stack"),
    ...(cause === undefined ? {} : { cause: describeError(cause) }),
    ...(Array.isArray(errors) ? { errors: errors.map(describeError) } : {}),
  };
}
