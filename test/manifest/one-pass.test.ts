// All mistakes of a file are said at once: what the schema refuses does not hide what the rules beyond it have to say.
import { describe, expect, it } from "@jest/globals";
import { loadConfigRepo } from "./load-config-repo.ts";
import { aTree, predefinedRoles } from "./a-tree.ts";

function inShort(path: string, text: string): readonly string[] {
  const { findings } = loadConfigRepo(aTree({ [path]: text }), { predefinedRoles });
  return findings
    .filter(({ rule, level }) => rule !== "not-used-yet" && level === "error")
    .map(({ file, line, rule }) => `${file === path ? line : file} ${rule}`);
}

const CONVOX = "racks/staging/apps/web/convox.yml";

const CASES: readonly [name: string, path: string, lines: readonly string[], found: readonly string[]][] = [
  [
    "a wrong type in one service and a rule broken in another",
    CONVOX,
    ["services:", "  web: { image: a, port: [] }", "  api: { image: a, scale: { count: 3-1 } }"],
    ["2 bad-value", "3 convox-scale"],
  ],
  [
    "a service that has a mistake is there for a timer that names it",
    CONVOX,
    ["services:", "  web: { image: a, agent: x }", "timers:", "  t: { schedule: 0 * * * ?, command: a, service: web }"],
    ["2 bad-value"],
  ],
  [
    "a key that env.yml lacks, beside a top-level key of another type",
    CONVOX,
    ["labels: 3", "services:", "  web:", "    image: a", "    environment: [MISSING]"],
    ["1 bad-value", "5 required-key"],
  ],
  [
    "a mistake in one binding and a role that is not there in another",
    "bindings/b.yml",
    ["- { role: Nobody, subjects: [user:ana] }", "- { role: OperatorV2, subject: [user:ana] }"],
    ["1 unknown-role", "2 unknown-key"],
  ],
  [
    "a mistake in one permission and an action that is missing in another",
    "roles/r.yml",
    ["permissions:", "  - { resource: racks }", "  - { resource: nothing, action: read }"],
    ["2 missing-key", "3 bad-value"],
  ],
  [
    "a wrong setting and a freeze that ends before it begins",
    "signalbox.yml",
    [
      "version: 1",
      "sync: { drift: perhaps }",
      'freezes: [{ racks: all, from: "2026-02-01T00:00:00Z", until: "2026-01-01T00:00:00Z", reason: a }]',
    ],
    ["2 bad-value", "3 bad-date"],
  ],
  [
    "of a deploy key whose hash is wrong it is not said that it has none",
    "deploy-keys/k.yml",
    ["hash: short", "racks: [staging]", "apps: all", "expires: 2027-01-01T00:00:00Z"],
    ["1 bad-value"],
  ],
];

describe("one pass over a file", () => {
  it.each(CASES)("%s", (_, path, lines, found) => {
    expect(inShort(path, `${lines.join("\n")}\n`)).toEqual(found);
  });
});
