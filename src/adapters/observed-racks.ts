// What the sweep saw of each rack, a file a rack, without a single value; another process (the check) reads it.
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { AppName, RackName } from "../manifest/types.ts";
import type { AppStatus, LiveService, ObservedRack } from "../reconcile/ports.ts";
import { readJson, writeDurably } from "./durable-file.ts";

export interface ObservedRacks {
  keep(rack: RackName, seen: ObservedRack): Promise<void>;
  /** Every rack that was ever seen. A file that cannot be read is one not seen. */
  read(): Promise<ReadonlyMap<RackName, ObservedRack>>;
}

type ObservedApp = ObservedRack["apps"] extends ReadonlyMap<AppName, infer Seen> ? Seen : never;

const FOLDER = "observed";
const ENDING = ".json";
const STATUSES: readonly AppStatus[] = ["creating", "running", "updating", "rollback", "deleting", "unknown"];

/** @param dataFolder of this Signalbox; what is missing is made. */
export async function openObservedRacks(dataFolder: string): Promise<ObservedRacks> {
  const folder = join(dataFolder, FOLDER);
  await mkdir(folder, { recursive: true });
  const last = new Map<RackName, Promise<void>>();
  return {
    async keep(rack, seen) {
      const text = `${JSON.stringify({ ...seen, apps: Object.fromEntries(seen.apps) })}\n`;
      const write = (): Promise<void> => writeDurably(join(folder, `${rack}${ENDING}`), text);
      const written = (last.get(rack) ?? Promise.resolve()).then(write, write);
      last.set(rack, written);
      await written;
    },
    async read() {
      const racks = new Map<RackName, ObservedRack>();
      for (const file of (await readdir(folder)).filter((name) => name.endsWith(ENDING)).sort()) {
        const seen = await readObserved(join(folder, file));
        // The name was a rack's when the file was written.
        if (seen !== null) racks.set(file.slice(0, -ENDING.length) as RackName, seen);
      }
      return racks;
    },
  };
}

async function readObserved(path: string): Promise<ObservedRack | null> {
  try {
    return observedIn(await readJson(path));
  } catch {
    // Half a file or one of another version: the next sweep writes it anew, and until then the plan says that nothing was seen.
    return null;
  }
}

function observedIn(content: unknown): ObservedRack | null {
  const fields = fieldsOf(content);
  const apps = fieldsOf(fields?.["apps"]);
  if (fields === null || apps === null) return null;
  const { at, version } = fields;
  if (typeof at !== "number" || typeof version !== "string") return null;
  const seen = Object.entries(apps).flatMap(([name, value]): (readonly [AppName, ObservedApp])[] => {
    const app = appIn(value);
    // The name was an app's when the file was written.
    return app === null ? [] : [[name as AppName, app]];
  });
  return { at, version, apps: new Map(seen) };
}

function appIn(value: unknown): ObservedApp | null {
  const fields = fieldsOf(value);
  const status = STATUSES.find((known) => known === fields?.["status"]);
  if (fields === null || status === undefined || !Array.isArray(fields["services"])) return null;
  const { release, locked } = fields;
  const services = fields["services"].map(serviceIn).filter((service) => service !== null);
  return { status, release: typeof release === "string" ? release : null, locked: locked === true, services };
}

function serviceIn(value: unknown): LiveService | null {
  const fields = fieldsOf(value);
  const name = fields?.["name"];
  const count = fields?.["count"];
  if (typeof name !== "string" || typeof count !== "number") return null;
  return fields?.["pinned"] === true ? { name, count, pinned: true } : { name, count };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;
}
