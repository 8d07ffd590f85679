// Writes schemas/*.schema.json from the schemas that the loader checks with: `npm run build && node scripts/write-schemas.js`.
import { readdir, writeFile } from "node:fs/promises";
import { format, resolveConfig } from "prettier";

const compiled = new URL("../dist/manifest/schemas/", import.meta.url);
const published = new URL("../schemas/", import.meta.url);
const ID = /^urn:signalbox:schema:([a-z-]+)$/;

let written = 0;
for (const file of (await readdir(compiled)).filter((name) => name.endsWith(".js")).sort()) {
  for (const schema of Object.values(await import(new URL(file, compiled).href))) {
    const name = ID.exec(schema?.$id ?? "")?.[1];
    if (name === undefined) continue;
    const target = new URL(`${name}.schema.json`, published);
    const options = await resolveConfig(target);
    await writeFile(target, await format(JSON.stringify(schema), { ...options, parser: "json" }));
    written += 1;
  }
}
if (written === 0) throw new Error("No schema found in dist/manifest/schemas/: run `npm run build` first.");
console.log(`${written} schemas written to schemas/`);
