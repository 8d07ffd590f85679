// Takes every value that was opened out of a text, in the forms in which it may turn up again.
import type { Secret } from "./secret.ts";

export interface Redactor {
  add(secret: Secret): void;
  redact(text: string): string;
}

/** Shorter values stand in every other word: taking them out would tell more than it hides. */
const SHORTEST = 4;
const MASK = "[secret]";

/** What is a secret by its form, whoever wrote it. */
const FORMS: readonly (readonly [RegExp, string])[] = [
  [/([a-z][a-z0-9+.-]*:\/\/)[^\s/@:]*:[^\s/@]*@/gi, `$1${MASK}@`],
  [/AGE-SECRET-KEY-1[A-Z0-9]+/gi, MASK],
  [/(authorization"?\s*[:=]\s*"?)(?:basic|bearer|token)?\s*[A-Za-z0-9._~+/=-]{6,}/gi, `$1${MASK}`],
  [/\b(gh[pousr]_|github_pat_)[A-Za-z0-9_]{10,}/g, MASK],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g, MASK],
];

export function createRedactor(): Redactor {
  const forms = new Set<string>();
  let pattern: RegExp | null = null;
  return {
    add: (secret) => {
      for (const form of formsOf(secret.reveal())) forms.add(form);
      pattern = null;
    },
    redact: (text) => {
      pattern ??= patternOf(forms);
      const without = pattern === null ? text : text.replace(pattern, MASK);
      return FORMS.reduce((rest, [form, mask]) => rest.replace(form, mask), without);
    },
  };
}

function formsOf(value: string): readonly string[] {
  const lines = value.split("\n").map((line) => line.trim());
  return [value, ...lines].flatMap((text) => {
    if (text.length < SHORTEST) return [];
    const base64 = Buffer.from(text).toString("base64");
    return [
      text,
      encodeURIComponent(text),
      new URLSearchParams({ "": text }).toString().slice(1),
      JSON.stringify(text).slice(1, -1),
      base64,
      base64.replace(/=+$/, ""),
      Buffer.from(text).toString("base64url"),
    ];
  });
}

/** Longest first, so that a value that holds another one goes whole. */
function patternOf(forms: ReadonlySet<string>): RegExp | null {
  if (forms.size === 0) return null;
  const sorted = [...forms].sort((a, b) => b.length - a.length);
  return new RegExp(sorted.map((form) => form.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")).join("|"), "g");
}
