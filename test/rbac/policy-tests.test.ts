// Policy tests by a policy that the loader read, and what becomes of them in a verdict.
import { describe, expect, it } from "@jest/globals";
import { loadConfigRepo } from "../manifest/load-config-repo.ts";
import type { ConfigRepo } from "../../src/manifest/types.ts";
import { judge } from "../../src/rbac/judge.ts";
import { runPolicyTests } from "../../src/rbac/policy-tests.ts";
import type { Verdict } from "../../src/rbac/verdict.ts";
import { aTree, predefinedRoles } from "../manifest/a-tree.ts";
import { NOON, PEOPLE, proposeBetween } from "./repo-by-hand.ts";

type Texts = Readonly<Record<string, string>>;

const RACK = (more: string): string =>
  `${more}endpoint: https://api.acme.example\npassword: { ref: "env://PASSWORD" }\nrecipients: ["age1${"q".repeat(58)}"]\n`;

/** Pia administers; web writes on staging and sees production; ops writes both, from the end of the year no more. */
const POLICY: Texts = {
  "racks/prod-eu/rack.yml": RACK("production: true\n"),
  "racks/prod-eu/apps/web/app.yml": "build: { images: true }\n",
  "racks/prod-eu/apps/web/env.yml": "LOG_LEVEL: info\n",
  "racks/prod-eu/apps/web/convox.yml": "services:\n  web:\n    image: acme/web:1\n",
  "roles/web-developer.yml": [
    "permissions:",
    "  - { resource: racks, action: read }",
    "  - { resource: applications, racks: [staging], action: write }",
    "  - { resource: applications, racks: [prod-eu], action: read }",
    "",
  ].join("\n"),
  "bindings/all.yml": [
    '- { role: Administrator, subjects: ["user:pia"] }',
    '- { role: web-developer, subjects: ["team:web", "app:renovate"] }',
    '- { role: OperatorV2, subjects: ["team:ops"], until: 2027-01-01 }',
    "",
  ].join("\n"),
};

function load(texts: Texts): ConfigRepo {
  return loadConfigRepo(aTree({ ...POLICY, ...texts }), { predefinedRoles });
}

/** Each failure of these tests, as `line:column expected … found …: why`. */
function failuresOf(tests: string): readonly string[] {
  const repo = load({ "tests/all.yml": tests });
  expect(repo.findings.filter(({ level }) => level === "error")).toEqual([]);
  return runPolicyTests(repo, NOON, judge).flatMap(({ failures }) =>
    failures.map(
      ({ line, column, expected, got, why }) => `${line}:${column} expected ${expected}, found ${got}: ${why}`,
    ),
  );
}

describe("a policy test of rights", () => {
  const ana = '- name: x\n  as: "user:ana"\n  teams: [web]\n  ';
  const cases: readonly [rule: string, tests: string, failures: readonly string[]][] = [
    ["passes where they may", `${ana}may: { read: [applications web on prod-eu, racks staging] }\n`, []],
    ["passes where they may not", `${ana}mayNot: { write: [applications web on prod-eu, roles, racks] }\n`, []],
    [
      "fails where they may not, on the line of the right, with the reason",
      `${ana}may:\n    write:\n      - applications web on staging\n      - applications web on prod-eu\n`,
      [
        "7:9 expected user:ana may write applications web on prod-eu, found no: user:ana (through team:web) holds read on applications web on prod-eu by role web-developer (bindings/all.yml#1); write is needed",
      ],
    ],
    [
      "fails where they may although they may not",
      `${ana}mayNot: { read: [environment web on prod-eu] }\n`,
      [
        "4:20 expected user:ana may not read environment of web on prod-eu, found yes: user:ana (through team:web) holds read on environment of web on prod-eu by role web-developer (bindings/all.yml#1)",
      ],
    ],
    [
      "takes `may` without a rack for every rack",
      `${ana}may: { write: [applications web] }\n`,
      [
        "4:18 expected user:ana may write applications web on every rack, found no: user:ana (through team:web) holds read on applications web on prod-eu by role web-developer (bindings/all.yml#1); write is needed",
      ],
    ],
    [
      "takes `mayNot` without a rack or a name for none of them",
      `${ana}mayNot: { write: [applications] }\n`,
      [
        "4:21 expected user:ana may not write applications (all of them) on every rack, found yes: user:ana (through team:web) holds write on applications (all of them) on staging by role web-developer (bindings/all.yml#1)",
      ],
    ],
    [
      "knows an app and a team as subjects",
      '- { name: x, as: "app:renovate[bot]", may: { write: [applications web on staging] } }\n' +
        '- { name: y, as: "team:WEB", mayNot: { write: [applications web on prod-eu] } }\n',
      [],
    ],
    [
      "gives a person nothing through a team that the test does not name",
      '- { name: x, as: "user:ana", may: { read: [racks staging] } }\n',
      [
        "1:44 expected user:ana may read the rack staging, found no: user:ana has no binding; read on the rack staging is needed",
      ],
    ],
    [
      "is judged at its own time",
      '- { name: x, as: "team:ops", may: { write: [racks staging] } }\n' +
        '- { name: y, as: "team:ops", at: 2027-01-01, mayNot: { write: [racks staging] } }\n',
      [],
    ],
  ];
  it.each(cases)("%s", (_, tests, failures) => {
    expect(failuresOf(tests)).toEqual(failures);
  });
});

describe("a policy test of a verdict", () => {
  const PROD = "racks/prod-eu/apps/web/env.yml";
  const change = (written: string, expect: string): string =>
    `- name: x\n  change: { ${written} }\n  expect: ${expect}\n`;
  const ops = "teams: { ops: [ola, otto] }";
  const cases: readonly [rule: string, tests: string, failures: readonly string[]][] = [
    ["waits for who could approve", change(`by: "user:ola", paths: [${PROD}], ${ops}`, "waiting"), []],
    ["is ready once approved", change(`by: "user:ola", paths: [${PROD}], approvedBy: [otto], ${ops}`, "ready"), []],
    [
      "does not count a contributor's approval",
      change(`by: "user:ola", paths: [${PROD}], approvedBy: [otto], contributors: [otto], ${ops}`, "waiting"),
      [],
    ],
    [
      "is blocked where a contributor may not",
      change(`by: "user:ola", paths: [${PROD}], contributors: [eve], ${ops}`, "blocked"),
      [],
    ],
    ["is ready where no rule asks", change('by: "app:renovate", paths: [racks/staging/apps/web/env.yml]', "ready"), []],
    ["is untouched by what is nobody's", change('by: "user:eve", paths: [README.md]', "untouched"), []],
    [
      "knows a file that is not there yet, of a new app as well",
      change(
        `by: "user:ola", paths: [racks/staging/apps/new/env.yml, racks/staging/apps/new/app.yml], ${ops}`,
        "ready",
      ),
      [],
    ],
    ["asks an administrator for access files", change('by: "user:pia", paths: [bindings/new.yml]', "waiting"), []],
    [
      "is judged at its own time",
      change(`by: "user:ola", paths: [${PROD}], approvedBy: [otto], at: 2027-01-01, ${ops}`, "blocked"),
      [],
    ],
    [
      "fails on the line of `expect`, with what decided",
      change(`by: "user:ola", paths: [${PROD}], ${ops}`, "ready"),
      [
        "3:11 expected ready, found waiting: production: needs 1 more of those who may write it: otto and pia could approve",
      ],
    ],
    [
      "fails with what was not allowed",
      change(`by: "user:eve", paths: [${PROD}]`, "waiting"),
      [
        "3:11 expected waiting, found blocked: user:eve may not write environment web on prod-eu: user:eve has no binding",
      ],
    ],
    [
      "fails with who approved",
      change(`by: "user:ola", paths: [${PROD}], approvedBy: [otto], ${ops}`, "waiting"),
      ["3:11 expected waiting, found ready: production: approved by otto"],
    ],
  ];
  it.each(cases)("%s", (_, tests, failures) => {
    expect(failuresOf(tests)).toEqual(failures);
  });
});

describe("in a verdict, policy tests", () => {
  const TESTS: Texts = {
    "tests/all.yml":
      '- { name: web leaves production alone, as: "team:web", mayNot: { write: [applications web on prod-eu] } }\n',
  };
  const LOOSE = {
    "roles/web-developer.yml":
      "permissions:\n  - { resource: racks, action: read }\n  - { resource: applications, action: write }\n",
  };
  const FAILING = {
    "tests/all.yml": '- { name: nobody reads, as: "team:web", mayNot: { read: [racks staging] } }\n',
  };

  function verdictOn(base: Texts, changed: Texts): Verdict {
    const sides = { base: load(base), head: load({ ...base, ...changed }) };
    const people = { ...PEOPLE, members: new Set(["pia", "paul"]), teams: new Map<string, ReadonlySet<string>>() };
    return judge([{ name: "base", repo: sides.base }], proposeBetween(sides, { author: "pia", people }));
  }

  const failed = ({ findings }: Verdict): readonly (readonly [string, boolean])[] =>
    findings
      .filter(({ rule }) => rule === "policy-test")
      .map(({ file, line, column, already }) => [`${file}:${line}:${column}`, already === true] as const);

  it("block a change that makes one fail, on its line", () => {
    const verdict = verdictOn(TESTS, LOOSE);
    expect([verdict.outcome, failed(verdict)]).toEqual(["blocked", [["tests/all.yml:1:74", false]]]);
    expect(verdict.findings[0]?.message).toBe(
      '"web leaves production alone": expected team:web may not write applications web on prod-eu, found yes: ' +
        "team:web holds write on applications web on prod-eu by role web-developer (bindings/all.yml#1)",
    );
  });
  it("run by the policy of the head, the tests of the head as well", () => {
    expect(failed(verdictOn({}, { ...TESTS, ...LOOSE }))).toEqual([["tests/all.yml:1:74", false]]);
    expect(
      failed(verdictOn({ ...TESTS, ...LOOSE }, { "roles/web-developer.yml": POLICY["roles/web-developer.yml"] ?? "" })),
    ).toEqual([]);
  });
  it("do not block where they fail on the base as well", () => {
    const verdict = verdictOn(FAILING, { "signalbox.yml": "version: 1\nsync: { concurrency: 2 }\n" });
    expect([verdict.outcome, failed(verdict)]).toEqual(["waiting", [["tests/all.yml:1:58", true]]]);
  });
  it("are not run where a policy cannot be read", () => {
    expect(failed(verdictOn({}, { ...FAILING, "bindings/more.yml": "- { role: 1 }\n" }))).toEqual([]);
  });
});
