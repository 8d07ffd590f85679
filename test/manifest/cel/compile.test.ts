import { describe, expect, it } from "@jest/globals";
import { BOOL, INT, listOf, mapOf, STRING, type CelType } from "../../../src/manifest/cel/cel-type.ts";
import { celValue } from "../../../src/manifest/cel/cel-value.ts";
import { compileExpression } from "../../../src/manifest/cel/compile.ts";

const object = (name: string, fields: Readonly<Record<string, CelType>>): CelType => ({
  kind: "object",
  name,
  fields: Object.fromEntries(
    Object.entries(fields).map(([key, type]) => [key, { type, description: "", isOptional: false }]),
  ),
});

const SERVICE = object("Service", {
  name: STRING,
  image: STRING,
  internal: BOOL,
  count: object("Count", { min: INT, max: INT }),
  port: object("Port", { port: INT }),
  ports: listOf(INT),
  links: listOf(object("Link", { name: STRING })),
  labels: mapOf(STRING),
});
const VARIABLES = { service: SERVICE };
const SERVICE_VALUE = {
  name: "web",
  image: null,
  internal: false,
  count: { min: 2, max: 4 },
  port: null,
  ports: [80, 443],
  links: [{ name: "db" }, { name: "cache" }],
  labels: { team: "web", __proto__x: "1" },
  hidden: "never declared",
};

function evaluate(text: string, service: object = SERVICE_VALUE): unknown {
  const { program, fault } = compileExpression(text, VARIABLES);
  if (program === null) return `${fault.offset}: ${fault.message}${fault.hint === undefined ? "" : ` (${fault.hint})`}`;
  return program.run({ service: celValue(service, SERVICE) }, { left: Infinity });
}

describe("an expression", () => {
  it.each([
    ["service.internal || service.count.min >= 2", true],
    ["service.count.min + 1 == 3", true],
    ["service.count.min * service.count.max % 3 == 2", true],
    ["service.count.min / 4 == 0 && service.count.min < 3", true],
    ["has(service.image)", false],
    ["has(service.port) && service.port.port == 80", false],
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
    ['service.name.matches("^(?i)W.b$")', true],
    ['service.links.exists(l, l.name.matches("^d.?$"))', true],
    ['service.name.startsWith("w") && service.name.endsWith("b") && service.name.contains("e")', true],
    ["service.internal ? false : true", true],
    ["-9223372036854775808 < 0", true],
    [String.raw`'a\x62\u0063' == "abc" && r'\d' == '\\d' && size("""x"y""") == 3`, true],
    ["// a remark\ntrue", true],
    ['service.image.startsWith("a") || true', true],
    ['false && service.image.startsWith("a")', false],
    ['service.image.startsWith("a") && false', false],
  ])("%s is %s", (text, expected) => {
    expect(evaluate(text)).toBe(expected);
  });

  it.each([
    ['service.image.startsWith("a")', "something that it asks for is not given"],
    ['service.labels["owner"] == "x"', "something that it asks for is not given"],
    ["service.labels.constructor == 'x'", "something that it asks for is not given"],
    ["service.ports[2] == 1", "the list has no such item"],
    ["service.count.min / 0 == 1", "a number is divided by 0"],
    ["9223372036854775807 + 1 > 0", "a number is larger than 64 bits"],
    ['service.image.startsWith("a") || false', "something that it asks for is not given"],
    ["int(service.name) == 1", "it has no value"],
  ])("%s has no value: %s", (text, expected) => {
    expect(evaluate(text)).toBe(expected);
  });

  it.each([
    ["service.intrenal", "8: expected a field of Service, found `intrenal` (did you mean `internal`?)"],
    ["has(service.port.prot)", "17: expected a field of Port, found `prot` (did you mean `port`?)"],
    [
      "service.hidden == 'x'",
      "8: expected a field of Service, found `hidden` (a Service has `name`, `image`, `internal`, `count`, `port`, `ports`, `links`, `labels`)",
    ],
    ["service.links.all(l, l.nam == 'x')", "23: expected a field of Link, found `nam` (did you mean `name`?)"],
    ["servce.internal", "0: expected one of `service`, found `servce` (did you mean `service`?)"],
    ["service.count.min", "0: expected an expression that is true or false, found one of type int"],
    ["service.name > 2", "0: expected values that go together, found string > int"],
    ["service.name == null", "0: expected values that go together, found string == null"],
    ["service.internal.x", "17: expected something with fields or items, found bool"],
    ["service.ports.all(p, p)", "21: expected true or false, found int"],
    ["service.name ? true : false", "8: expected true or false, found string"],
    ["service.internal ? 1 : 'a'", "0: expected one type on both sides of `:`, found int and string"],
    ["service.ports == [1, 'a']", "21: expected a list of one type, found int and string"],
    ["service.name.startsWith(1)", "0: expected arguments of its types, found `string.startsWith(int)`"],
    [
      'service.name.matches("(?=a)")',
      "21: expected a regular expression of RE2, found one that is not RE2 (look-around, back-references and repeats over 1000 are not in it)",
    ],
    [
      "service.name.matches(service.name)",
      "21: expected a regular expression in quotes in `matches`, found an expression",
    ],
    [
      "service.name.startWith('a')",
      "13: expected one of `size`, `contains`, `startsWith`, `endsWith`, `matches`, `lowerAscii`, `upperAscii`, `trim`, `substring`, `indexOf`, `lastIndexOf`, `split`, `join`, found `startWith` (did you mean `startsWith`?)",
    ],
    ["service.name.re2matches('a')", undefined],
    ["cel.bind(x, 1, x == 1)", undefined],
    ["dyn(service).hidden == 1", undefined],
    ["true &&", "7: expected a value, a name or `(`, found the end"],
    ["true true", "5: expected an operator or the end of the expression, found `true`"],
    ["(true", "5: expected `)`, found the end"],
    ["service.", "8: expected a name, found the end"],
    ["service.ports.all(p)", "14: expected `all(name, expression)`, found another form"],
    ["service.ports.map(1, 2)", "18: expected a name before the first comma, found `1`"],
    ["has(service)", "0: expected `has(a.b)`, found another form"],
    ["has()", "0: expected `has(a.b)`, found another form"],
    ["'a", "0: expected the end of the text in quotes, found none"],
    ["let == 1", "0: expected another name, found `let`, which CEL reserves"],
    [
      "service.ports.all(a, service.ports.all(b, service.ports.all(c, true)))",
      "56: expected at most 2 of `all`, `exists`, `filter` and `map` within each other, found more",
    ],
    [`${"(".repeat(40)}true${")".repeat(40)}`, "32: expected at most 32 levels of nesting, found more"],
  ])("%s is refused when it is loaded", (text, expected) => {
    if (expected === undefined) expect(evaluate(text)).toMatch(/^\d+: expected one of /);
    else expect(evaluate(text)).toBe(expected);
  });

  const ofLength = (length: number): object => ({
    ...SERVICE_VALUE,
    ports: Array.from({ length }, () => 1),
    labels: { team: "x".repeat(length) },
  });

  // The first by hand: two steps for each port, five besides.
  it.each([
    ["!service.ports.all(a, true)", 49_998, 49_999],
    ["service.ports.all(a, service.ports.all(b, a != b || a == b))", 99, 100],
    ["service.ports.map(a, service.ports.map(b, b)).exists(c, c.all(d, d == 1))", 100, 400],
    ['service.ports.all(a, (service.labels.team + "x") != "")', 500, 2_000],
    ['service.labels.team.matches("^(x+x+)+y$")', 20_000, 60_000],
    ['service.labels.team.split("").all(x, service.labels.team.contains(x))', 50, 500],
  ])("%s is evaluated up to a size that the table of limits gives, and not past it", (text, within, past) => {
    expect(evaluate(text, ofLength(within))).not.toBe("it would take more than 100000 steps");
    expect(evaluate(text, ofLength(past))).toBe("it would take more than 100000 steps");
    expect(evaluate(`${text} || true`, ofLength(past))).toBe("it would take more than 100000 steps");
  });
});
