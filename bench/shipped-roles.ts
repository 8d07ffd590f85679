import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parsePredefinedRoles } from "../src/manifest/parse-predefined-roles.ts";
import type { Role } from "../src/manifest/types.ts";

export function shippedRoles(): readonly Role[] {
  const names = readdirSync("config/roles");
  return parsePredefinedRoles(
    new Map(names.map((name) => [name, readFileSync(join("config/roles", name), "utf8")] as const)),
  );
}
