// What a file becomes by itself, without its path and its neighbours: equal blobs are parsed once.
import { keyFields, keyLines, leafFields, withRemarks, type KeptFields } from "./comparable-fields.ts";
import { errorAt, hasErrors, type Fault, type LocalFinding, type Position, warningAt } from "./findings.ts";
import { plainSecrets, type NamedValue } from "./plain-secrets/plain-secrets.ts";
import { silencesIn } from "./plain-secrets/silences.ts";
import { readYaml, type YamlReading } from "./read-yaml.ts";
import type { NamedReference, Reference } from "./reference.ts";
import type { SchemaCheck } from "./schema-check.ts";
import { withoutFaulty, type Path } from "./sound-parts.ts";
import { keyOffsetAt, offsetAt, type Step, type YamlNode } from "./yaml-tree.ts";

export interface ParsedFile<T> {
  /** null where the file has errors: nothing half-read is used. */
  readonly value: T | null;
  readonly findings: readonly LocalFinding[];
  /** Secrets in plain text. They are said, and keep nothing from being used: some of them are guesses. */
  readonly secrets: readonly LocalFinding[];
  /** null where it is no readable YAML. */
  readonly compared: KeptFields | null;
  readonly references: readonly Reference[];
}

/** What a parser has at hand once the schema has accepted the file: places for what it still finds. */
export interface Reader {
  readonly root: YamlNode;
  readonly at: (path: readonly Step[]) => Position;
  readonly error: (path: readonly Step[], fault: Fault) => void;
  readonly warn: (path: readonly Step[], fault: Fault) => void;
  /** At the key that the path ends in. */
  readonly warnOfKey: (path: readonly Step[], fault: Fault) => void;
  readonly note: (path: readonly Step[], reference: NamedReference) => void;
}

const NO_REFERENCES: readonly Reference[] = [];

export interface FileFormat<J, T> {
  readonly check: SchemaCheck<J>;
  /** Schema-valid JSON to value; what the schema cannot say is reported through the reader. */
  readonly convert: (json: J, reader: Reader) => T;
  /** Keys of which one says what another must be: with a mistake in one, the rest of the file says too little to be judged. */
  readonly together?: readonly string[];
  /** Plain values that may be secrets, where the file has any. */
  readonly named?: (root: YamlNode) => readonly NamedValue[];
  /** By each leaf, unless by each key with all that it holds, as env.yml is; the values of that say what is compared. */
  readonly comparedBy?: "key";
}

/** One of Signalbox's own files. */
export function parseStrictFile<J, T>(text: string, format: FileFormat<J, T>): ParsedFile<T> {
  const source = text.replace(/^\uFEFF/, "");
  const reading = readYaml(source, "strict");
  const { root, positionAt } = reading;
  const silences = silencesIn(source, positionAt);
  const named = root === null ? [] : (format.named?.(root) ?? []);
  const secrets = [...silences.findings, ...plainSecrets({ text: source, root, named, positionAt, silences })];
  if (root === null || hasErrors(reading.findings)) {
    return { value: null, findings: reading.findings, secrets, compared: null, references: NO_REFERENCES };
  }
  const converted = convertTree(root, reading, format);
  const isSaid = format.comparedBy === "key" && converted.value !== null && silences.reasons.size === 0;
  const compareBy = format.comparedBy === "key" ? keyFields : leafFields;
  const compared = isSaid
    ? { fields: null, lines: keyLines(root, positionAt) }
    : withRemarks(compareBy(root, positionAt), silences.reasons);
  return { ...converted, secrets, compared };
}

function convertTree<J, T>(
  root: YamlNode,
  reading: YamlReading,
  format: FileFormat<J, T>,
): Pick<ParsedFile<T>, "value" | "findings" | "references"> {
  const checked = format.check(root, reading);
  const sound =
    checked.value === null
      ? soundPart(root, reading, { ...format, faults: checked.faults })
      : { root, json: checked.value };
  if (sound === null) return { value: null, findings: checked.findings, references: NO_REFERENCES };
  const findings: LocalFinding[] = [...checked.findings];
  const references: Reference[] = [];
  const value = format.convert(sound.json, createReader(sound.root, reading, { findings, references }));
  return {
    value: hasErrors(findings) ? null : value,
    findings,
    references: references.length === 0 ? NO_REFERENCES : references,
  };
}

interface Sound<J> {
  readonly root: YamlNode;
  readonly json: J;
}

/** What is left to look at beside the mistakes that the schema found. */
function soundPart<J>(
  root: YamlNode,
  reading: YamlReading,
  {
    check,
    together = [],
    faults,
  }: Pick<FileFormat<J, unknown>, "check" | "together"> & { readonly faults: readonly Path[] },
): Sound<J> | null {
  const rest = withoutFaulty(root, faults, (key) => (together.includes(String(key)) ? 0 : 1));
  const json = rest === null ? null : check(rest, reading).value;
  return rest === null || json === null ? null : { root: rest, json };
}

interface Notes {
  readonly findings: LocalFinding[];
  readonly references: Reference[];
}

function createReader(root: YamlNode, reading: YamlReading, { findings, references }: Notes): Reader {
  const at = (path: readonly Step[]): Position => reading.positionAt(offsetAt(root, path));
  return {
    root,
    at,
    error: (path, fault) => void findings.push(errorAt(at(path), fault)),
    warn: (path, fault) => void findings.push(warningAt(at(path), fault)),
    warnOfKey: (path, fault) => {
      const offset = keyOffsetAt(root, path.slice(0, -1), String(path.at(-1)));
      findings.push(warningAt(reading.positionAt(offset), fault));
    },
    note: (path, reference) => void references.push({ ...reference, at: at(path) }),
  };
}
