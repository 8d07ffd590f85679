// The permissions that app.yml asks for: what the simulated GitHub grants, so that a missing one shows before a real one does.
import { readFile } from "node:fs/promises";
import { isMap, parseDocument } from "yaml";
import { InvariantError } from "../errors.ts";
import { shippedFolder } from "./shipped.ts";

export async function appPermissions(): Promise<Readonly<Record<string, "read" | "write">>> {
  const document = parseDocument(await readFile(shippedFolder("app.yml"), "utf8"));
  const permissions: unknown = document.get("default_permissions");
  if (!isMap(permissions)) throw new InvariantError("app.yml has no default_permissions");
  const levels = permissions.items.map(({ key, value }) => [String(key), String(value)] as const);
  return Object.fromEntries(levels.map(([name, level]) => [name, readLevel(name, level)]));
}

function readLevel(name: string, level: string): "read" | "write" {
  if (level === "read" || level === "write") return level;
  throw new InvariantError(`app.yml: default_permissions.${name} is neither read nor write`);
}
