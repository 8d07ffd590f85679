// convox.yml: read as Convox reads it, and judged by the rules that Convox applies on some of its paths only (convox.md §4).
import { interpolate } from "./convox/interpolate.ts";
import {
  createManifestReader,
  entriesOf,
  get,
  isTrue,
  itemsOf,
  textOf,
  withoutNulls,
  type ManifestReader,
} from "./convox/manifest-node.ts";
import { checkManifest, requiredKeysOf } from "./convox/manifest-rules.ts";
import { reachingKeysOf } from "./convox/reaching-keys.ts";
import { fixedCountOf } from "./convox/scale.ts";
import { addAll, errorAt, hasErrors, type Fault, type LocalFinding, type Position } from "./findings.ts";
import { createSchemaCheck } from "./schema-check.ts";
import { convoxSchema } from "./schemas/convox.ts";
import type { ConfiguredValue, Manifest, Service } from "./types.ts";
import { nodeAt, type MapEntry, type MapNode, type Step } from "./yaml-tree.ts";

export interface ManifestFile {
  /** null where the file has errors. */
  readonly manifest: Manifest | null;
  readonly findings: readonly LocalFinding[];
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
  const { reading, keys, findings: interpolation } = interpolate(text, environment);
  const findings: LocalFinding[] = [...interpolation, ...reading.findings];
  const { root } = reading;
  if (root === null || hasErrors(findings)) return unusable(findings);
  if (root.kind !== "map") {
    const fault: Fault = { rule: "bad-value", message: "expected a map (services, resources, …), found another form" };
    return unusable([...findings, errorAt(reading.positionAt(root.offset), fault)]);
  }
  const pruned = withoutNulls(root);
  const checked = check(pruned, { ...reading, root: pruned });
  addAll(findings, checked.findings);
  if (checked.value === null) return unusable(findings);
  const reader = createManifestReader(pruned, reading, findings);
  checkEnvironmentLists(reader);
  checkManifest(reader);
  const required = requiredKeysOf(pruned);
  const manifest = hasErrors(findings) ? null : manifestOf(text, { root, reader, keys });
  return {
    manifest,
    findings,
    requiredAt: new Map(required.map(({ key, offset }) => [key, reading.positionAt(offset)])),
    withoutImage: entriesOf(get(pruned, "services"))
      .filter(({ value }) => (textOf(get(value, "image")) ?? "") === "")
      .map(({ key, keyOffset }) => ({ name: key, at: reading.positionAt(keyOffset) })),
  };
}

function unusable(findings: readonly LocalFinding[]): ManifestFile {
  return { manifest: null, findings, requiredAt: new Map(), withoutImage: [] };
}

interface ManifestParts {
  /** With what stands there empty, too: a `scale` without a value counts differently from none. */
  readonly root: MapNode;
  readonly reader: ManifestReader;
  readonly keys: readonly string[];
}

function manifestOf(text: string, { root, reader, keys }: ManifestParts): Manifest {
  const pruned = reader.root;
  return {
    text,
    services: entriesOf(get(pruned, "services")).map((entry) => serviceOf(entry, root, reader)),
    resources: new Map(
      entriesOf(get(pruned, "resources")).map(({ key, value }) => [key, textOf(get(value, "type")) ?? ""]),
    ),
    requiredKeys: requiredKeysOf(pruned).map(({ key }) => key),
    interpolatedKeys: keys,
    reachingKeys: reachingKeysOf(reader),
  };
}

function serviceOf({ key, keyOffset, value }: MapEntry, root: MapNode, reader: ManifestReader): Service {
  const written = nodeAt(root, ["services", key, "scale"]);
  const isEmptyScale = written?.kind === "scalar" && written.value === null;
  const fixedCount = fixedCountOf(value);
  return {
    name: key,
    image: textOf(get(value, "image")),
    internal: isTrue(get(value, "internal")),
    fixedCount: isEmptyScale && fixedCount !== null ? 0 : fixedCount,
    resources: itemsOf(get(value, "resources")).map((item) => (textOf(item) ?? "").split(":")[0] ?? ""),
    line: reader.at(keyOffset).line,
  };
}

/** A value that is no text is dropped by Convox without a word. */
function checkEnvironmentLists(reader: ManifestReader): void {
  const owners = [reader.root, ...entriesOf(get(reader.root, "services")).map(({ value }) => value)];
  for (const item of owners.flatMap((owner) => itemsOf(get(owner, "environment")))) {
    const isText = item.kind === "list" || (item.kind === "scalar" && typeof item.value === "string");
    if (isText) continue;
    const message = "Convox drops this entry of `environment`: it reads `KEY`, `KEY=default` and `*` only";
    reader.warn(item, { rule: "convox-ignored", message, hint: "write it as `KEY=value`" });
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
    return [
      errorAt(at, { rule: "required-key", message, hint: `add ${key} to env.yml, or write \`${key}=default\` here` }),
    ];
  });
}
