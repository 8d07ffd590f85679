// Parsed values as bytes: of ten thousand apps few are looked into at a time, and what is kept of the others decides how much memory
// they all take. The same bytes are kept on disk.
import { LRUCache } from "lru-cache";
import { deserialize, serialize } from "node:v8";
import type { Keep, Kept } from "../manifest/kept.ts";

export interface ValuePacker {
  readonly keep: Keep;
  /** What `bytes` were made of. */
  unpack<T>(bytes: Uint8Array): Kept<T>;
  bytesOf(kept: Kept<unknown>): Uint8Array;
}

/** Values that were asked for lately and need not be made again. */
const MADE_KEPT = 256;

export function createValuePacker(): ValuePacker {
  const made = new LRUCache<string, { readonly value: unknown }>({ max: MADE_KEPT });
  const packed = new WeakMap<Kept<unknown>, Uint8Array>();
  let count = 0;

  const unpack = <T>(bytes: Uint8Array, first?: { readonly value: T }): Kept<T> => {
    count += 1;
    const key = String(count);
    if (first !== undefined) made.set(key, first);
    const kept: Kept<T> = {
      value: () => {
        const known = made.get(key);
        if (known !== undefined) return known.value as T; // put there under this key, below or at first
        const value = deserialize(bytes) as T; // made of one
        made.set(key, { value });
        return value;
      },
    };
    packed.set(kept, bytes);
    return kept;
  };
  return {
    // A copy, as long as it must be: what `serialize` gives may hold more memory than it shows.
    keep: (value) => unpack(Uint8Array.from(serialize(value)), { value }),
    unpack: (bytes) => unpack(bytes),
    bytesOf: (kept) => packed.get(kept) ?? serialize(kept.value()),
  };
}
