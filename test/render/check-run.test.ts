import { describe, expect, it } from "@jest/globals";
import type { JudgedFinding, Verdict } from "../../src/rbac/verdict.ts";
import { renderCheckRun } from "../../src/render/check-run.ts";

function finding(file: string, more: Partial<JudgedFinding>): JudgedFinding {
  return { file, line: 1, column: 1, rule: "unknown-key", level: "error", message: "expected no such key", ...more };
}

describe("the annotations of a check run", () => {
  it("cost the same whatever stands on the default branch already, and show what is new first", () => {
    const already = Array.from({ length: 5_000 }, (_, index) =>
      finding(`roles/${String(index)}.yml`, { already: true }),
    );
    const verdict: Verdict = {
      ...{ outcome: "blocked", changes: [], violations: [], approvals: [], access: [], judgedBy: "base" },
      findings: [...already, finding("signalbox.yml", {})],
      contributors: [],
      weakerGuardrails: [],
      weakerRules: [],
      switchedOff: [],
    };
    const { annotations } = renderCheckRun({ verdict, plan: { racks: [] } });
    expect(annotations).toHaveLength(100);
    expect(annotations[0]?.path).toBe("signalbox.yml");
  });
});
