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
  [
    "an unknown key of a binding and a date that no year has beside it",
    "bindings/b.yml",
    ["- role: OperatorV2", "  subjects: [user:ana]", "  rack: [staging]", "  until: 2027-02-30"],
    ["3 unknown-key", "4 bad-date"],
  ],
  [
    "a subject of no kind and the role that is not there beside it",
    "bindings/b.yml",
    ["- role: Nobody", "  subjects: [ana, app:github-actions]"],
    ["1 unknown-role", "2 bad-value", "2 github-actions"],
  ],
  [
    "a binding that lacks a key, with a role that is not there, and the bindings after it in their places",
    "bindings/b.yml",
    ["- role: Nobody", "- 3", "- role: Nobody", "  subjects: [user:ana]"],
    ["1 missing-key", "1 unknown-role", "2 bad-value", "3 unknown-role"],
  ],
  [
    "an unknown key of a permission and `racks` that it has no use for",
    "roles/r.yml",
    ["permissions:", "  - resource: roles", "    action: read", "    racks: all", "    rank: 3"],
    ["4 racks-without-rack", "5 unknown-key"],
  ],
  [
    "of a permission whose `action` is misspelt it is not said that it has none",
    "roles/r.yml",
    ["permissions:", "  - { resource: racks, acton: read }"],
    ["2 unknown-key"],
  ],
  [
    "of a permission on nothing that is known it is not said what belongs to a rack",
    "roles/r.yml",
    ["permissions:", "  - { resource: nothing, action: read, racks: [staging] }"],
    ["2 bad-value"],
  ],
  [
    "a rack without password, with an address that is not safe and a secret in the open",
    "racks/staging/rack.yml",
    [
      "endpoint: http://api.example",
      `recipients: [age1${"q".repeat(58)}]`,
      "colour: red",
      "parameters: { token: abc }",
    ],
    ["1 missing-key", "1 bad-endpoint", "3 unknown-key", "4 plain-secret"],
  ],
  [
    "a build of no known kind is said once, and a hook's time beside it",
    "racks/staging/apps/web/app.yml",
    ["build: { image: true }", "release: { timeout: 0m }"],
    ["1 unknown-key", "2 bad-duration"],
  ],
  [
    "an app without a build, and a hook's time",
    "racks/staging/apps/web/app.yml",
    ["lock: true", "release: { timeout: 0m }"],
    ["1 missing-key", "2 bad-duration"],
  ],
  [
    "a guardrail without its message and with a faulty expression, and the one after it",
    "signalbox.yml",
    [
      "version: 1",
      "guardrails:",
      "  custom:",
      "    - { name: a, level: error, each: service, require: 'service.nothing' }",
      "    - { name: A, level: error, each: service, require: 'true', message: M }",
    ],
    ["4 missing-key", "4 bad-expression", "5 duplicate-name"],
  ],
  [
    "of what a guardrail asks nothing is said where it is not known what it judges",
    "signalbox.yml",
    [
      "version: 1",
      "guardrails:",
      "  custom:",
      "    - { name: a, level: error, each: services, require: 'service.internal', message: M }",
    ],
    ["4 bad-value"],
  ],
  [
    "of names that are missing none is taken",
    "signalbox.yml",
    [
      "version: 1",
      "approvals:",
      "  - { require: none }",
      "  - { require: none }",
      "  - { name: stand-in, require: none }",
      "  - { name: b, require: { count: 1, form: { can: write } } }",
    ],
    ["3 missing-key", "4 missing-key", "6 unknown-key"],
  ],
  [
    "of an approval rule it is not said what it catches where its `when` has a mistake",
    "signalbox.yml",
    [
      "version: 1",
      "approvals:",
      "  - name: apps",
      "    when: { production: never, paths: ['racks/[ab]/**'] }",
      "    require: { count: 1, from: { can: write } }",
      "    keepOnPush: true",
    ],
    ["4 bad-value", "4 bad-glob"],
  ],
  [
    "of a freeze that begins at no time it is not said that it ends before",
    "signalbox.yml",
    ["version: 1", "freezes: [{ racks: all, from: never, until: 2026-01-01, reason: a }]"],
    ["2 bad-value"],
  ],
  [
    "a name that is none and a sealed value that is none",
    "racks/staging/apps/web/env.yml",
    ["NODE-ENV: a", "NODE_ENV: a", "B: { age: nothing }"],
    ["1 bad-name", "3 bad-sealed-value"],
  ],
  [
    "an unknown key of a test and a resource that is not known",
    "tests/t.yml",
    ["- name: a", "  as: user:ana", "  because: b", "  may: { read: [nothing, roles] }"],
    ["3 unknown-key", "4 unknown-resource"],
  ],
  [
    "of a deploy key whose `hash` is misspelt it is not said that it has none, and its end is looked at",
    "deploy-keys/k.yml",
    ["hahs: short", "racks: [staging]", "apps: all", "expires: 2027-02-30"],
    ["1 unknown-key", "4 bad-date"],
  ],
  [
    "a wrong type of a service and a port that is none beside it",
    CONVOX,
    ["services:", "  web:", "    image: a", "    agent: x", "    port: 70000"],
    ["4 bad-value", "5 convox-port"],
  ],
  [
    "a wrong type within `health` hides what else is within it, and nothing of the service",
    CONVOX,
    ["services:", "  web:", "    image: a", "    port: 80", "    health: []", "    volumes: [data]"],
    ["5 bad-value", "6 convox-volume"],
  ],
  [
    "of a count it is not said what it may be where it is not known whether an agent has it",
    CONVOX,
    ["services:", "  web:", "    image: a", "    agent: x", "    scale: { count: 3-1 }"],
    ["4 bad-value"],
  ],
  [
    "of an image of a wrong type it is not said that there is none",
    CONVOX,
    ["services:", "  web:", "    image: []", "    port: 70000"],
    ["3 bad-value", "4 convox-port"],
  ],
  [
    "a timer without its service and a key that env.yml lacks",
    CONVOX,
    [
      "services:",
      "  web:",
      "    image: a",
      "    environment: [MISSING]",
      "timers:",
      "  t: { schedule: 0 * * * *, command: a }",
    ],
    ["4 required-key", "6 missing-key"],
  ],
];

describe("one pass over a file", () => {
  it.each(CASES)("%s", (_, path, lines, found) => {
    expect(inShort(path, `${lines.join("\n")}\n`)).toEqual(found);
  });
});
