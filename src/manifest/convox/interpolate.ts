// `${KEY}` in convox.yml: Convox puts the release's environment into the raw text before it reads the YAML (convox.md §4.1).
import { errorAt, type LocalFinding } from "../findings.ts";
import { didYouMean } from "../near-miss.ts";
import { readYaml, type YamlReading } from "../read-yaml.ts";
import { shownWord } from "../found-words.ts";
import type { ConfiguredValue } from "../types.ts";
import type { YamlNode } from "../yaml-tree.ts";

export interface Interpolated {
  /** What Convox reads; positions are those of the file. */
  readonly reading: YamlReading;
  /** As it stands there, with something else in the place of each `${KEY}`. */
  readonly written: YamlReading;
  readonly keys: readonly string[];
  readonly findings: readonly LocalFinding[];
}

interface Use {
  readonly key: string;
  readonly offset: number;
  readonly length: number;
  readonly value: string;
}

const REFERENCE = /\$\{([^}]*?)\}/g;

export function interpolate(text: string, environment: ReadonlyMap<string, ConfiguredValue> | null): Interpolated {
  const source = text.replace(/^\uFEFF/, "");
  const uses = usesIn(source, environment);
  const keys = [...new Set(uses.map(({ key }) => key))];
  if (uses.length === 0) {
    const reading = readYaml(source, "convox");
    return { reading, written: reading, keys, findings: [] };
  }
  // Stands in for each reference with characters that mean nothing to YAML, as many: places stay those of the file.
  const held = readYaml(withStandIns(source, uses, keys), "convox");
  const unusable = environment === null ? [] : faultsOf(uses, environment, held);
  if (environment === null || held.root === null || unusable.length > 0) {
    return { reading: held, written: held, keys, findings: unusable };
  }
  const filled = readYaml(withValues(source, uses), "convox");
  const restored = { ...filled, positionAt: (offset: number) => held.positionAt(originalOffset(offset, uses)) };
  const changed = structureFault(held.root, filled.root, standInsOf(uses, keys));
  const findings = changed === null ? [] : [structureFinding(changed, held)];
  return { reading: changed === null ? restored : held, written: held, keys, findings };
}

function usesIn(source: string, environment: ReadonlyMap<string, ConfiguredValue> | null): readonly Use[] {
  return Array.from(source.matchAll(REFERENCE), (match) => {
    const key = match[1] ?? "";
    const value = environment?.get(key);
    return { key, offset: match.index, length: match[0].length, value: value?.kind === "plain" ? value.text : "" };
  });
}

/** One finding a key, at its first use. */
function faultsOf(
  uses: readonly Use[],
  environment: ReadonlyMap<string, ConfiguredValue>,
  reading: YamlReading,
): readonly LocalFinding[] {
  const seen = new Set<string>();
  return uses.flatMap(({ key, offset }) => {
    const value = environment.get(key);
    if (seen.has(key) || value?.kind === "plain") return [];
    seen.add(key);
    const shown = `\`\${${shownWord(key)}}\``;
    const at = reading.positionAt(offset);
    if (value === undefined) {
      const message = `expected a key of env.yml in ${shown}, found one that is not there: Convox would put nothing in`;
      return [errorAt(at, { rule: "interpolation", message, hint: didYouMean(key, environment.keys()) })];
    }
    const what = value.kind === "sealed" ? "a sealed one" : "a reference";
    const message = `expected a plain value of env.yml in ${shown}, found ${what}: it would stand open in the manifest`;
    return [errorAt(at, { rule: "interpolation", message, hint: "name the key under `environment` instead" })];
  });
}

const FIRST_STAND_IN = 0xe000;
const STAND_INS = 0x1900;

/** More keys than stand-ins are more than env.yml may hold: some of them are refused before the stand-ins are read. */
function standIn(index: number): string {
  return String.fromCharCode(FIRST_STAND_IN + (index % STAND_INS));
}

function withStandIns(source: string, uses: readonly Use[], keys: readonly string[]): string {
  const indices = new Map(keys.map((key, index) => [key, index]));
  return replaceUses(source, uses, ({ key, length }) => standIn(indices.get(key) ?? 0).repeat(length));
}

function withValues(source: string, uses: readonly Use[]): string {
  return replaceUses(source, uses, ({ value }) => value);
}

function replaceUses(source: string, uses: readonly Use[], replacement: (use: Use) => string): string {
  let end = 0;
  const parts = uses.map((use) => {
    const before = source.slice(end, use.offset);
    end = use.offset + use.length;
    return before + replacement(use);
  });
  return parts.join("") + source.slice(end);
}

function originalOffset(offset: number, uses: readonly Use[]): number {
  let shift = 0;
  for (const { offset: start, length, value } of uses) {
    if (offset < start + shift) break;
    if (offset < start + shift + value.length) return start;
    shift += value.length - length;
  }
  return offset - shift;
}

interface StandIns {
  /** By the character that stands in for a key. */
  readonly values: ReadonlyMap<string, Use>;
}

function standInsOf(uses: readonly Use[], keys: readonly string[]): StandIns {
  const byKey = new Map(uses.map((use) => [use.key, use]));
  return {
    values: new Map(
      keys.flatMap((key, index) => {
        const use = byKey.get(key);
        return use === undefined ? [] : [[standIn(index), use]];
      }),
    ),
  };
}

/** The first node that is another one once the values are in, or null. */
function structureFault(held: YamlNode, filled: YamlNode | null, standIns: StandIns): YamlNode | null {
  if (filled === null) return firstHolder(held) ?? held;
  if (held.kind === "scalar") {
    return filled.kind === "scalar" && filledText(held.source, standIns) === filled.source ? null : held;
  }
  if (held.kind === "list") {
    if (filled.kind !== "list" || filled.items.length !== held.items.length) return firstHolder(held) ?? held;
    return firstFault(held.items, (item, index) => structureFault(item, filled.items[index] ?? null, standIns));
  }
  if (filled.kind !== "map" || filled.entries.length !== held.entries.length) return firstHolder(held) ?? held;
  return firstFault(held.entries, ({ key, value }, index) => {
    const other = filled.entries[index];
    if (other?.key !== filledText(key, standIns)) return value;
    return structureFault(value, other.value, standIns);
  });
}

function firstFault<T>(list: readonly T[], faultOf: (item: T, index: number) => YamlNode | null): YamlNode | null {
  for (const [index, item] of list.entries()) {
    const fault = faultOf(item, index);
    if (fault !== null) return fault;
  }
  return null;
}

const STAND_IN = /[\ue000-\uf8ff]/;
const STAND_IN_RUNS = /([\ue000-\uf8ff])\1*/g;

function firstHolder(node: YamlNode): YamlNode | null {
  if (node.kind === "scalar") return STAND_IN.test(node.source) ? node : null;
  const children = node.kind === "list" ? node.items : node.entries.map(({ value }) => value);
  return firstFault(children, firstHolder);
}

function filledText(text: string, { values }: StandIns): string {
  return text.replace(STAND_IN_RUNS, (run, character: string) => {
    const use = values.get(character);
    return use === undefined ? run : use.value.repeat(run.length / use.length);
  });
}

function structureFinding(node: YamlNode, reading: YamlReading): LocalFinding {
  const message =
    "expected values that leave the YAML around `${…}` as it is, found one in env.yml that would change what is read here";
  const hint = 'put `"${…}"` in quotes, or a value without YAML\'s special characters';
  return errorAt(reading.positionAt(node.offset), { rule: "interpolation-structure", message, hint });
}
