// What was parsed, as it is kept: a value is made again from what is kept of it when it is asked for, since of ten thousand apps
// few are looked into at a time.

export interface Kept<T> {
  value(): T;
}

/** How values are kept: as they are, or as the bytes that they are made from again. Values are never changed. */
export type Keep = <T>(value: T) => Kept<T>;

/** By kind of file and blob id. */
export interface ParseCache {
  get(key: string): Kept<unknown> | undefined;
  set<T>(key: string, value: T): Kept<T>;
  /** What is kept already. */
  put(key: string, kept: Kept<unknown>): void;
}

/** Keeps everything as it is: for one tree, or a few. */
export function createParseCache(): ParseCache {
  const known = new Map<string, Kept<unknown>>();
  return {
    get: (key) => known.get(key),
    set: (key, value) => {
      const kept = { value: () => value };
      known.set(key, kept);
      return kept;
    },
    put: (key, kept) => void known.set(key, kept),
  };
}

export interface Cached<T> {
  readonly value: T;
  readonly kept: Kept<T>;
}

/** What `make` gives, made once a key. */
export function cached<T>(cache: ParseCache, key: string, make: () => T): Cached<T> {
  const known = cache.get(key);
  // The key names the maker, so what is found there is what `make` returns.
  if (known !== undefined) return { value: known.value() as T, kept: known as Kept<T> };
  const value = make();
  return { value, kept: cache.set(key, value) };
}
