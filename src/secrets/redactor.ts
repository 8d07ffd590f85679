// Takes every value that was opened out of a text, in the forms in which it may turn up again.
import type { Secret } from "./secret.ts";

export interface Redactor {
  add(secret: Secret): void;
  redact(text: string): string;
}

/** Shorter values stand in every other word: taking them out would tell more than it hides. */
const SHORTEST = 4;
/** A shorter run of base64 is found by chance in many a digest. */
const SHORTEST_INNER_BASE64 = 8;
const MASK = "[secret]";

/** What is a secret by its form, whoever wrote it. */
const FORMS: readonly (readonly [RegExp, string])[] = [
  [/([a-z][a-z0-9+.-]*:\/\/)[^\s/@"'<>]+@/gi, `$1${MASK}@`],
  [/AGE-SECRET-KEY-[A-Z0-9-]+/gi, MASK],
  [/(authorization\\?["']?\s*[:=]\s*\\?["']?)(?:(?:basic|bearer|token)\s+)?[A-Za-z0-9._~+/=-]{6,}/gi, `$1${MASK}`],
  [/\b(gh[pousr]_|github_pat_)[A-Za-z0-9_]{10,}/g, MASK],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g, MASK],
];

export function createRedactor(): Redactor {
  const forms = new Set<string>();
  let index: FormIndex | null = null;
  return {
    add: (secret) => {
      const before = forms.size;
      for (const form of formsOf(secret.reveal())) forms.add(form);
      if (forms.size !== before) index = null;
    },
    redact: (text) => {
      index ??= indexOf(forms);
      return FORMS.reduce((rest, [form, mask]) => rest.replace(form, mask), withoutForms(text, index));
    },
  };
}

function* formsOf(value: string): Generator<string> {
  const lines = value.split(/\r?\n/);
  for (const text of new Set([value, ...lines, ...lines.map((line) => line.trim())])) {
    if (text.length < SHORTEST) continue;
    const inJson = JSON.stringify(text).slice(1, -1);
    const inUrl = encodeURIComponent(Buffer.from(text, "utf8").toString("utf8"));
    yield* [text, inJson, inUrl, new URLSearchParams({ "": text }).toString().slice(1)];
    // JSON in JSON, as a rack answers that quotes a body; HTML, as a proxy in front of it does.
    yield JSON.stringify(inJson).slice(1, -1);
    yield inUrl.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
    yield text.replace(/[&<>"']/g, (character) => HTML.get(character) ?? character);
    yield* base64FormsOf(text);
  }
}

const HTML: ReadonlyMap<string, string> = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&#34;"],
  ["'", "&#39;"],
]);

/**
 * Alone, and inside of something longer (`user:password`): there its bytes begin at any of three places of a group, and only
 * the digits that no other byte has a part in are its own.
 */
function* base64FormsOf(text: string): Generator<string> {
  const bytes = Buffer.from(text, "utf8");
  for (const encoding of ["base64", "base64url"] as const) {
    yield bytes.toString(encoding);
    for (const offset of [0, 1, 2]) {
      const digits = Buffer.concat([Buffer.alloc(offset), bytes])
        .toString(encoding)
        .replace(/=+$/, "");
      const own = digits.slice([0, 2, 3][offset], Math.floor(((offset + bytes.length) * 8) / 6));
      if (own.length >= SHORTEST_INNER_BASE64) yield own;
    }
  }
}

/** By their first characters, longest first: one look per place of the text, however many values there are. */
type FormIndex = ReadonlyMap<string, readonly string[]>;

function indexOf(forms: ReadonlySet<string>): FormIndex {
  const index = new Map<string, string[]>();
  for (const form of [...forms].sort((a, b) => b.length - a.length)) {
    const start = form.slice(0, SHORTEST);
    const same = index.get(start);
    if (same === undefined) index.set(start, [form]);
    else same.push(form);
  }
  return index;
}

function withoutForms(text: string, index: FormIndex): string {
  if (index.size === 0) return text;
  let left = "";
  let kept = 0;
  for (let at = 0; at + SHORTEST <= text.length; at += 1) {
    const found = index.get(text.slice(at, at + SHORTEST))?.find((form) => text.startsWith(form, at));
    if (found === undefined) continue;
    left += text.slice(kept, at) + MASK;
    kept = at + found.length;
    at = kept - 1;
  }
  return left + text.slice(kept);
}
