import { describe, expect, it } from "@jest/globals";
import { annotateFinding, annotationsOf } from "../../src/render/check-run.ts";
import { findingsSarif } from "../../src/render/findings-sarif.ts";
import { rulePages } from "../../src/render/rule-pages.ts";
import { workflowCommands } from "../../src/render/workflow-commands.ts";
import { judge } from "../../src/rbac/judge.ts";
import type { JudgedFinding } from "../../src/rbac/verdict.ts";
import { LOG_LEVEL_ON_STAGING, mistake, policyOf, propose } from "../rbac/repo-by-hand.ts";

const role: JudgedFinding = { ...mistake("roles/web.yml"), line: 3, column: 5 };
const pages = rulePages("# Rules\n\n## unknown-key\n\nA `key` is not known. So it is.\n");

describe("findings as workflow commands", () => {
  it("name the file, the place and the rule, with the hint below the message", () => {
    const warning: JudgedFinding = { ...role, level: "warning", hint: "did you mean `a`?" };
    expect(workflowCommands([role, warning].map(annotateFinding), "")).toBe(
      "::error file=roles/web.yml,line=3,col=5,title=unknown-key::expected a known key\n" +
        "::warning file=roles/web.yml,line=3,col=5,title=unknown-key::expected a known key%0Adid you mean `a`?\n",
    );
  });

  it("are below the folder of the config repo, and notices where the base has them too", () => {
    expect(workflowCommands([annotateFinding({ ...role, already: true })], "config/")).toMatch(
      /^::notice file=config\/roles\/web\.yml,/,
    );
  });

  it("cannot be ended or begun by what stands in the repo", () => {
    const hostile: JudgedFinding = { ...role, file: "roles/a,line=1::b%0A.yml", message: "x\r\n::add-mask::y %0A" };
    expect(workflowCommands([annotateFinding(hostile)], "")).toBe(
      "::error file=roles/a%2Cline=1%3A%3Ab%250A.yml,line=3,col=5,title=unknown-key::x%0D%0A::add-mask::y %250A\n",
    );
  });
});

describe("findings as SARIF", () => {
  const region = { startLine: 3, startColumn: 5 };

  it("name each rule once, with its page as help, and each finding with its place", () => {
    const findings = [role, { ...role, level: "warning" as const, hint: "do so", already: true as const }];
    expect(findingsSarif({ findings, pages, root: "my config/", version: "1.2.3" })).toEqual({
      $schema: "https://json.schemastore.org/sarif-2.1.0.json",
      version: "2.1.0",
      runs: [
        {
          tool: {
            driver: {
              name: "Signalbox",
              version: "1.2.3",
              rules: [
                {
                  id: "unknown-key",
                  shortDescription: { text: "A key is not known." },
                  help: {
                    text: "unknown-key\n\nA `key` is not known. So it is.\n",
                    markdown: "A `key` is not known. So it is.",
                  },
                },
              ],
            },
          },
          columnKind: "utf16CodeUnits",
          results: [
            {
              ruleId: "unknown-key",
              level: "error",
              message: { text: "expected a known key" },
              locations: [{ physicalLocation: { artifactLocation: { uri: "my%20config/roles/web.yml" }, region } }],
            },
            {
              ruleId: "unknown-key",
              level: "warning",
              message: { text: "expected a known key\ndo so" },
              locations: [{ physicalLocation: { artifactLocation: { uri: "my%20config/roles/web.yml" }, region } }],
              baselineState: "unchanged",
            },
          ],
        },
      ],
    });
  });

  it("say of a verdict also what somebody may not change", () => {
    const proposal = propose({ author: "eve", change: LOG_LEVEL_ON_STAGING });
    const verdict = judge(policyOf(proposal), proposal);
    const [run] = findingsSarif({ ...verdict, pages, root: "", version: "1" }).runs;
    expect(run?.tool.driver.rules?.map(({ id }) => id)).toEqual(["not-allowed"]);
    expect(run?.results?.map(({ message }) => message.text)).toEqual([
      expect.stringMatching(/^user:eve may not write environment web on staging: .*\nallowed: .*team:web/),
    ]);
    expect(annotationsOf(verdict).map(({ title }) => title)).toEqual([
      "user:eve may not write environment web on staging",
    ]);
  });
});
