// Values that several kinds of files hold: selectors, times, durations, secrets, subjects of `from`.
import { shownWord } from "./found-words.ts";
import { globFault } from "./glob.ts";
import type { Reader } from "./parsed-file.ts";
import { regexFault, type Selector } from "./selector.ts";
import type { ConfiguredValue, From, Instant, Suspension } from "./types.ts";
import type { Step } from "./yaml-tree.ts";

export type SelectorJson = string | readonly string[] | { readonly regex: string };
export type SecretJson = { readonly age: string } | { readonly ref: string };

export interface FromJson {
  readonly users?: readonly string[];
  readonly teams?: readonly string[];
  readonly roles?: readonly string[];
  readonly can?: "write";
}

export interface SuspensionJson {
  readonly reason: string;
  readonly until?: string;
}

export function readSelector(json: SelectorJson, path: readonly Step[], reader: Reader): Selector {
  if (json === "all" || json === "none") return { kind: json };
  if (typeof json === "string") return { kind: "names", names: [json] };
  if (isList(json)) {
    json.forEach((name, index) => {
      if (name !== "all" && name !== "none") return;
      const message = `expected a name in this list, found \`${name}\`, which stands alone`;
      reader.error([...path, index], { rule: "bad-selector", message, hint: `write \`${name}\` without the list` });
    });
    return { kind: "names", names: json };
  }
  const fault = regexFault(json.regex);
  if (fault !== null) {
    const message = `expected a regular expression of RE2, found one that is ${fault}`;
    reader.error([...path, "regex"], { rule: "bad-regex", message });
  }
  return { kind: "regex", source: json.regex };
}

/** As `readSelector`, of racks, and each name must stand for one. */
export function readRacks(json: SelectorJson, path: readonly Step[], reader: Reader): Selector {
  const selector = readSelector(json, path, reader);
  noteNames(selector, path, (part, at) => reader.note(at, { kind: "rack", selector: part }));
  return selector;
}

/** As `readSelector`, of the apps on these racks, and each name must stand for one. */
export function readApps(
  json: SelectorJson,
  path: readonly Step[],
  { racks, reader }: { readonly racks: Selector; readonly reader: Reader },
): Selector {
  const selector = readSelector(json, path, reader);
  noteNames(selector, path, (part, at) => reader.note(at, { kind: "app", selector: part, racks }));
  return selector;
}

/** As `readSelector`, of the services of these apps, and each name must stand for one. */
export function readServices(
  json: SelectorJson,
  path: readonly Step[],
  { racks, apps, reader }: { readonly racks: Selector; readonly apps: Selector; readonly reader: Reader },
): Selector {
  const selector = readSelector(json, path, reader);
  noteNames(selector, path, (part, at) => reader.note(at, { kind: "service", selector: part, racks, apps }));
  return selector;
}

/** Each name of a list by itself, with its place. What is refused elsewhere, or means everything, is left out. */
export function noteNames(
  selector: Selector,
  path: readonly Step[],
  note: (part: Selector, path: readonly Step[]) => void,
): void {
  if (selector.kind === "regex" && regexFault(selector.source) === null) note(selector, path);
  if (selector.kind !== "names") return;
  const { names } = selector;
  names.forEach((name, index) => {
    if (name !== "all" && name !== "none") note({ kind: "names", names: [name] }, [...path, index]);
  });
}

function isList(json: SelectorJson): json is readonly string[] {
  return Array.isArray(json);
}

export function readGlob(glob: string, path: readonly Step[], reader: Reader): string {
  const fault = globFault(glob);
  if (fault !== null) {
    const message = `expected a glob of \`*\`, \`**\` and \`?\`, found one that is not: ${fault}`;
    reader.error(path, { rule: "bad-glob", message });
  }
  return glob;
}

const INSTANT = /^(\d{4})-(\d{2})-(\d{2})(?:[Tt](\d{2}):(\d{2}):(\d{2})(\.\d{1,9})?(?:[Zz]|([+-])(\d{2}):(\d{2}))?)?$/;

/** null: no day of the calendar or no time of the day. A date is 00:00 UTC of it. */
export function parseInstant(text: string): Instant | null {
  const match = INSTANT.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second, fraction, sign, zoneHour, zoneMinute] = match;
  if (hour !== undefined && sign === undefined && !/[Zz]$/.test(text)) return null;
  const [y, mo, d, h, mi, s, zh, zm] = [year, month, day, hour, minute, second, zoneHour, zoneMinute].map((part) =>
    Number(part ?? 0),
  ) as [number, number, number, number, number, number, number, number]; // eight in, eight out
  const midnight = new Date(Date.UTC(y, mo - 1, d));
  const isDay = midnight.getUTCFullYear() === y && midnight.getUTCMonth() === mo - 1 && midnight.getUTCDate() === d;
  if (!isDay || h > 23 || mi > 59 || s > 59 || zh > 23 || zm > 59) return null;
  const zoneMs = (sign === "-" ? -1 : 1) * (zh * 60 + zm) * 60_000;
  const fractionMs = fraction === undefined ? 0 : Math.floor(Number(fraction) * 1000);
  return midnight.getTime() + ((h * 60 + mi) * 60 + s) * 1000 + fractionMs - zoneMs;
}

/** What is no time reads as the beginning of time; the finding keeps the file from being used. */
export function readInstant(text: string, path: readonly Step[], reader: Reader): Instant {
  const instant = parseInstant(text);
  if (instant !== null) return instant;
  const message = "expected a day of the calendar (2027-03-31) or a time with its zone (2027-03-31T12:00:00Z), found";
  reader.error(path, { rule: "bad-date", message: `${message} \`${shownWord(text)}\`` });
  return 0;
}

/** Milliseconds of `1h`, `10m`, `1m30s`, as the schema admits them. */
function durationMs(text: string): number {
  const [, hours, minutes, seconds] = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text) ?? [];
  return ((Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60 + Number(seconds ?? 0)) * 1000;
}

/** As `durationMs`, and more than nothing. */
export function readDuration(text: string, path: readonly Step[], reader: Reader): number {
  const ms = durationMs(text);
  if (ms === 0) {
    reader.error(path, { rule: "bad-duration", message: "expected a duration of more than nothing, found 0" });
  }
  return ms;
}

const AGE_FILE_HEADER = "YWdlLWVuY3J5cHRpb24ub3JnL3Yx";
/** Of a length that four divides. */
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
/** What documentation writes for what it leaves out. Nothing opens or matches it, so it is safe to load. */
const ELLIPSIS = "…";

export function readSecret(json: SecretJson, path: readonly Step[], reader: Reader): ConfiguredValue {
  if ("ref" in json) return { kind: "reference", uri: json.ref };
  const { age } = json;
  if (!warnIfElided(age, [...path, "age"], reader) && !isSealedForm(age)) {
    const message = "expected base64 of a binary age file, found other text";
    reader.error([...path, "age"], {
      rule: "bad-sealed-value",
      message,
      hint: "seal the value with `signalbox env set`",
    });
  }
  return { kind: "sealed", age };
}

function isSealedForm(text: string): boolean {
  return text.startsWith(AGE_FILE_HEADER) && text.length % 4 === 0 && BASE64.test(text);
}

/** A value that ends in `…` came out of documentation; it loads, and says so. */
export function warnIfElided(text: string, path: readonly Step[], reader: Reader): boolean {
  if (!text.endsWith(ELLIPSIS)) return false;
  const message = "expected a whole value, found one that ends in `…`, as documentation leaves things out";
  reader.warn(path, { rule: "elided-value", message, hint: "put the real value here" });
  return true;
}

export function readValue(json: string | SecretJson, path: readonly Step[], reader: Reader): ConfiguredValue {
  return typeof json === "string" ? { kind: "plain", text: json } : readSecret(json, path, reader);
}

export function readFrom(json: FromJson): From {
  return {
    users: lowerCase(json.users),
    teams: lowerCase(json.teams),
    roles: json.roles ?? [],
    can: json.can ?? null,
  };
}

function lowerCase(names: readonly string[] | undefined): readonly string[] {
  return (names ?? []).map((name) => name.toLowerCase());
}

export function readSuspension(
  json: SuspensionJson | undefined,
  path: readonly Step[],
  reader: Reader,
): Suspension | null {
  if (json === undefined) return null;
  const until = json.until === undefined ? null : readInstant(json.until, [...path, "until"], reader);
  return { reason: json.reason, until };
}
