// What a file becomes by itself, without its path and its neighbours: equal blobs are parsed once.
import { leafFields, type ComparableFields } from "./comparable-fields.ts";
import { errorAt, hasErrors, type Fault, type LocalFinding, type Position, warningAt } from "./findings.ts";
import { readYaml, type YamlReading } from "./read-yaml.ts";
import type { SchemaCheck } from "./schema-check.ts";
import { offsetAt, type Step, type YamlNode } from "./yaml-tree.ts";

export interface ParsedFile<T> {
  /** null where the file has errors: nothing half-read is used. */
  readonly value: T | null;
  readonly findings: readonly LocalFinding[];
  /** null where it is no readable YAML. */
  readonly compared: ComparableFields | null;
}

/** What a parser has at hand once the schema has accepted the file: places for what it still finds. */
export interface Reader {
  readonly root: YamlNode;
  readonly at: (path: readonly Step[]) => Position;
  readonly error: (path: readonly Step[], fault: Fault) => void;
  readonly warn: (path: readonly Step[], fault: Fault) => void;
}

export interface FileFormat<J, T> {
  readonly check: SchemaCheck<J>;
  /** Schema-valid JSON to value; what the schema cannot say is reported through the reader. */
  readonly convert: (json: J, reader: Reader) => T;
  readonly compare?: (root: YamlNode, positionAt: (offset: number) => Position) => ComparableFields;
}

/** One of Signalbox's own files. */
export function parseStrictFile<J, T>(text: string, { check, convert, compare }: FileFormat<J, T>): ParsedFile<T> {
  const reading = readYaml(text, "strict");
  const { root, positionAt } = reading;
  if (root === null || hasErrors(reading.findings)) return { value: null, findings: reading.findings, compared: null };
  const compared = (compare ?? leafFields)(root, positionAt);
  const checked = check(root, reading);
  if (checked.value === null) return { value: null, findings: checked.findings, compared };
  const findings: LocalFinding[] = [...checked.findings];
  const value = convert(checked.value, createReader(root, reading, findings));
  return { value: hasErrors(findings) ? null : value, findings, compared };
}

function createReader(root: YamlNode, reading: YamlReading, findings: LocalFinding[]): Reader {
  const at = (path: readonly Step[]): Position => reading.positionAt(offsetAt(root, path));
  return {
    root,
    at,
    error: (path, fault) => void findings.push(errorAt(at(path), fault)),
    warn: (path, fault) => void findings.push(warningAt(at(path), fault)),
  };
}
