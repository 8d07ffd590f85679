// Apps' folders loaded on other threads, since parsing them is most of what reading a config repo costs.
import { deserialize, serialize } from "node:v8";
import { loadApp, type AppPart, type AppSource } from "../manifest/load-app.ts";
import { createRecentCache } from "./alive.ts";
import { packApps, unpackApps, type PackedApps } from "./packed-apps.ts";
import { createValuePacker, type ValuePacker } from "./packed-values.ts";
import type { AppWorkers } from "./ports.ts";
import { sideBySide } from "./side-by-side.ts";

export type AppLoader = (sources: readonly AppSource[]) => Promise<readonly AppPart[]>;

/** What a thread does: what it made of a file before, it knows. */
export function createThreadLoader(): (sources: readonly AppSource[]) => Uint8Array {
  const packer = createValuePacker();
  const cache = createRecentCache(packer.keep);
  return (sources) =>
    serialize(
      packApps(
        sources.map((source) => loadApp(source, cache)),
        packer,
      ),
    );
}

/** Some hundred kilobytes of files a message: it costs next to nothing beside what is in it, and all threads end together. */
const APPS_A_MESSAGE = 20;

/** The other end of it. */
export function loadOnThreads(workers: AppWorkers, packer: ValuePacker): AppLoader {
  return async (sources) => {
    const messages: (readonly AppSource[])[] = [];
    for (let start = 0; start < sources.length; start += APPS_A_MESSAGE) {
      messages.push(sources.slice(start, start + APPS_A_MESSAGE));
    }
    const answers = await sideBySide(messages, { atOnce: messages.length }, async (message) => {
      const packed = deserialize(await workers.load(message)) as PackedApps; // made by `createThreadLoader`
      return unpackApps(packed, packer);
    });
    return answers.flat();
  };
}
