// Reads the tip of a repo in a process of its own: `read-once.js <repo> [folder of what processes keep]`.
import { createAppWorkers } from "../src/adapters/app-workers.ts";
import { createByteStore } from "../src/adapters/byte-store.ts";
import { openLocalGit } from "../src/adapters/local-git.ts";
import { createConfigSource } from "../src/handlers/read-config.ts";
import { partsOptions } from "../src/handlers/read-parts.ts";
import { isSignalboxPath } from "../src/manifest/repo-paths.ts";
import { shippedRoles } from "./shipped-roles.ts";

const [repo = ".", folder] = process.argv.slice(2);
// The code in the folder of the bench is of one version.
const bytes = folder === undefined ? null : createByteStore({ folder, version: "bench" });
const git = await openLocalGit(repo, { isOurs: isSignalboxPath, environment: process.env });
const source = createConfigSource(git, partsOptions(shippedRoles(), { bytes, workers: createAppWorkers() }));
const { findings } = await source.read(await git.tip());
await source.close();
await git.close();
const { rss } = process.memoryUsage();
// Without what nobody holds any more.
globalThis.gc?.();
console.log(JSON.stringify({ findings: findings.length, heap: process.memoryUsage().heapUsed, rss }));
