// What Convox and its cluster demand of volumes (convox.md §4.3).
import { get, itemsOf, textOf, type ManifestNode } from "./manifest-node.ts";
import type { ManifestReader } from "./manifest-reader.ts";
import { quantityOf } from "./quantity.ts";

/** Convox looks into none of them; the cluster mounts nothing at a path with a colon, or at none. */
export function checkVolumes(volumes: ManifestNode | undefined, reader: ManifestReader): void {
  for (const item of itemsOf(volumes)) {
    const text = textOf(item) ?? "";
    const at = text.indexOf(":");
    const path = text.slice(at + 1);
    if (path !== "" && !path.includes(":") && path.startsWith("/") && text !== "") continue;
    const message = "expected a volume as `name:/path` or `/path`, found another form";
    reader.error(item, { rule: "convox-volume", message });
  }
}

const KINDS = ["emptyDir", "awsEfs", "azureFiles"] as const;
const ACCESS_MODES: readonly string[] = ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany"];

export function checkVolumeOptions(list: ManifestNode | undefined, reader: ManifestReader): void {
  for (const item of itemsOf(list)) {
    const [kind, ...others] = KINDS.filter((one) => get(item, one) !== undefined);
    if (kind === undefined || others.length > 0) warnOfIgnored(kind, item, reader);
    const volume = kind === undefined ? undefined : get(item, kind);
    if (kind !== undefined && volume !== undefined) checkVolume(kind, volume, reader);
  }
}

function warnOfIgnored(kind: string | undefined, item: ManifestNode, reader: ManifestReader): void {
  const message =
    kind === undefined
      ? "Convox ignores a volume that is none of `emptyDir`, `awsEfs` and `azureFiles`"
      : `Convox checks and takes \`${kind}\` alone here: it expected one kind an item`;
  reader.warn(item, { rule: "convox-ignored", message, hint: "write one kind in each item of the list" });
}

const QUANTITY = "a quantity as `1Gi`";
const LEAST_SHARE = 100 * 1024 ** 3;

function checkVolume(kind: (typeof KINDS)[number], volume: ManifestNode, reader: ManifestReader): void {
  const text = (key: string): string => textOf(get(volume, key)) ?? "";
  const refuse = (key: string, expected: string): void => {
    const place = get(volume, key) ?? volume;
    const found = text(key) === "" ? "none here" : "another";
    reader.error(place, { rule: "convox-volume", message: `expected ${expected}, found ${found}` });
  };
  for (const key of ["id", "mountPath"]) if (text(key) === "") refuse(key, `the key \`${key}\` (text)`);
  if (kind === "emptyDir") {
    if (text("medium") !== "" && text("medium") !== "Memory") refuse("medium", "`Memory` or no `medium`");
    if (text("sizeLimit") !== "" && quantityOf(text("sizeLimit")) === null) refuse("sizeLimit", QUANTITY);
    return;
  }
  if (!ACCESS_MODES.includes(text("accessMode"))) {
    refuse("accessMode", "`accessMode` to be `ReadWriteOnce`, `ReadOnlyMany` or `ReadWriteMany`");
  }
  if (kind === "awsEfs") return;
  if (text("id") !== "" && !/^[a-z][a-z0-9-]*$/.test(text("id"))) {
    refuse("id", "an id of lower-case letters, digits and `-`");
  }
  const share = text("shareSize");
  if (share !== "" && (quantityOf(share) ?? 0) < LEAST_SHARE) refuse("shareSize", "a quantity of at least `100Gi`");
}
