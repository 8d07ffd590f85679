// convox.yml: read as Convox reads it, and judged by the rules that Convox applies on some of its paths only (convox.md §4).
import { interpolate, type Interpolated } from "./convox/interpolate.ts";
import { withJsonKeys } from "./convox/json-keys.ts";
import {
  entriesOf,
  get,
  isNamedMap,
  itemsOf,
  manifestTree,
  stringOf,
  textOf,
  type ManifestMap,
  type ManifestNode,
  type ManifestTree,
} from "./convox/manifest-node.ts";
import { createManifestReader, type ManifestReader } from "./convox/manifest-reader.ts";
import { checkManifest, checkRepeatedKeys, requiredKeysOf, type RequiredKey } from "./convox/manifest-rules.ts";
import { reachingKeysOf } from "./convox/reaching-keys.ts";
import type { ConvoxModel } from "./convox/model.ts";
import { readModel } from "./convox/read-model.ts";
import { addAll, errorAt, hasErrors, type Fault, type LocalFinding, type Position } from "./findings.ts";
import { nearest } from "./near-miss.ts";
import { namedValuesOfManifest } from "./plain-secrets/named-values.ts";
import { plainSecrets } from "./plain-secrets/plain-secrets.ts";
import { silencesIn } from "./plain-secrets/silences.ts";
import type { YamlReading } from "./read-yaml.ts";
import { createSchemaCheck } from "./schema-check.ts";
import { NO_HOLES, soundParts, type Path, type SchemaFault, type Sound } from "./sound-parts.ts";
import { convoxSchema } from "./schemas/convox.ts";
import type { ConfiguredValue, Manifest } from "./types.ts";
import { nodeAt, type MapNode, type Step, type YamlNode } from "./yaml-tree.ts";

export interface ManifestFile {
  /** null where the file has errors. */
  readonly manifest: Manifest | null;
  readonly findings: readonly LocalFinding[];
  /** Secrets in plain text. */
  readonly secrets: readonly LocalFinding[];
  readonly requiredAt: ReadonlyMap<string, Position>;
  /** Services without an image: what `build: images` has nothing for. */
  readonly withoutImage: readonly { readonly name: string; readonly at: Position }[];
}

const MAY_HOLD_SECRETS: ReadonlySet<Step> = new Set([
  "environment",
  "imagePullSecrets",
  "configs",
  "options",
  "command",
  "params",
  "budget",
]);

const check = createSchemaCheck<unknown>(convoxSchema, {
  mayQuote: (path) => !path.some((step) => MAY_HOLD_SECRETS.has(step)),
  unknownKeys: "warning",
});

/** `environment` is null where env.yml cannot be read: nothing is said of keys then. */
export function parseManifest(text: string, environment: ReadonlyMap<string, ConfiguredValue> | null): ManifestFile {
  const interpolated = interpolate(text, environment);
  return { ...readManifest(text, interpolated), secrets: secretsOf(text, interpolated.written) };
}

/** Of what stands here: a secret that env.yml puts in is said there. */
function secretsOf(text: string, { root, positionAt }: YamlReading): readonly LocalFinding[] {
  const source = text.replace(/^\uFEFF/, "");
  const silences = silencesIn(source, positionAt);
  const named = root === null ? [] : namedValuesOfManifest(root);
  return [...silences.findings, ...plainSecrets({ text: source, root, named, positionAt, silences })];
}

type ReadManifest = Omit<ManifestFile, "secrets">;

function readManifest(text: string, { reading, keys, findings: interpolation }: Interpolated): ReadManifest {
  const findings: LocalFinding[] = [...interpolation, ...reading.findings];
  const { root } = reading;
  if (root === null || hasErrors(findings)) return unusable(findings);
  if (root.kind !== "map") {
    const fault: Fault = { rule: "bad-value", message: "expected a map (services, resources, …), found another form" };
    return unusable([...findings, errorAt(reading.positionAt(root.offset), fault)]);
  }
  const tree = treeOf(root);
  const checked = check(tree.root, { ...reading, root: tree.root });
  addAll(findings, checked.findings);
  checkMerges(tree, createManifestReader(tree.root, reading, findings));
  const sound =
    checked.value === null ? soundTree(tree.root, reading, checked.faults) : { root: tree.root, holes: NO_HOLES };
  if (sound === null) return unusable(findings);
  // What is left out is there all the same for those who name it.
  const reader = { ...createManifestReader(tree.root, reading, findings), root: sound.root };
  checkRepeatedKeys(root, [], reader);
  checkEnvironmentLists(reader);
  const model = readModel(sound.root, ({ keyOffset }) => reading.positionAt(keyOffset).line);
  checkManifest(model, reader);
  const required = requiredKeysOf(sound.root);
  return {
    manifest: hasErrors(findings) ? null : manifestOf(text, model, { written: root, reader, required, keys }),
    findings,
    requiredAt: new Map(required.map(({ key, offset }) => [key, reading.positionAt(offset)])),
    withoutImage: entriesOf(get(sound.root, "services"))
      .filter(({ key }) => sound.holes.isWhole(["services", key, "image"]))
      .filter(({ value }) => (textOf(get(value, "image")) ?? "") === "")
      .map(({ key, keyOffset }) => ({ name: key, at: reading.positionAt(keyOffset) })),
  };
}

function treeOf(root: MapNode): ManifestTree {
  const tree = manifestTree(root);
  return { ...tree, root: withJsonKeys(tree.root) };
}

/** Keys of a service, and of what else has a name, are left out by themselves; rules within one look at it whole. */
function soundTree(
  root: ManifestMap,
  reading: YamlReading,
  faults: readonly SchemaFault[],
): Omit<Sound<ManifestMap, unknown>, "json"> | null {
  return soundParts(root, faults, {
    check: (tree) => check(tree, { ...reading, root: tree }),
    partsOf: (path, tree) => {
      const [kind, name, key] = path;
      const whole = itemOrKey(tree, path, isNamedMap(String(kind)) ? 3 : 1);
      // Of an agent no count is looked at.
      return kind === "services" && name !== undefined && key === "agent" ? [whole, [kind, name, "scale"]] : [whole];
    },
    standIn: null,
  });
}

/** An item of the outermost list, or else a key of so many steps. */
function itemOrKey(root: YamlNode, path: Path, depth: number): Path {
  const toList = path.findIndex((_, length) => nodeAt(root, path.slice(0, length))?.kind === "list");
  return path.slice(0, toList < 0 ? depth : toList + 1);
}

function unusable(findings: readonly LocalFinding[]): ReadManifest {
  return { manifest: null, findings, requiredAt: new Map(), withoutImage: [] };
}

function checkMerges({ droppedMerges, badMerges }: ManifestTree, reader: ManifestReader): void {
  for (const { keyOffset } of droppedMerges) {
    const message =
      'Convox drops what `<<` merges here: in services, resources, timers and balancers it merges `"<<"` alone';
    const hint = "put the `<<` in quotes, or write the keys out";
    reader.warn({ offset: keyOffset }, { rule: "convox-ignored", message, hint });
  }
  for (const { keyOffset } of badMerges) {
    const message = "expected a map or a list of maps after `<<`, found another form";
    reader.error({ offset: keyOffset }, { rule: "merge-key", message });
  }
}

interface ManifestParts {
  /** As it stands in the file, with what Convox drops. */
  readonly written: MapNode;
  readonly reader: ManifestReader;
  readonly required: readonly RequiredKey[];
  readonly keys: readonly string[];
}

function manifestOf(text: string, model: ConvoxModel, { written, reader, required, keys }: ManifestParts): Manifest {
  return {
    text,
    ...model,
    requiredKeys: required.map(({ key }) => key),
    interpolatedKeys: keys,
    reachingKeys: reachingKeysOf(written, reader.at),
  };
}

/** A value that is no text is dropped by Convox without a word. */
function checkEnvironmentLists(reader: ManifestReader): void {
  checkEnvironmentList(reader.root, reader);
  for (const { value } of entriesOf(get(reader.root, "services"))) checkEnvironmentList(value, reader);
}

function checkEnvironmentList(owner: ManifestNode, reader: ManifestReader): void {
  for (const one of itemsOf(get(owner, "environment"))) {
    // A list in the list is written out; one within that is not.
    for (const item of one.kind === "list" ? itemsOf(one) : [one]) {
      if (stringOf(item) !== null) continue;
      const message = "Convox drops this entry of `environment`: it reads `KEY`, `KEY=default` and `*` only";
      reader.warn(item, { rule: "convox-ignored", message, hint: "write it as `KEY=value`" });
    }
  }
}

/** Keys that the manifest requires and env.yml lacks. */
export function missingKeys(
  file: ManifestFile,
  environment: ReadonlyMap<string, ConfiguredValue>,
): readonly LocalFinding[] {
  return [...file.requiredAt].flatMap(([key, at]) => {
    if (environment.has(key)) return [];
    const message = `expected \`${key}\` in env.yml, since it is required here without a default, found none`;
    const unread = [...environment.keys()].filter((one) => !file.requiredAt.has(one));
    const near = nearest(key, unread);
    const hint =
      near === null
        ? `add ${key} to env.yml, or write \`${key}=default\` here`
        : `env.yml has \`${near}\`: rename one of them`;
    return [errorAt(at, { rule: "required-key", message, hint })];
  });
}
