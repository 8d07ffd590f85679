import { readFileSync } from "node:fs";
import { InvariantError } from "../errors.ts";
import { shippedFolder } from "./shipped.ts";

export function version(): string {
  const described: unknown = JSON.parse(readFileSync(shippedFolder("package.json"), "utf8"));
  if (typeof described === "object" && described !== null && "version" in described) return String(described.version);
  throw new InvariantError("package.json names no version");
}
