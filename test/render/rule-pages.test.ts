import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { repoGuardrailFindings } from "../../src/manifest/guardrails/guardrail-findings.ts";
import { loadConfigRepo } from "../manifest/load-config-repo.ts";
import { RULE_NAMES } from "../../src/manifest/rule-names.ts";
import type { RepoTree } from "../../src/manifest/types.ts";
import { judge } from "../../src/rbac/judge.ts";
import { runPolicyTests } from "../../src/rbac/policy-tests.ts";
import { failureFindings } from "../../src/rbac/test-findings.ts";
import { ruleListText, rulePages, rulePageText } from "../../src/render/rule-pages.ts";
import { predefinedRoles } from "../manifest/a-tree.ts";
import { NOON, policyOf, propose, type WrittenProposal } from "../rbac/repo-by-hand.ts";
import { CHECK_RULES } from "./check-rules.ts";
import { examplesOf, strayBlocks } from "./rule-examples.ts";

const pages = rulePages(readFileSync(new URL("../../docs/rules.md", import.meta.url), "utf8"));

function rulesIn(tree: RepoTree, rule: string): readonly string[] {
  const repo = loadConfigRepo(tree, { predefinedRoles });
  const failed = runPolicyTests(repo, NOON, judge).flatMap(failureFindings);
  const met = repoGuardrailFindings(repo.settings.guardrails, repo);
  const rules = [...repo.findings, ...met, ...failed].map((finding) => finding.rule);
  // It says only that something is there which is not in use yet, beside whatever else an example shows.
  return [...new Set(rules)].filter((found) => found !== "not-used-yet" || found === rule);
}

function rulesOfCheck(written: WrittenProposal): readonly string[] {
  const proposal = propose(written);
  return judge(policyOf(proposal), proposal).findings.map((finding) => finding.rule);
}

describe("docs/rules.md", () => {
  it("has a page for every rule, in order, and for nothing else", () => {
    expect([...pages.keys()]).toEqual([...RULE_NAMES]);
    expect([...RULE_NAMES]).toEqual([...RULE_NAMES].sort());
  });

  it.each([...pages.values()])("explains $rule in a sentence and shows it, bad and good", ({ rule, summary, text }) => {
    expect(summary).toMatch(/^[A-Z`].{10,120}\.$/);
    expect(strayBlocks(text)).toEqual([]);
    const kinds = new Set(examplesOf(text).map(({ kind }) => kind));
    if (CHECK_RULES.has(rule)) expect(text).toMatch(/Only the check\sof a pull request gives\sthis\./);
    else expect([...kinds].sort()).toEqual(["Bad", "Good"]);
  });

  const examples = [...pages.values()].flatMap(({ rule, text }) =>
    examplesOf(text).map((example) => ({ rule, ...example })),
  );

  it.each(examples.filter(({ kind }) => kind === "Bad"))("$rule: the bad example gives it and no other", (example) => {
    const { rule, beside, tree } = example;
    expect([...rulesIn(tree, rule)].sort()).toEqual([rule, ...(beside === null ? [] : [beside])].sort());
  });

  it.each(examples.filter(({ kind }) => kind === "Good"))("$rule: the good example gives none", ({ rule, tree }) => {
    expect(rulesIn(tree, rule)).toEqual([]);
  });

  it.each([...CHECK_RULES])(
    "%s: the check gives it where its page says so, and not otherwise",
    (rule, { bad, good }) => {
      expect(rulesOfCheck(bad)).toContain(rule);
      expect(rulesOfCheck(good)).not.toContain(rule);
    },
  );
});

const bracket =
  (mark: string) =>
  (text: string): string =>
    `[${mark} ${text}]`;
const marks = {
  bold: bracket("bold"),
  dim: bracket("dim"),
  red: bracket("red"),
  yellow: bracket("yellow"),
  green: bracket("green"),
  cyan: bracket("cyan"),
};

describe("a page on a terminal", () => {
  const [page] = rulePages(
    "# Rules\n\n## one-rule\n\nA `key: x` is\nmissing: so. It goes on.\n\nBad, `a.yml`:\n\n```yaml\na: `b`\n```\n\nGood, without `a.yml`.\n",
  ).values();

  it("has the examples indented, without their fences and as they stand", () => {
    expect(page === undefined ? "" : rulePageText(page, marks)).toBe(
      [
        "[bold one-rule]",
        "",
        "A [bold `key: x`] is",
        "missing: so. It goes on.",
        "",
        "[red Bad], [bold `a.yml`]:",
        "",
        "    a: `b`",
        "",
        "[green Good], without [bold `a.yml`].",
        "",
      ].join("\n"),
    );
  });

  it("is one line in the list of all", () => {
    expect(page === undefined ? "" : ruleListText([page], marks)).toBe(
      "[bold one-rule]  A [bold `key: x`] is missing: so.\n",
    );
  });
});
