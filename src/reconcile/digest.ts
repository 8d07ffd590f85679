import { createHash } from "node:crypto";
import type { AppName, ConfigRepo, RackName } from "../manifest/types.ts";

/** 16 hex digits of the content of an app's folder: its paths and blobs. */
export function appDigest(repo: ConfigRepo, rack: RackName, app: AppName): string {
  const folder = `racks/${rack}/apps/${app}/`;
  const lines = [...repo.files.values()]
    .filter((file) => file.path.startsWith(folder))
    .map((file) => `${file.path} ${file.blob}\n`);
  return createHash("sha256").update(lines.sort().join("")).digest("hex").slice(0, 16);
}
