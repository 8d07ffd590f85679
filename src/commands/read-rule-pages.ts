import { readFile } from "node:fs/promises";
import { rulePages, type RulePage } from "../render/rule-pages.ts";
import { shippedFolder } from "./shipped.ts";

export async function readRulePages(): Promise<ReadonlyMap<string, RulePage>> {
  return rulePages(await readFile(shippedFolder("docs/rules.md"), "utf8"));
}
