import { describe, expect, it } from "@jest/globals";
import { BOOL, DOUBLE, INT, listOf, mapOf, maybe, STRING, type CelType } from "../../../src/manifest/cel/cel-type.ts";
import { compileExpression } from "../../../src/manifest/cel/compile.ts";
import { faultWords, isFault } from "../../../src/manifest/cel/value.ts";

const object = (name: string, fields: Readonly<Record<string, CelType>>): CelType => ({
  kind: "object",
  name,
  fields: Object.fromEntries(Object.entries(fields).map(([key, type]) => [key, { type, description: "" }])),
});

const SERVICE = object("a service", {
  name: STRING,
  image: maybe(STRING),
  internal: BOOL,
  count: object("a count", { min: INT, max: INT }),
  ports: listOf(INT),
  links: listOf(object("a link", { name: STRING })),
  labels: mapOf(STRING),
  weight: DOUBLE,
});
const service = {
  name: "web",
  image: null,
  internal: false,
  count: { min: 2, max: 4 },
  ports: [80, 443],
  links: [{ name: "db" }, { name: "cache" }],
  labels: { team: "web", __proto__x: "1" },
  weight: 0.5,
};

function evaluate(text: string, steps = 100_000): unknown {
  const { run, fault } = compileExpression(text, { service: SERVICE });
  if (run === null) return `${fault.offset}: ${fault.message}${fault.hint === undefined ? "" : ` (${fault.hint})`}`;
  const value = run({ variables: { service }, locals: null, budget: { left: steps } });
  return isFault(value) ? faultWords(value) : value;
}

describe("an expression", () => {
  it.each([
    ["service.internal || service.count.min >= 2", true],
    ["service.count.min + 1 == 3", true],
    ["service.count.min * service.count.max % 3 == 2", true],
    ["service.count.min / 4 == 0 && service.weight < 1", true],
    ["service.image == null", true],
    ["has(service.image)", false],
    ["has(service.labels.team) && !has(service.labels.owner)", true],
    ['service.labels["team"] == "web"', true],
    ['"toString" in service.labels', false],
    ['service.name in ["web", "api"]', true],
    ["443 in service.ports", true],
    ["service.ports == [80, 443]", true],
    ["service.ports[0] < service.ports[1]", true],
    ["service.ports.all(p, p < 1024)", true],
    ["service.ports.exists(p, p == 443)", true],
    ["service.ports.exists_one(p, p > 0)", false],
    ["size(service.ports.filter(p, p > 100)) == 1", true],
    ['service.links.map(l, l.name).join(",") == "db,cache"', true],
    ['service.links.map(l, l.name != "db", l.name) == ["cache"]', true],
    ["service.labels.all(key, size(key) > 3)", true],
    ['service.name.matches("^w.b$")', true],
    ['service.name.startsWith("w") && service.name.endsWith("b") && service.name.contains("e")', true],
    ["service.internal ? false : true", true],
    ["-9223372036854775808 < 0", true],
    ["1 < 1.5 && 2.0 == 2", true],
    [String.raw`'a\x62\u0063' == "abc" && r'\d' == '\\d' && size("""x"y""") == 3`, true],
    ["// a remark\ntrue", true],
    ['service.image.startsWith("a") || true', true],
    ['false && service.image.startsWith("a")', false],
    ['service.image.startsWith("a") && false', false],
  ])("%s is %s", (text, expected) => {
    expect(evaluate(text)).toBe(expected);
  });

  it.each([
    ['service.image.startsWith("a")', "`startsWith` is asked of null"],
    ['service.labels["owner"] == "x"', "the map has no `owner`"],
    ["service.ports[2] == 1", "the list has no item 2"],
    ["service.count.min / 0 == 1", "a number is divided by 0"],
    ["9223372036854775807 + 1 > 0", "the number overflows"],
    ['service.image.startsWith("a") || false', "`startsWith` is asked of null"],
  ])("%s has no value: %s", (text, expected) => {
    expect(evaluate(text)).toBe(expected);
  });

  it.each([
    ["service.intrenal", "8: expected a field of a service, found `intrenal` (did you mean `internal`?)"],
    ["servce.internal", "0: expected one of `service`, found `servce` (did you mean `service`?)"],
    ["service.count.min", "0: expected an expression that is true or false, found one of type int"],
    ["service.name > 2", "13: expected values of one type, found string > int"],
    ["service.name == null", "13: expected values of one type, found string == null"],
    ["service.internal.x", "17: expected something with fields before `.x`, found bool"],
    ["service.ports.all(p, p)", "14: expected true or false for each item of `all`, found int"],
    [
      'service.name.matches("(?=a)")',
      "21: expected a regular expression of RE2, found one that is not RE2 (look-around, back-references and repeats over 1000 are not in it)",
    ],
    [
      "service.name.matches(service.name)",
      "29: expected a regular expression in quotes in `matches`, found an expression",
    ],
    ["service.name.startWith('a')", undefined],
    ["true &&", "7: expected a value, a name or `(`, found the end"],
    ["true true", "5: expected the end of the expression, found a value"],
    ["service.ports.all(p)", "14: expected `all(name, expression)`, found another form"],
    ["'a", "0: expected the end of the text in quotes, found none"],
    [
      "service.ports.all(a, service.ports.all(b, service.ports.all(c, true)))",
      "56: expected at most 2 of `all`, `exists`, `filter` and `map` within each other, found more",
    ],
    [`${"(".repeat(40)}true${")".repeat(40)}`, "32: expected at most 32 levels of nesting, found more"],
  ])("%s is refused when it is loaded", (text, expected) => {
    if (expected === undefined) expect(evaluate(text)).toMatch(/did you mean `startsWith`/);
    else expect(evaluate(text)).toBe(expected);
  });

  it("ends when its budget is spent, whatever stands beside it", () => {
    expect(evaluate("service.ports.all(a, service.ports.all(b, a > 0 && b > 0))")).toBe(true);
    expect(evaluate("service.ports.all(a, service.ports.all(b, a > 0 && b > 0)) || true", 20)).toBe(
      "it costs more than it may",
    );
  });
});
