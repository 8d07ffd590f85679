// Parts of services and timers that stand in several places, read as Convox reads them (convox.md §4.3).
import { atoi } from "./go-text.ts";
import { get, integerOf, itemsOf, sourceOf, stringOf, textOf, type ManifestNode } from "./manifest-node.ts";
import type { TextMap } from "./model-parts.ts";
import type { Annotation, ConfigMount, EnvironmentEntry, Port, PortProtocol, VolumeOption } from "./service-model.ts";

export function readTexts(node: ManifestNode | undefined): readonly string[] {
  return itemsOf(node).map((item) => textOf(item) ?? "");
}

export function readTextMap(node: ManifestNode | undefined, asText: typeof textOf = textOf): TextMap {
  if (node?.kind !== "map") return NO_TEXTS;
  const blank = node.blank.map(({ key }): readonly [string, string] => [key, ""]);
  return Object.fromEntries([...blank, ...node.entries.map(({ key, value }) => [key, asText(value) ?? ""] as const)]);
}

const NO_TEXTS: TextMap = {};

/** `key=value`, or maps. */
export function readAnnotations(node: ManifestNode | undefined): readonly Annotation[] {
  return itemsOf(node).flatMap((item): readonly Annotation[] => {
    if (item.kind === "map") return item.entries.map(({ key, value }) => ({ key, value: textOf(value) ?? "" }));
    const [key, value = ""] = split(textOf(item) ?? "", "=");
    return [{ key, value }];
  });
}

/** What comes before the separator, and what after the first one: none where it is not there. */
function split(text: string, separator: string): readonly [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** Lists in the list are written out, what is no text is dropped (§4.2). */
export function environmentNodes(node: ManifestNode | undefined): readonly ManifestNode[] {
  return itemsOf(node)
    .flatMap((item) => (item.kind === "list" ? itemsOf(item) : [item]))
    .filter((item) => stringOf(item) !== null);
}

export function readEnvironment(node: ManifestNode | undefined): readonly EnvironmentEntry[] {
  return environmentNodes(node).map((item) => {
    const [key, value = null] = split(sourceOf(item) ?? "", "=");
    return { key, default: value };
  });
}

/** null: none, or one that is no port; the form is checked elsewhere. Port 0 is none to Convox. */
export function readPort(node: ManifestNode | undefined): Port | null {
  if (node?.kind !== "map") return portOf(node, null);
  return portOf(get(node, "port"), stringOf(get(node, "scheme")));
}

function portOf(node: ManifestNode | undefined, scheme: string | null): Port | null {
  const number = integerOf(node);
  const parts = (stringOf(node) ?? "").split(":");
  const port = number ?? atoi(parts[1] ?? parts[0] ?? "");
  if (port === null || port === 0) return null;
  const written = scheme ?? (parts.length > 1 ? (parts[0] ?? null) : null);
  return { port, scheme: written === "grpc" ? "GRPC" : written };
}

export function readPortProtocol(node: ManifestNode): PortProtocol {
  const [port = "", protocol = ""] = (textOf(node) ?? "").split("/");
  return { port: atoi(port) ?? 0, protocol: protocol === "" ? "tcp" : protocol };
}

export function readConfigMounts(node: ManifestNode | undefined): readonly ConfigMount[] {
  return itemsOf(node).map((item) => ({
    id: textOf(get(item, "id")) ?? "",
    dir: textOf(get(item, "dir")) ?? "",
    filename: textOf(get(item, "filename")) ?? "",
  }));
}

/** Of several in one item Convox takes the first of these. */
export function readVolumeOptions(node: ManifestNode | undefined): readonly VolumeOption[] {
  return itemsOf(node).flatMap((item): readonly VolumeOption[] => {
    const emptyDir = get(item, "emptyDir");
    const awsEfs = get(item, "awsEfs");
    const azureFiles = get(item, "azureFiles");
    if (emptyDir !== undefined) return [{ kind: "emptyDir", ...emptyDirOf(emptyDir) }];
    if (awsEfs !== undefined) return [{ kind: "awsEfs", ...awsEfsOf(awsEfs) }];
    if (azureFiles !== undefined) return [{ kind: "azureFiles", ...azureFilesOf(azureFiles) }];
    return [];
  });
}

type Of<K extends VolumeOption["kind"]> = Omit<Extract<VolumeOption, { readonly kind: K }>, "kind">;

function emptyDirOf(node: ManifestNode): Of<"emptyDir"> {
  const medium = textOf(get(node, "medium")) === "Memory" ? "Memory" : null;
  return { ...mountOf(node), medium, sizeLimit: textOf(get(node, "sizeLimit")) };
}

function awsEfsOf(node: ManifestNode): Of<"awsEfs"> {
  return {
    ...mountOf(node),
    accessMode: textOf(get(node, "accessMode")) ?? "",
    storageClass: textOf(get(node, "storageClass")),
    volumeHandle: textOf(get(node, "volumeHandle")),
  };
}

function azureFilesOf(node: ManifestNode): Of<"azureFiles"> {
  return {
    ...mountOf(node),
    accessMode: textOf(get(node, "accessMode")) ?? "",
    shareSize: textOf(get(node, "shareSize")),
  };
}

function mountOf(node: ManifestNode): { readonly id: string; readonly mountPath: string } {
  return { id: textOf(get(node, "id")) ?? "", mountPath: textOf(get(node, "mountPath")) ?? "" };
}
