// What the rules on convox.yml read from and report to.
import { errorAt, warningAt, type Fault, type LocalFinding, type Position } from "../findings.ts";
import type { YamlReading } from "../read-yaml.ts";
import { entriesOf, get, itemsOf, sourceOf, type ManifestMap } from "./manifest-node.ts";

/** Somewhere in the text: a node, or a key. */
export interface Place {
  readonly offset: number;
}

export interface ManifestReader {
  readonly root: ManifestMap;
  /** Names in the file. */
  readonly services: ReadonlySet<string>;
  readonly resources: ReadonlySet<string>;
  /** Ids of `configs`. */
  readonly configs: ReadonlySet<string>;
  error(place: Place, fault: Fault): void;
  warn(place: Place, fault: Fault): void;
  at(offset: number): Position;
}

export function createManifestReader(
  root: ManifestMap,
  { positionAt }: YamlReading,
  findings: LocalFinding[],
): ManifestReader {
  const namesIn = (key: string): ReadonlySet<string> => new Set(entriesOf(get(root, key)).map((entry) => entry.key));
  return {
    root,
    services: namesIn("services"),
    resources: namesIn("resources"),
    configs: new Set(itemsOf(get(root, "configs")).map((config) => sourceOf(get(config, "id")) ?? "")),
    error: ({ offset }, fault) => void findings.push(errorAt(positionAt(offset), fault)),
    warn: ({ offset }, fault) => void findings.push(warningAt(positionAt(offset), fault)),
    at: positionAt,
  };
}
