// Schedules of timers, as the cluster's cron reads them: five fields, names of months and days, and words as `@daily`.

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly words: readonly string[];
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"] as const;
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;
const DAY_OF_MONTH: Field = { name: "days of the month", min: 1, max: 31, words: [] };
const MONTH: Field = { name: "months", min: 1, max: 12, words: MONTHS };
const FIELDS: readonly Field[] = [
  { name: "minutes", min: 0, max: 59, words: [] },
  { name: "hours", min: 0, max: 23, words: [] },
  DAY_OF_MONTH,
  MONTH,
  { name: "days of the week", min: 0, max: 6, words: DAYS },
];
const WORD = /^@(?:yearly|annually|monthly|weekly|daily|midnight|hourly|every (?:\d+\.?\d*(?:ns|us|µs|ms|s|m|h))+)$/;

/** What is wrong with a schedule, to follow "expected", or null. */
export function scheduleFault(schedule: string): string | null {
  if (schedule.startsWith("@")) {
    return WORD.test(schedule) ? null : "a word as `@daily` or `@hourly`, found another";
  }
  const texts = schedule.split(" ");
  if (texts.length !== FIELDS.length) return `a cron schedule of 5 fields, found ${schedule === "" ? 0 : texts.length}`;
  for (const [index, field] of FIELDS.entries()) {
    if (rangesOf(texts[index] ?? "", field) === null) {
      return `${field.name} from ${field.min} to ${field.max} in the schedule, found another form`;
    }
  }
  return null;
}

/** null: a form that cron refuses. */
function rangesOf(text: string, field: Field): readonly Range[] | null {
  const ranges: Range[] = [];
  for (const part of text.split(",")) {
    const range = part === "" ? undefined : rangeOf(part, field);
    if (range === null) return null;
    if (range !== undefined) ranges.push(range);
  }
  return ranges;
}

function valuesOf(text: string, field: Field): ReadonlySet<number> {
  const values = new Set<number>();
  for (const { from, to, step } of rangesOf(text, field) ?? []) {
    for (let value = from; value <= to; value += step) values.add(value);
  }
  return values;
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

function rangeOf(part: string, field: Field): Range | null {
  const match = /^([^/-]+)(?:-([^/-]+))?(?:\/([^/-]+))?$/.exec(part);
  if (match === null) return null;
  const [, fromText = "", toText, stepText] = match;
  const step = stepText === undefined ? 1 : digits(stepText);
  if (step === null || step === 0) return null;
  if (fromText === "*" || fromText === "?") {
    return toText === undefined ? { from: field.min, to: field.max, step } : null;
  }
  const from = numberIn(fromText, field);
  const to = toText === undefined && stepText !== undefined ? field.max : numberIn(toText ?? fromText, field);
  return from === null || to === null || from > to ? null : { from, to, step };
}

function digits(text: string): number | null {
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}

function numberIn(text: string, { words, min, max }: Field): number | null {
  const index = words.indexOf(text.toLowerCase());
  const value = index >= 0 ? index + min : digits(text);
  return value === null || value < min || value > max ? null : value;
}

const LONGEST_MONTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** A day that no month named has, as the 30th of February; only where days of the week leave it to the day of the month. */
export function neverRuns(schedule: string): boolean {
  const [, , day = "", month = "", weekday = ""] = schedule.split(" ");
  if (!weekday.startsWith("*") || (day === "*" && month === "*")) return false;
  const [days, months] = [valuesOf(day, DAY_OF_MONTH), valuesOf(month, MONTH)];
  return ![...months].some((one) => [...days].some((date) => date <= (LONGEST_MONTHS[one - 1] ?? 0)));
}

export function runsEveryMinute(schedule: string): boolean {
  return schedule === "* * * * *" || schedule === "*/1 * * * *";
}
