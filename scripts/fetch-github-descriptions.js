// Fetches GitHub's own descriptions of its REST API and webhooks into .cache/github/, cut down to what Signalbox and the
// simulated GitHub may use. The packages are 420 MB installed, so they are packed, read and thrown away, and no dependency.
// What is kept: rest.json and webhooks.json, read by test/openapi/description.ts, which says what is in them.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const restPackage = "@octokit/openapi@23.0.2";
const webhooksPackage = "@octokit/openapi-webhooks@12.1.0";
const fileInPackage = "package/generated/api.github.com.json";

const cache = join(import.meta.dirname, "..", ".cache", "github");
const sourcesFile = join(cache, "sources.json");
/** Also counts how the files are made: raise it when their form changes, and the cache is made anew. */
const sources = JSON.stringify({ form: 1, restPackage, webhooksPackage });

const keptPaths =
  /^\/(repos\/\{owner\}\/\{repo\}|orgs\/\{org\}|app|installation|user|users\/\{username\}|rate_limit|meta)(\/|$)/;
const keptWebhooks =
  /^(pull-request|issue-comment|issues-|push$|ping$|check-(run|suite)|deployment|merge-group|member|organization-member|team|installation|branch-protection|create$|delete$|status$)/;

/** Keywords that no validation needs. */
const wordsOnly = new Set([
  "description",
  "example",
  "examples",
  "title",
  "deprecated",
  "externalDocs",
  "readOnly",
  "default",
]);
/** Below these the keys are names, not keywords. */
const namesBelow = new Set(["properties", "schemas", "patternProperties"]);

function fetchPackage(name, folder) {
  const packed = execFileSync("npm", ["pack", "--silent", "--pack-destination", folder, name], { encoding: "utf8" });
  const archive = packed.trim().split("\n").at(-1);
  execFileSync("tar", ["-xzf", archive, fileInPackage], { cwd: folder });
  const description = JSON.parse(readFileSync(join(folder, fileInPackage), "utf8"));
  rmSync(join(folder, archive));
  return description;
}

/** A JSON Schema of an OpenAPI one: `nullable` is no keyword there, and what only explains is dropped. */
function schemaOf(value) {
  if (Array.isArray(value)) return value.map(schemaOf);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(([key]) => !wordsOnly.has(key) && !key.startsWith("x-"));
  const schema = Object.fromEntries(
    entries
      .filter(([key, held]) => !(key === "nullable" && typeof held === "boolean"))
      .map(([key, held]) => [key, namesBelow.has(key) ? mapValues(held, schemaOf) : schemaOf(held)]),
  );
  return value.nullable === true ? { anyOf: [schema, { type: "null" }] } : schema;
}

function mapValues(object, change) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}

function jsonSchemaOf(content) {
  const found = content?.["application/json"]?.schema;
  return found === undefined ? null : schemaOf(found);
}

function follow(description, value) {
  if (value.$ref === undefined) return value;
  return value.$ref
    .split("/")
    .slice(1)
    .reduce((at, key) => at[key], description);
}

/** The named schemas that `roots` need, directly or through others. */
function reachableSchemas(description, roots) {
  const reached = {};
  const queue = [roots];
  while (queue.length > 0) {
    const text = JSON.stringify(queue.pop());
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (name in reached) continue;
      reached[name] = schemaOf(description.components.schemas[name]);
      queue.push(reached[name]);
    }
  }
  return reached;
}

function restOf(description) {
  const operations = {};
  for (const [path, item] of Object.entries(description.paths)) {
    if (!keptPaths.test(path)) continue;
    for (const method of ["get", "post", "put", "patch", "delete"]) {
      const operation = item[method];
      if (operation === undefined) continue;
      const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map((one) =>
        follow(description, one),
      );
      operations[`${method.toUpperCase()} ${path}`] = {
        query: parameters.filter((parameter) => parameter.in === "query").map((parameter) => parameter.name),
        request: jsonSchemaOf(operation.requestBody?.content),
        requestRequired: operation.requestBody?.required === true,
        responses: mapValues(operation.responses, (one) => jsonSchemaOf(follow(description, one).content)),
      };
    }
  }
  return { operations, components: { schemas: reachableSchemas(description, operations) } };
}

function webhooksOf(description) {
  const kept = Object.entries(description.webhooks).filter(([name]) => keptWebhooks.test(name));
  const events = Object.fromEntries(kept.map(([name, { post }]) => [name, jsonSchemaOf(post.requestBody.content)]));
  return { events, components: { schemas: reachableSchemas(description, events) } };
}

/** A reader sees the old file or the new one, never half of one. */
function write(name, value) {
  const partial = join(cache, `${name}.partial`);
  writeFileSync(partial, value);
  renameSync(partial, join(cache, name));
}

if (existsSync(sourcesFile) && readFileSync(sourcesFile, "utf8") === sources) {
  console.log("GitHub's descriptions are there already.");
} else {
  const folder = mkdtempSync(join(tmpdir(), "github-descriptions-"));
  try {
    mkdirSync(cache, { recursive: true });
    write("rest.json", JSON.stringify(restOf(fetchPackage(restPackage, folder))));
    write("webhooks.json", JSON.stringify(webhooksOf(fetchPackage(webhooksPackage, folder))));
    write("sources.json", sources);
    console.log("GitHub's descriptions are in .cache/github/.");
  } finally {
    rmSync(folder, { recursive: true });
  }
}
