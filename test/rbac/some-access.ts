// Roles, bindings and questions by chance: the same for the same seed.
import { RESOURCE_TYPES, type Access, type Permission, type Selector, type Subject } from "../../src/manifest/types.ts";
import type { Question } from "../../src/rbac/decide.ts";
import { access, rackName, role, type WrittenBinding } from "./access-by-hand.ts";

/** Repeatable numbers (mulberry32): a case that fails, fails again. */
export function createDice(seed: number): { below(limit: number): number; of<T>(list: readonly [T, ...T[]]): T } {
  let state = seed;
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
  return { below, of: (list) => list[below(list.length)] ?? list[0] };
}

export type Dice = ReturnType<typeof createDice>;

function someSelector(dice: Dice): Selector {
  return dice.of<Selector>([
    { kind: "all" },
    { kind: "all" },
    { kind: "all" },
    { kind: "all" },
    dice.below(2) === 0 ? { kind: "none" } : { kind: "all" },
    { kind: "names", names: ["web"] },
    { kind: "names", names: ["api", "staging"] },
    { kind: "names", names: ["we*", "prod-*"] },
    { kind: "regex", source: "web|prod-eu" },
    { kind: "regex", source: ".*a.*" },
  ]);
}

function somePermission(dice: Dice): Permission {
  const names = someSelector(dice);
  const racks = someSelector(dice);
  const denies = names.kind === "none" || racks.kind === "none";
  const action = denies ? null : dice.of(["read", "write"] as const);
  const resource = dice.of(["all", "racks", "racks", "applications", "environment", dice.of(RESOURCE_TYPES)] as const);
  return { resource, names, racks, action };
}

/** Some bindings have ended at 1,000, the instant that tests decide at. */
export function someAccess(dice: Dice): Access {
  const roles = ["one", "two", "three"].map((name) =>
    role(name, ...Array.from({ length: 1 + dice.below(5) }, () => somePermission(dice))),
  );
  const bindings = Array.from({ length: 1 + dice.below(4) }, (): WrittenBinding => {
    const subjects: readonly Subject[] = [
      dice.of<Subject>(["user:ana", "team:web", "team:web", "team:ops", "app:bot"]),
    ];
    const chosen = dice.of(["one", "two", "three", "Three", "gone"]);
    return dice.below(3) === 0
      ? { role: chosen, subjects, racks: dice.of<readonly string[] | "all">(["all", ["staging"], ["prod-*"]]) }
      : { role: chosen, subjects };
  });
  const made = access(roles, bindings);
  return {
    ...made,
    bindings: made.bindings.map((one) => ({ ...one, until: dice.of([null, null, 999, 1_000, 1_001]) })),
  };
}

export function someQuestion(dice: Dice): Question {
  const resource = dice.of(["applications", "environment", "racks", dice.of(RESOURCE_TYPES)] as const);
  const rack = rackName(dice.of(["staging", "prod-eu"]));
  const name = resource === "racks" ? rack : dice.of(["web", "api", "db"]);
  return { action: dice.of(["read", "write"] as const), resource, name, rack };
}
