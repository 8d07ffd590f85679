import { createHash } from "node:crypto";
import { filesOf } from "../manifest/repo-files.ts";
import type { AppName, ConfigRepo, RackName } from "../manifest/types.ts";

/** 16 hex digits of the content of an app's folder: its paths and blobs. */
export function appDigest(repo: ConfigRepo, rack: RackName, app: AppName): string {
  const files = filesOf(repo.files.racks.get(rack)?.apps.get(app));
  const lines = files.map((file) => `${file.path} ${file.blob}\n`);
  return createHash("sha256").update(lines.sort().join("")).digest("hex").slice(0, 16);
}
