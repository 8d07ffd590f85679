import { describe, expect, it } from "@jest/globals";
import type { ApprovalRule } from "../../src/manifest/types.ts";
import { judge } from "../../src/rbac/judge.ts";
import {
  count,
  FILES,
  from,
  LOG_LEVEL_ON_PRODUCTION,
  LOG_LEVEL_ON_STAGING,
  policyOf,
  propose,
  rule,
  when,
  type WrittenProposal,
} from "./repo-by-hand.ts";

function rulesMetBy(written: WrittenProposal): readonly string[] {
  const proposal = propose(written);
  return judge(policyOf(proposal), proposal).approvals.map(({ rule: name }) => name);
}

describe("a rule is met", () => {
  const bindingsChange = { "bindings/web.yml": { "0.role": '"x"' } };
  const labelled = rule("asked", count(1, {}), { when: when({ labels: ["Risky"] }) });
  const by = (authors: Partial<ReturnType<typeof from>>): ApprovalRule =>
    rule("asked", count(1, {}), { when: when({ authors: from(authors) }) });
  const conditioned = (condition: Parameters<typeof when>[0]): NonNullable<WrittenProposal["base"]> => ({
    approvals: [rule("asked", count(1, {}), { when: when(condition) })],
  });
  const cases: readonly [rule: string, proposal: WrittenProposal, met: readonly string[]][] = [
    ["by no change at all: none", { base: { approvals: [rule("asked", count(1, {}))] } }, []],
    [
      "without `when`, by any change",
      { base: { approvals: [rule("asked", count(1, {}))] }, change: LOG_LEVEL_ON_STAGING },
      ["asked"],
    ],
    ["production: by a change on a production rack", { change: LOG_LEVEL_ON_PRODUCTION }, ["production"]],
    ["production: by none on another rack", { change: LOG_LEVEL_ON_STAGING }, []],
    [
      "production: where the head alone says so",
      { change: { ...LOG_LEVEL_ON_STAGING, "racks/staging/rack.yml": { endpoint: '""', production: "true" } } },
      ["production", "access"],
    ],
    [
      "production: where the base alone says so",
      { change: { ...LOG_LEVEL_ON_PRODUCTION, "racks/prod-eu/rack.yml": { endpoint: '""' } } },
      ["production", "access"],
    ],
    [
      "production: where the rack cannot be read",
      {
        base: { files: { ...FILES, "racks/staging/rack.yml": null }, unreadable: ["staging"] },
        change: LOG_LEVEL_ON_STAGING,
      },
      ["production"],
    ],
    ["access: by bindings", { change: bindingsChange }, ["access"]],
    ["access: by tests", { change: { "tests/all.yml": { "0.name": '""' } } }, ["access"]],
    ["access: by a rack that is added", { change: { "racks/new/rack.yml": { endpoint: '""' } } }, ["access"]],
    [
      "access: by a parameter that runs code on a rack",
      { change: { "racks/staging/rack.yml": { ...FILES["racks/staging/rack.yml"], "parameters.user_data": '""' } } },
      ["access"],
    ],
    [
      "access: by a parameter that opens a rack",
      { change: { "racks/staging/rack.yml": { ...FILES["racks/staging/rack.yml"], "parameters.whitelist": '""' } } },
      ["access"],
    ],
    [
      "access: by a parameter that opens a rack, sealed",
      {
        change: {
          "racks/staging/rack.yml": { ...FILES["racks/staging/rack.yml"], "parameters.webhook_signing_key.age": '""' },
        },
      },
      ["access"],
    ],
    [
      "access: by a parameter that nobody knows",
      { change: { "racks/staging/rack.yml": { ...FILES["racks/staging/rack.yml"], "parameters.ssh": '""' } } },
      ["access"],
    ],
    [
      "access: by parameters of which nothing more is known",
      { change: { "racks/staging/rack.yml": { ...FILES["racks/staging/rack.yml"], parameters: '""' } } },
      ["access"],
    ],
    [
      "access: not by a parameter that only sizes a rack",
      { change: { "racks/staging/rack.yml": { ...FILES["racks/staging/rack.yml"], "parameters.node_type": '""' } } },
      [],
    ],
    [
      "access: not by the version of a rack",
      { change: { "racks/staging/rack.yml": { ...FILES["racks/staging/rack.yml"], version: '"3"' } } },
      [],
    ],
    [
      "access: by a rack's password whatever its `when` says",
      {
        base: { approvals: [rule("access", count(1, {}), { when: when({ paths: ["roles/**"] }) })] },
        change: { "racks/staging/rack.yml": { ...FILES["racks/staging/rack.yml"], "password.age": '"…"' } },
      },
      ["access"],
    ],
    [
      "by the old path of a rename",
      {
        base: conditioned({ paths: ["racks/staging/**"] }),
        change: { "racks/staging/apps/web/env.yml": undefined, "racks/other/apps/web/env.yml": { A: '""' } },
      },
      ["asked"],
    ],
    [
      "by the new path of a rename",
      {
        base: conditioned({ paths: ["racks/other/**"] }),
        change: { "racks/staging/apps/web/env.yml": undefined, "racks/other/apps/web/env.yml": { A: '""' } },
      },
      ["asked"],
    ],
    [
      "by a path that its glob matches, dots and all",
      { base: conditioned({ paths: ["racks/*/apps/web/**"] }), change: LOG_LEVEL_ON_STAGING },
      ["asked"],
    ],
    ["by no other path", { base: conditioned({ paths: ["racks/*/apps/api/**"] }), change: LOG_LEVEL_ON_STAGING }, []],
    [
      "by a kind of change",
      { base: conditioned({ changes: ["environment"] }), change: LOG_LEVEL_ON_STAGING },
      ["asked"],
    ],
    ["by no other kind", { base: conditioned({ changes: ["manifest"] }), change: LOG_LEVEL_ON_STAGING }, []],
    [
      "only where one change meets all conditions",
      {
        base: conditioned({ changes: ["environment"], production: true }),
        change: { ...LOG_LEVEL_ON_STAGING, "racks/prod-eu/apps/web/convox.yml": { "": "two" } },
      },
      [],
    ],
    [
      "by its label, whatever its case",
      { base: { approvals: [labelled] }, labels: ["risky"], change: LOG_LEVEL_ON_STAGING },
      ["asked"],
    ],
    ["by no other label", { base: { approvals: [labelled] }, labels: ["fine"], change: LOG_LEVEL_ON_STAGING }, []],
    ["by its authors", { base: { approvals: [by({ teams: ["web"] })] }, change: LOG_LEVEL_ON_STAGING }, ["asked"]],
    ["by no other author", { base: { approvals: [by({ teams: ["platform"] })] }, change: LOG_LEVEL_ON_STAGING }, []],
    [
      "by a bot that it names",
      {
        base: { approvals: [by({ users: ["renovate[bot]"] })] },
        author: "renovate[bot]",
        change: LOG_LEVEL_ON_STAGING,
      },
      ["asked"],
    ],
  ];
  it.each(cases)("%s", (_, proposal, met) => {
    expect(rulesMetBy(proposal)).toEqual(met);
  });
});
