// A store of bytes that stands in memory, and a count of what was put there.
import type { ByteStore } from "../../src/handlers/ports.ts";

export interface MemoryBytes extends ByteStore {
  /** Names of what was put there since this was asked last. */
  puts(): readonly string[];
}

export function createMemoryBytes(): MemoryBytes {
  const kept = new Map<string, Uint8Array>();
  const names: string[] = [];
  return {
    get: async (name) => kept.get(name) ?? null,
    put: async (name, bytes) => {
      names.push(name);
      kept.set(name, bytes);
    },
    puts: () => names.splice(0),
  };
}
