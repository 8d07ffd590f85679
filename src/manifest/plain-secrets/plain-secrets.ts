// Secrets that stand in a file in plain text (spec §5): by their form anywhere, by name and chance where values of apps stand.
import { digestOf, errorAt, type Fault, type LocalFinding, type Position } from "../findings.ts";
import type { RuleName } from "../rule-names.ts";
import { shownWord } from "../found-words.ts";
import type { MapEntry, YamlNode } from "../yaml-tree.ts";
import { holdsKnownForm, knownForms } from "./known-forms.ts";
import { secretByName } from "./secret-by-name.ts";
import type { Silences } from "./silences.ts";

export const PLAIN_SECRET = "no-plaintext-secret" satisfies RuleName;

/** A plain value and what it is called, e.g. `DATABASE_URL`. `offset`: where the value stands. */
export interface NamedValue {
  readonly name: string;
  readonly text: string;
  readonly offset: number;
}

export interface SecretSource {
  /** As it stands in the file, without a byte-order mark. */
  readonly text: string;
  /** null where it is no YAML: then only what stands there as text is looked at. */
  readonly root: YamlNode | null;
  readonly named: readonly NamedValue[];
  readonly positionAt: (offset: number) => Position;
  readonly silences: Silences;
}

interface Suspect {
  readonly offset: number;
  readonly value: string;
  readonly what: string;
  readonly name: string | null;
}

/** One finding a line, none where the line says why it is no secret. No finding holds any part of a value; `about` is a digest. */
export function plainSecrets(source: SecretSource): readonly LocalFinding[] {
  const { root, positionAt, silences } = source;
  const byLine = new Map<number, { readonly first: Suspect; readonly values: Set<string> }>();
  for (const suspect of [...suspectsByForm(source), ...suspectsByName(source)]) {
    const { line } = positionAt(suspect.offset);
    if (silences.reasons.has(line)) continue;
    const known = byLine.get(line);
    if (known === undefined) byLine.set(line, { first: suspect, values: new Set([suspect.value]) });
    else known.values.add(suspect.value);
  }
  return Array.from(byLine.values(), ({ first: { offset, what, name }, values }) => {
    const called = name ?? (root === null ? null : nameAt(root, offset));
    return { ...errorAt(positionAt(offset), faultOf(what, called)), about: digestOf(JSON.stringify([...values])) };
  });
}

function faultOf(what: string, name: string | null): Fault {
  const where = name === null || holdsKnownForm(name) ? "" : ` in \`${shownWord(name)}\``;
  return {
    rule: PLAIN_SECRET,
    message: `expected no secret in plain text, found ${what}${where}`,
    hint:
      "rotate it if it was ever pushed, since git keeps it; seal the new one with `signalbox env set`, or name a reference; " +
      "if it is no secret, end its line with `# signalbox: not a secret, because …`",
  };
}

function suspectsByForm({ text, root }: SecretSource): readonly Suspect[] {
  const written = knownForms(text).map(({ offset, length, what }) => {
    const value = text.slice(offset, offset + length);
    return { offset, value, what, name: null };
  });
  return root === null ? written : [...written, ...suspectsByEscape(root, text)];
}

/** Only escapes can keep a value without spaces from standing in the file as it is read. */
function suspectsByEscape(root: YamlNode, text: string): readonly Suspect[] {
  if (!text.includes("\\")) return [];
  return scalarsOf(root).flatMap(({ source, offset }) => {
    const [form] = knownForms(source);
    return form === undefined ? [] : [{ offset, value: source, what: form.what, name: null }];
  });
}

function suspectsByName({ named }: SecretSource): readonly Suspect[] {
  return named.flatMap(({ name, text, offset }) => {
    const what = secretByName(name, text);
    return what === null ? [] : [{ offset, value: text, what, name }];
  });
}

interface Scalar {
  readonly source: string;
  readonly offset: number;
}

function scalarsOf(node: YamlNode): readonly Scalar[] {
  const found: Scalar[] = [];
  const seen = new Set<YamlNode>();
  const add = (one: YamlNode): void => {
    if (seen.has(one)) return;
    if (one.kind === "scalar") {
      if (one.source !== "") found.push(one);
      return;
    }
    // What an alias stands for is there once.
    seen.add(one);
    if (one.kind === "list") one.items.forEach(add);
    else {
      for (const { key, keyOffset, value } of one.entries) {
        found.push({ source: key, offset: keyOffset });
        add(value);
      }
    }
  };
  add(node);
  return found;
}

/** The key that stands nearest before a place. */
function nameAt(root: YamlNode, offset: number): string | null {
  const before = keysOf(root).filter(({ keyOffset }) => keyOffset <= offset);
  const [first, ...others] = before;
  if (first === undefined) return null;
  return others.reduce((best, one) => (one.keyOffset >= best.keyOffset ? one : best), first).key;
}

function keysOf(node: YamlNode): readonly MapEntry[] {
  if (node.kind === "list") return node.items.flatMap(keysOf);
  return node.kind === "map" ? node.entries.flatMap((entry) => [entry, ...keysOf(entry.value)]) : [];
}
