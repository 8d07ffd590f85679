import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parsePredefinedRoles } from "../manifest/parse-predefined-roles.ts";
import type { Role } from "../manifest/types.ts";
import { shippedFolder } from "./shipped.ts";

export async function predefinedRoles(): Promise<readonly Role[]> {
  const folder = shippedFolder("config/roles");
  const files = new Map<string, string>();
  for (const name of await readdir(folder)) files.set(name, await readFile(join(folder, name), "utf8"));
  return parsePredefinedRoles(files);
}
