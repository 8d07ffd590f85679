// Secrets that are known by their form, wherever in a file they stand, comments included.
import type { SecretForm } from "./secret-form.ts";
import { secretlintForms } from "./secretlint-rules.ts";

/** Forms that secretlint's rules miss. Each begins with a word that is searched for first, and has a bounded length. */
const OWN_FORMS: readonly (readonly [RegExp, string])[] = [
  [/AGE-SECRET-KEY-[A-Z0-9]{0,4}-?1?[02-9AC-HJ-NP-Z]{20,}/gi, "a secret age key"],
  [/-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----/g, "a private key"],
  [/\b[srp]k_live_[A-Za-z0-9]{10,}/g, "a Stripe live key"],
  [/\bwhsec_[A-Za-z0-9+/=]{16,}/g, "a webhook's signing secret"],
  [/\bglpat-[A-Za-z0-9_-]{20,}/g, "a GitLab token"],
  [/\bAIza[A-Za-z0-9_-]{35}/g, "a Google API key"],
  [/\bdo[opr]_v1_[0-9a-f]{64}/g, "a DigitalOcean token"],
  [/\bhf_[A-Za-z0-9]{30,}/g, "a Hugging Face token"],
  [/\beyJ[A-Za-z0-9_-]{8,300}\.eyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{16,2000}/g, "a signed token (JWT)"],
  [
    /\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/@:"'<>]{0,256}:([^\s/@"'<>]{1,2000})@[A-Za-z0-9[]/gi,
    "an address with a password in it",
  ],
];

const MAY_HOLD =
  /AGE-SECRET-KEY-|PRIVATE KEY|[srp]k_live_|whsec_|glpat-|AIza|do[opr]_v1_|hf_|eyJ|:\/\/[^\s/@:"'<>]{0,256}:[^\s/@"'<>]{1,2000}@/i;

/** `${KEY}`, `{{ key }}`, `<password>`, `%s`, `…`: what stands for a password that somebody puts in later. */
const STANDS_FOR_ANOTHER =
  /^(?:\$\{[^}]*\}|\$[A-Z_][A-Z0-9_]*|\{\{.*\}\}|\{[^}]*\}|%[A-Za-z_]*%?|\*+|x+|…|\.\.\.|password|pass)$/i;

/** Sorted by place; of two that overlap the first, the longer one where both begin together. */
export function knownForms(text: string): readonly SecretForm[] {
  const own = MAY_HOLD.test(text) ? OWN_FORMS.flatMap(([form, what]) => formsOf(text, form, what)) : [];
  const all = [...own, ...secretlintForms(text)].sort((a, b) => a.offset - b.offset || b.length - a.length);
  let end = -1;
  return all.filter(({ offset, length }) => {
    const isNew = offset >= end;
    end = Math.max(end, offset + length);
    return isNew;
  });
}

function formsOf(text: string, form: RegExp, what: string): readonly SecretForm[] {
  return Array.from(text.matchAll(form)).flatMap(({ index, 0: whole, 1: password }) =>
    password !== undefined && STANDS_FOR_ANOTHER.test(password) ? [] : [{ offset: index, length: whole.length, what }],
  );
}

export function holdsKnownForm(text: string): boolean {
  return knownForms(text).length > 0;
}
