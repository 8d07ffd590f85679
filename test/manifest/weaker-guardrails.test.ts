import { describe, expect, it } from "@jest/globals";
import { weakerGuardrails } from "../../src/manifest/guardrails/weaker-guardrails.ts";
import { parseSettings } from "../../src/manifest/parse-settings.ts";
import type { Guardrail } from "../../src/manifest/guardrail.ts";

function guardrails(written: string): readonly Guardrail[] {
  const { value, findings } = parseSettings(`version: 1\nguardrails: ${written}\n`);
  if (value === null) throw new Error(JSON.stringify(findings));
  return value.guardrails;
}

const custom = (more: string): string =>
  `{ custom: [{ name: mine, level: error, each: service, require: "true", message: M, ${more} }] }`;

describe("a guardrail is weaker", () => {
  it.each<[rule: string, before: string, after: string, expected: readonly string[]]>([
    ["where it is left out", "{ image-pinned: error }", "{}", ["image-pinned off null"]],
    ["where it is switched off", "{ image-pinned: warn }", "{ image-pinned: off }", ["image-pinned off 2"]],
    ["where it only warns", "{ image-pinned: error }", "{ image-pinned: warn }", ["image-pinned warns-only 2"]],
    ["not where it is stricter", "{ image-pinned: warn }", "{ image-pinned: error }", []],
    ["not where it was off", "{ image-pinned: off }", "{}", []],
    ["where what is on by itself is switched off", "{}", "{ dangerous-parameter: off }", ["dangerous-parameter off 2"]],
    [
      "not where only its message is another",
      "{ image-pinned: error }",
      "{ image-pinned: { level: error, message: M } }",
      [],
    ],
    [
      "where it holds of less, and warns",
      "{ image-pinned: error }",
      "{ image-pinned: { level: warn, racks: [staging] } }",
      ["image-pinned warns-only scope 2"],
    ],
    [
      "where a name leaves its scope",
      "{ image-pinned: { level: warn, apps: [a, b] } }",
      "{ image-pinned: { level: warn, apps: [b, c] } }",
      ["image-pinned scope 2"],
    ],
    [
      "not where one comes to it",
      "{ image-pinned: { level: warn, apps: [a] } }",
      "{ image-pinned: { level: warn, apps: [b, a] } }",
      [],
    ],
    [
      "where it cannot be told",
      "{ image-pinned: { level: warn, services: { regex: 'a.*' } } }",
      "{ image-pinned: { level: warn, services: { regex: '.*' } } }",
      ["image-pinned scope 2"],
    ],
    ["where a custom one goes", custom(""), "{}", ["mine (custom) removed null"]],
    [
      "where a custom one asks for something else",
      custom(""),
      custom("").replace('"true"', '"1 == 1"'),
      ["mine (custom) judgement 2"],
    ],
    [
      "where a custom one judges something else",
      custom(""),
      custom("").replace("each: service", "each: app"),
      ["mine (custom) judgement 2"],
    ],
    ["not where a custom one comes", "{}", custom(""), []],
  ])("%s", (_, before, after, expected) => {
    const found = weakerGuardrails(guardrails(before), guardrails(after)).map(({ name, isCustom, ways, line }) =>
      [name, ...(isCustom ? ["(custom)"] : []), ...ways, line].map(String).join(" "),
    );
    expect(found).toEqual(expected);
  });
});
