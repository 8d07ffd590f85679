import { holdsKnownForm } from "./plain-secrets/known-forms.ts";
import type { YamlNode } from "./yaml-tree.ts";

const SHOWN_CHARACTERS = 40;

/** What stands there, to follow "found". The value itself only where it may be shown. */
export function foundWords(node: YamlNode, { mayQuote }: { readonly mayQuote: boolean }): string {
  if (node.kind === "list") return node.items.length === 0 ? "an empty list" : "a list";
  if (node.kind === "map") return node.entries.length === 0 ? "an empty map" : "a map";
  const { value } = node;
  if (value === null) return "nothing";
  if (!mayQuote || holdsKnownForm(String(value))) return kindWords(value);
  if (typeof value === "string") {
    return value === "" ? "empty text" : `${NO_TEXT.test(value) ? "the text " : ""}\`${shownWord(value)}\``;
  }
  return `${typeof value === "number" ? "the number" : "the value"} \`${shownWord(String(value))}\``;
}

/** What is no text unless it stands in quotes. */
const NO_TEXT = /^([0-9]+|true|false|null)$/;

function kindWords(value: string | number | boolean): string {
  if (typeof value === "number") return "a number";
  if (typeof value === "boolean") return "true or false";
  return value === "" ? "empty text" : "other text";
}

/** Short, on one line, unable to end the code span that it stands in, and no secret. */
export function shownWord(word: string): string {
  if (holdsKnownForm(word)) return "…";
  const clean = word.replace(/[^\x20-\x7e\u00a1-\uffff]/g, "?").replace(/`/g, "'");
  return clean.length > SHOWN_CHARACTERS ? `${clean.slice(0, SHOWN_CHARACTERS)}…` : clean;
}
