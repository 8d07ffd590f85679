// What a file becomes by itself, without its path and its neighbours: equal blobs are parsed once.
import { keyFields, keyLines, leafFields, withRemarks, type KeptFields } from "./comparable-fields.ts";
import { errorAt, hasErrors, type Fault, type LocalFinding, type Position, warningAt } from "./findings.ts";
import { plainSecrets, type NamedValue } from "./plain-secrets/plain-secrets.ts";
import { silencesIn } from "./plain-secrets/silences.ts";
import { readYaml, type YamlReading } from "./read-yaml.ts";
import type { NamedReference, Reference } from "./reference.ts";
import type { SchemaCheck } from "./schema-check.ts";
import { standIn } from "./schemas/stand-in.ts";
import { NO_HOLES, soundParts, type Holes, type SchemaFault, type Sound } from "./sound-parts.ts";
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
  /**
   * Is it, with all that is in it, as it was written? Else a mistake there has been said, and nothing more is: what is reported of such a
   * place is dropped. A rule that looks at several asks it of those that it does not report of.
   */
  readonly isWhole: (path: readonly Step[]) => boolean;
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
    checked.value === null ? soundOf(root, reading, { ...format, faults: checked.faults }) : whole(root, checked.value);
  if (sound === null) return { value: null, findings: checked.findings, references: NO_REFERENCES };
  const findings: LocalFinding[] = [...checked.findings];
  const references: Reference[] = [];
  const value = format.convert(sound.json, createReader(sound, reading, { findings, references }));
  return {
    value: hasErrors(findings) ? null : value,
    findings,
    references: references.length === 0 ? NO_REFERENCES : references,
  };
}

function whole<J>(root: YamlNode, json: J): Sound<YamlNode, J> {
  return { root, json, holes: NO_HOLES };
}

function soundOf<J>(
  root: YamlNode,
  reading: YamlReading,
  { check, faults }: Pick<FileFormat<J, unknown>, "check"> & { readonly faults: readonly SchemaFault[] },
): Sound<YamlNode, J> | null {
  return soundParts(root, faults, {
    check: (tree) => check(tree, reading),
    partsOf: (path) => [path],
    standIn: (path) => standIn(check.schema, path),
  });
}

interface Notes {
  readonly findings: LocalFinding[];
  readonly references: Reference[];
}

function createReader(
  { root, holes }: { readonly root: YamlNode; readonly holes: Holes },
  reading: YamlReading,
  { findings, references }: Notes,
): Reader {
  const at = (path: readonly Step[]): Position => reading.positionAt(offsetAt(root, path));
  const report = (path: readonly Step[], finding: LocalFinding): void => {
    if (holes.isWhole(path)) findings.push(finding);
  };
  return {
    root,
    isWhole: holes.isWhole,
    at,
    error: (path, fault) => {
      report(path, errorAt(at(path), fault));
    },
    warn: (path, fault) => {
      report(path, warningAt(at(path), fault));
    },
    warnOfKey: (path, fault) => {
      const offset = keyOffsetAt(root, path.slice(0, -1), String(path.at(-1)));
      report(path, warningAt(reading.positionAt(offset), fault));
    },
    note: (path, reference) => {
      if (holes.isWhole(path)) references.push({ ...reference, at: at(path) });
    },
  };
}
