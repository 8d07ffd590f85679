// What a reading depends on besides the files that are read: our own code, its packages, and what it runs on.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const READERS = ["manifest", "handlers", "adapters"] as const;

/** Another one whenever the code that reads a config repo is another. */
export function codeVersion(): string {
  const hash = createHash("sha256").update(JSON.stringify(process.versions));
  // Packages are named there by their exact versions.
  hash.update(readFileSync(join(import.meta.dirname, "..", "..", "package.json")));
  for (const reader of READERS) {
    const folder = join(import.meta.dirname, "..", reader);
    for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
      if (/\.[jt]s$/.test(name)) hash.update(`\0${name}\0`).update(readFileSync(join(folder, name)));
    }
  }
  return hash.digest("hex");
}
