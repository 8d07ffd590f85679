// Acts that must not overlap, each in its turn.
import type { InTurn } from "./ports.ts";

export function createTurns(): InTurn {
  const last = new Map<string, Promise<unknown>>();
  return async (key, act) => {
    const turn = (last.get(key) ?? Promise.resolve()).then(act, act);
    last.set(key, turn);
    try {
      return await turn;
    } finally {
      if (last.get(key) === turn) last.delete(key);
    }
  };
}
