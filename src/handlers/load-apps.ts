// Apps' folders loaded on other threads, since parsing them is most of what reading a config repo costs.
import { loadApp, type AppPart, type AppSource } from "../manifest/load-app.ts";
import { createRecentCache } from "./alive.ts";
import { packApps, unpackApps, type PackedApps } from "./packed-apps.ts";
import { createValuePacker, type ValuePacker } from "./packed-values.ts";
import type { AppWorkers } from "./ports.ts";
import { sideBySide } from "./side-by-side.ts";

export type AppLoader = (sources: readonly AppSource[]) => Promise<readonly AppPart[]>;

/** Of the racks beside it, which often have the same apps. */
const FILES_KEPT = 500;

/** What a thread does: what it made of a file before, it knows. */
export function createThreadLoader(): (sources: readonly AppSource[]) => PackedApps {
  const packer = createValuePacker();
  const cache = createRecentCache(packer.keep, FILES_KEPT);
  return (sources) =>
    packApps(
      sources.map((source) => loadApp(source, cache)),
      packer,
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
      return unpackApps(await workers.load(message), packer);
    });
    return answers.flat();
  };
}
