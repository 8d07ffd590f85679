// No expression takes more than it is reckoned to, whatever it is made of, and the library answers what CEL's definition says.
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { BOOL, INT, listOf, mapOf, STRING, type CelType } from "../../../src/manifest/cel/cel-type.ts";
import { celValue } from "../../../src/manifest/cel/cel-value.ts";
import { compileExpression } from "../../../src/manifest/cel/compile.ts";
import { LIMITS } from "../../../src/manifest/limits.ts";
import { timed } from "../../cpu-time.ts";
import { evaluateNaively } from "./naive-cel.ts";

const FIELDS: Readonly<Record<string, CelType>> = {
  on: BOOL,
  count: INT,
  name: STRING,
  ports: listOf(INT),
  words: listOf(STRING),
  labels: mapOf(STRING),
};
const THING: CelType = {
  kind: "object",
  name: "Thing",
  fields: Object.fromEntries(
    Object.entries(FIELDS).map(([name, type]) => [name, { type, description: "", isOptional: false }]),
  ),
};

const texts = fc.string({ unit: fc.constantFrom("a", "b", "A", "."), maxLength: 60 });
const things = fc.record({
  on: fc.boolean(),
  count: fc.integer({ min: -3, max: 40 }),
  name: texts,
  ports: fc.oneof(
    { weight: 9, arbitrary: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 25 }) },
    { weight: 1, arbitrary: fc.constant(Array.from({ length: 20_000 }, (_, index) => index % 10)) },
  ),
  words: fc.array(texts, { maxLength: 25 }),
  labels: fc.dictionary(fc.constantFrom("a", "b", "c"), texts),
});

/** Within `all` and its like, `x` is an item: a number or a text. */
function expressions(
  depth: number,
  items: "none" | "numbers" | "texts",
): Readonly<Record<"bool" | "int" | "text" | "ports" | "words", fc.Arbitrary<string>>> {
  const variable = (kind: "numbers" | "texts", text: string): readonly string[] => (items === kind ? [text] : []);
  const leaves = {
    bool: fc.constantFrom("thing.on", "true", "false"),
    int: fc.constantFrom("thing.count", "1", "7", ...variable("numbers", "x")),
    text: fc.constantFrom("thing.name", "'a'", "'ab.'", ...variable("texts", "x")),
    ports: fc.constantFrom("thing.ports", "[1, 2]"),
    words: fc.constantFrom("thing.words", "['a', 'b']"),
  };
  if (depth === 0) return leaves;
  const { bool, int, text, ports, words } = expressions(depth - 1, items);
  const form = (parts: readonly string[], ...inner: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
    fc.tuple(...inner).map((made) => parts.map((part, index) => `${part}${made[index] ?? ""}`).join(""));
  const macro = (
    name: string,
    list: "numbers" | "texts",
    body: "bool" | "int" | "text",
  ): readonly fc.Arbitrary<string>[] => {
    if (items !== "none") return [];
    const inside = expressions(depth - 1, list)[body];
    return [form(["(", `).${name}(x, `, ")"], list === "numbers" ? ports : words, inside)];
  };
  return {
    bool: fc.oneof(
      form(["(", " && ", ")"], bool, bool),
      form(["(", " || ", ")"], bool, bool),
      form(["!(", ")"], bool),
      form(["(", " == ", ")"], int, int),
      form(["(", " < ", ")"], int, int),
      form(["(", " == ", ")"], text, text),
      form(["(", " != ", ")"], ports, ports),
      form(["(", " == ", ")"], words, words),
      form(["(", " in ", ")"], int, ports),
      form(["(", " in ", ")"], text, words),
      form(["(", " in thing.labels)"], text),
      form(["(", ").contains(", ")"], text, text),
      form(["(", ").startsWith(", ")"], text, text),
      ...["all", "exists", "exists_one"].flatMap((name) => [
        ...macro(name, "numbers", "bool"),
        ...macro(name, "texts", "bool"),
      ]),
      ...(items === "none" ? [form(["thing.labels.all(x, ", ")"], expressions(depth - 1, "texts").bool)] : []),
    ),
    int: fc.oneof(
      leaves.int,
      form(["(", " + ", ")"], int, int),
      form(["size(", ")"], text),
      form(["size(", ")"], words),
      form(["(", ").indexOf(", ")"], text, text),
    ),
    text: fc.oneof(
      leaves.text,
      form(["(", " + ", ")"], text, text),
      form(["(", " ? ", " : ", ")"], bool, text, text),
      form(["(", ").upperAscii()"], text),
      form(["(", ").join(", ")"], words, text),
    ),
    ports: fc.oneof(
      leaves.ports,
      form(["(", " + ", ")"], ports, ports),
      ...macro("filter", "numbers", "bool"),
      ...macro("map", "texts", "int"),
    ),
    words: fc.oneof(
      leaves.words,
      form(["(", " + ", ")"], words, words),
      form(["(", ").split('.')"], text),
      form(["(", ").split('')"], text),
      ...macro("filter", "texts", "bool"),
      ...macro("map", "numbers", "text"),
    ),
  };
}

/** So many that nothing is refused for the sake of others, and few enough to count. */
const ENOUGH = 1e12;
const RUNS = { numRuns: 1_500, seed: 42 };

describe("an expression of any kind", () => {
  it("answers as CEL's definition has it, takes no more than it is reckoned to, and is refused only where that is too much", () => {
    let [answered, refused] = [0, 0];
    const { ms } = timed(() => {
      fc.assert(
        fc.property(expressions(4, "none").bool, things, (text, thing) => {
          const { program } = compileExpression(text, { thing: THING });
          if (program === null) return;
          const values = { thing: celValue(thing, THING) };
          const steps = { left: ENOUGH };
          const held = program.run(values, steps);
          if (typeof held === "string") {
            expect(held).toBe(`it would take more than ${LIMITS.celSteps} steps`);
            refused += 1;
            return;
          }
          const naive = evaluateNaively(text, values);
          expect(held).toBe(naive.value);
          expect(naive.steps).toBeLessThanOrEqual(ENOUGH - steps.left);
          answered += 1;
        }),
        RUNS,
      );
    });
    expect(answered).toBeGreaterThan(RUNS.numRuns / 2);
    expect(refused).toBeGreaterThan(0);
    expect(ms).toBeLessThan(10_000);
  });
});
