import { readFileSync } from "node:fs";
import { expect, it } from "@jest/globals";
import { mayOpenRack, TUNING } from "../../src/manifest/known-parameters.ts";

it("The page of dangerous-parameter lists the parameters that do not bring in the rule access, and no others", () => {
  const pages = readFileSync(new URL("../../docs/rules.md", import.meta.url), "utf8");
  const [, listed = ""] = /These only size or tune a rack, and do not: (.*)\.\n/.exec(pages) ?? [];
  const names = listed.split(", ").map((name) => name.replaceAll("`", ""));
  expect(names).toEqual([...TUNING].sort());
  expect(names.filter(mayOpenRack)).toEqual([]);
});
