// Whose guardrails judge what of a proposal. The trees are read, so that both sides are as they are in a check.
import { describe, expect, it } from "@jest/globals";
import { loadConfigRepo } from "../../src/manifest/load-config-repo.ts";
import type { ConfigRepo } from "../../src/manifest/types.ts";
import { changesOf } from "../../src/rbac/changes.ts";
import { guardrailFindings } from "../../src/rbac/guardrail-findings.ts";
import { judge } from "../../src/rbac/judge.ts";
import { aTree, predefinedRoles } from "../manifest/a-tree.ts";
import { propose } from "./repo-by-hand.ts";

const OFF = "version: 1\n";
const ON = "version: 1\nguardrails: { image-pinned: error }\n";
const convox = (image: string, name = "web"): string => `services:\n  ${name}: { image: "${image}" }\n`;
const PINNED = convox(`acme/web@sha256:${"0".repeat(64)}`);

const repoOf = (settings: string, manifest: string): ConfigRepo =>
  loadConfigRepo(aTree({ "signalbox.yml": settings, "racks/staging/apps/web/convox.yml": manifest }), {
    predefinedRoles,
  });

function found(base: ConfigRepo, head: ConfigRepo, policy = base): readonly string[] {
  const proposal = { ...propose({}), base, head };
  return guardrailFindings(changesOf(base, head), { name: "base", repo: policy }, proposal).map(
    ({ level, rule, already }) => `${level} ${rule}${already === true ? " already" : ""}`,
  );
}

describe("guardrails judge a proposal", () => {
  it("by what changes", () => {
    expect(found(repoOf(ON, PINNED), repoOf(ON, convox("acme/web:1")))).toEqual(["error image-pinned"]);
    expect(found(repoOf(ON, convox("acme/web:1")), repoOf(ON, PINNED))).toEqual([]);
  });

  it("apart from what is there already", () => {
    expect(found(repoOf(ON, convox("acme/web:1")), repoOf(ON, convox("acme/web:2")))).toEqual([
      "error image-pinned already",
    ]);
  });

  it("anew where it is another service", () => {
    expect(found(repoOf(ON, convox("acme/web:1")), repoOf(ON, convox("acme/web:1", "api")))).toEqual([
      "error image-pinned",
    ]);
  });

  it("anew where a parameter has another value, and not where another one changes", () => {
    const rackOf = (parameters: string): ConfigRepo => {
      const tree = aTree();
      const text = `${tree.get("racks/staging/rack.yml")?.text ?? ""}parameters: ${parameters}\n`;
      return loadConfigRepo(aTree({ "racks/staging/rack.yml": text }), { predefinedRoles });
    };
    const before = rackOf("{ user_data: a }");
    expect(found(before, rackOf("{ user_data: b }"))).toEqual(["warning dangerous-parameter"]);
    expect(found(before, rackOf("{ user_data: a, idle_timeout: '9' }"))).toEqual([
      "warning dangerous-parameter already",
    ]);
  });

  it("by those of the policy, whatever the head says", () => {
    expect(found(repoOf(ON, PINNED), repoOf(OFF, convox("acme/web:1")))).toEqual(["error image-pinned"]);
    expect(found(repoOf(OFF, PINNED), repoOf(OFF, convox("acme/web:1")), repoOf(ON, PINNED))).toEqual([
      "error image-pinned",
    ]);
  });

  it("by those of the head as a warning alone", () => {
    expect(found(repoOf(OFF, PINNED), repoOf(ON, convox("acme/web:1")))).toEqual(["warning image-pinned"]);
  });

  it("so that an error blocks", () => {
    const [base, head] = [repoOf(ON, PINNED), repoOf(ON, convox("acme/web:1"))];
    const verdict = judge([{ name: "base", repo: base }], { ...propose({}), base, head });
    expect([verdict.outcome, verdict.findings.map(({ rule }) => rule)]).toEqual(["blocked", ["image-pinned"]]);
  });
});
