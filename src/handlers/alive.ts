// Values by key for as long as somebody else holds them: what is in use is never made twice, and what is not is nobody's burden.
import { LRUCache } from "lru-cache";
import type { Keep, Kept, ParseCache } from "../manifest/kept.ts";

export interface Alive<T> {
  get(key: string): T | undefined;
  /** @returns the value, for putting and using in one go */
  put<V extends T>(key: string, value: V): V;
}

export function createAlive<T extends object>(): Alive<T> {
  const references = new Map<string, WeakRef<T>>();
  const gone = new FinalizationRegistry<string>((key) => {
    if (references.get(key)?.deref() === undefined) references.delete(key);
  });
  return {
    get: (key) => references.get(key)?.deref(),
    put: (key, value) => {
      references.set(key, new WeakRef<T>(value));
      gone.register(value, key);
      return value;
    },
  };
}

/** More than what one change touches outside of apps, whose parts hold what they are made of. */
const PARSED_KEPT = 2_000;

/** The newest of what was parsed: for whoever hands on what he makes. */
export function createRecentCache(keep: Keep, max: number): ParseCache {
  const recent = new LRUCache<string, Kept<unknown>>({ max });
  return {
    get: (key) => recent.get(key),
    set: (key, value) => {
      const kept = keep(value);
      recent.set(key, kept);
      return kept;
    },
    put: (key, kept) => void recent.set(key, kept),
  };
}

/** What was parsed, for as long as a part of a tree in use holds it, and the newest besides. */
export function createUsedCache(keep: Keep): ParseCache {
  const alive = createAlive<Kept<unknown>>();
  const recent = createRecentCache(keep, PARSED_KEPT);
  return {
    get: (key) => recent.get(key) ?? alive.get(key),
    set: (key, value) => alive.put(key, recent.set(key, value)),
    put: (key, kept) => {
      recent.put(key, alive.put(key, kept));
    },
  };
}
