import { describe, expect, it } from "@jest/globals";
import { RESOURCE_TYPES, type Access, type Permission, type Selector, type Subject } from "../../src/manifest/types.ts";
import type { Asker } from "../../src/rbac/asker.ts";
import { decide, type Question } from "../../src/rbac/decide.ts";
import { access, ana, rackName, role, type WrittenBinding } from "./access-by-hand.ts";
import { naivelyAllowed } from "./naive-decide.ts";

const CASES = 100_000;
const PATTERN_CASES = 20_000;
const AT = 1_000;

/** Repeatable numbers (mulberry32): a case that fails, fails again. */
function createDice(seed: number): { below(limit: number): number; of<T>(list: readonly [T, ...T[]]): T } {
  let state = seed;
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
  return { below, of: (list) => list[below(list.length)] ?? list[0] };
}

type Dice = ReturnType<typeof createDice>;

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

function someAccess(dice: Dice): Access {
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

function someQuestion(dice: Dice): Question {
  const resource = dice.of(["applications", "environment", "racks", dice.of(RESOURCE_TYPES)] as const);
  const rack = rackName(dice.of(["staging", "prod-eu"]));
  const name = resource === "racks" ? rack : dice.of(["web", "api", "db"]);
  return { action: dice.of(["read", "write"] as const), resource, name, rack };
}

describe("decide", () => {
  it("agrees with a naive evaluator written from the spec's sentences", () => {
    const dice = createDice(20261124);
    let allowed = 0;
    for (let count = 0; count < CASES; count += 1) {
      const given = someAccess(dice);
      const asker: Asker = ana(dice.of([["web"], ["ops", "web"], []]), { member: dice.below(9) > 0 });
      const question = someQuestion(dice);
      const decision = decide(given, asker, question, AT);
      const expected = naivelyAllowed(given, asker, question, AT);
      // Compared as a whole, so that a failure prints the case.
      if (decision.allowed !== expected) expect({ count, given, asker, question, decision }).toBe(expected);
      if (expected) allowed += 1;
    }
    // Both answers have to occur often, or agreeing says little.
    expect(allowed).toBeGreaterThan(CASES / 20);
    expect(allowed).toBeLessThan((CASES * 19) / 20);
  });

  it("allows every name and every rack only where each of them is allowed", () => {
    const dice = createDice(7);
    let allowed = 0;
    for (let count = 0; count < PATTERN_CASES; count += 1) {
      const given = someAccess(dice);
      const asker: Asker = ana(["web"]);
      const question = someQuestion(dice);
      if (!decide(given, asker, { ...question, name: null, rack: null }, AT).allowed) continue;
      allowed += 1;
      expect(naivelyAllowed(given, asker, question, AT)).toBe(true);
    }
    expect(allowed).toBeGreaterThan(PATTERN_CASES / 100);
  });
});
