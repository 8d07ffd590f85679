// The escalation guard, sentence by sentence: ana changes roles, bindings and keys, and may do that; what she may give is asked.
import { describe, expect, it } from "@jest/globals";
import type { Access, DeployKey, Role, Subject } from "../../src/manifest/types.ts";
import { judge } from "../../src/rbac/judge.ts";
import type { Violation } from "../../src/rbac/verdict.ts";
import { access, ADMINISTRATOR, permission, role, type WrittenBinding } from "./access-by-hand.ts";
import { count, DEFAULT_RULES, NOON, policyOf, propose, rule, type Files } from "./repo-by-hand.ts";

const RACKS = permission("racks", "read");
const GUARDIAN = role(
  "guardian",
  permission("users", "write"),
  permission("roles", "write"),
  permission("deploy-keys", "write"),
);
const DEVELOPER = role("developer", RACKS, permission("applications", "write", { names: ["web-*"] }));
const OPERATOR = role("operator", permission("racks", "write"), permission("applications", "write"));
const ROLES = [ADMINISTRATOR, GUARDIAN, DEVELOPER, OPERATOR];

const KEY: DeployKey = {
  name: "ci",
  file: "deploy-keys/ci.yml",
  hashes: ["sha256:a"],
  oidc: null,
  racks: { kind: "names", names: ["staging"] },
  apps: { kind: "names", names: ["web-*"] },
  role: null,
  commands: null,
  expires: Date.parse("2027-06-30"),
};

interface Case {
  /** What ana holds beside the right to change these files. */
  readonly ana?: readonly Omit<WrittenBinding, "subjects">[];
  readonly roles?: readonly Role[];
  readonly before?: readonly WrittenBinding[];
  readonly after?: readonly WrittenBinding[];
  readonly rolesAfter?: readonly Role[];
  readonly keys?: readonly [before: DeployKey | null, after: DeployKey | null];
}

function withKey(given: Access, key: DeployKey | null | undefined): Access {
  return { ...given, keys: new Map(key === null || key === undefined ? [] : [[key.name, key]]) };
}

const RULES = [...DEFAULT_RULES, rule("approvers", count(1, { roles: ["Approver"] }))];

const CHANGE: Files = {
  "bindings/all.yml": { "[0].role": '"x"' },
  "roles/r.yml": { description: '"x"' },
  "deploy-keys/ci.yml": { hash: '"x"' },
};

function violationsOf(written: Case): readonly Violation[] {
  const subjects: readonly Subject[] = ["user:ana"];
  const own = [{ role: "guardian", subjects }, ...(written.ana ?? []).map((held) => ({ ...held, subjects }))];
  const pia = { role: "Administrator", subjects: ["user:pia"] as const };
  const roles = written.roles ?? ROLES;
  const before = access(roles, [pia, ...own, ...(written.before ?? [])]);
  const after = access(written.rolesAfter ?? roles, [pia, ...own, ...(written.after ?? written.before ?? [])]);
  const proposal = propose({
    base: { access: withKey(before, written.keys?.[0]), approvals: RULES },
    head: { access: withKey(after, written.keys?.[1]) },
    change: CHANGE,
  });
  return judge(policyOf(proposal), proposal).violations;
}

function lacks(written: Case): readonly string[] {
  return violationsOf(written).map(({ needs, resource, name, rack }) =>
    [needs, resource, name, rack === undefined ? undefined : `on ${rack}`]
      .filter((word) => word !== undefined)
      .join(" "),
  );
}

const BO = { subjects: ["user:bo"] } as const;

describe("nobody gives what they do not hold", () => {
  const cases: readonly [sentence: string, written: Case, lacking: readonly string[]][] = [
    ["what one holds may be given", { ana: [{ role: "developer" }], after: [{ role: "developer", ...BO }] }, []],
    [
      "a permission that one does not hold may not",
      { after: [{ role: "developer", ...BO }] },
      ["read racks", "write applications web-*"],
    ],
    [
      "reading does not give writing",
      {
        roles: [...ROLES, role("reader", permission("all", "read"))],
        ana: [{ role: "reader" }],
        after: [{ role: "developer", ...BO }],
      },
      ["write applications web-*"],
    ],
    [
      "nobody gives it to themselves either",
      { after: [{ role: "developer", subjects: ["user:ana"] }] },
      ["read racks", "write applications web-*"],
    ],
    [
      "a wider holding covers a narrower gift",
      { ana: [{ role: "operator" }], after: [{ role: "developer", racks: ["staging"], ...BO }] },
      [],
    ],
    [
      "a narrowed holding covers the same narrowing",
      { ana: [{ role: "developer", racks: ["prod-*"] }], after: [{ role: "developer", racks: ["prod-*"], ...BO }] },
      [],
    ],
    [
      "and a rack within it",
      { ana: [{ role: "operator", racks: ["prod-*"] }], after: [{ role: "operator", racks: ["prod-eu"], ...BO }] },
      [],
    ],
    [
      "a pattern is covered by the same text alone",
      { ana: [{ role: "operator", racks: ["p*"] }], after: [{ role: "operator", racks: ["prod-*"], ...BO }] },
      ["write racks", "write applications", "write environment"].slice(0, 2),
    ],
    [
      "a narrowed holding covers no wider gift",
      { ana: [{ role: "operator", racks: ["staging"] }], after: [{ role: "operator", ...BO }] },
      ["write racks", "write applications"],
    ],
    [
      "what the subject holds as well is not given",
      {
        before: [{ role: "operator", ...BO }],
        after: [
          { role: "operator", ...BO },
          { role: "developer", ...BO },
        ],
      },
      [],
    ],
    [
      "what another subject holds is given",
      { before: [{ role: "operator", subjects: ["team:platform"] }], after: [{ role: "operator", ...BO }] },
      ["write racks", "write applications"],
    ],
    ["taking away gives nothing", { before: [{ role: "operator", ...BO }], after: [] }, []],
    [
      "a later end gives",
      {
        before: [{ role: "operator", until: "2027-01-01", ...BO }],
        after: [{ role: "operator", until: "2027-02-01", ...BO }],
      },
      ["write racks", "write applications"],
    ],
    [
      "no end gives more than one",
      { before: [{ role: "operator", until: "2027-01-01", ...BO }], after: [{ role: "operator", ...BO }] },
      ["write racks", "write applications"],
    ],
    [
      "an earlier end gives nothing",
      { before: [{ role: "operator", ...BO }], after: [{ role: "operator", until: "2027-01-01", ...BO }] },
      [],
    ],
    [
      "what one holds until an end is given until then at most",
      {
        ana: [{ role: "operator", until: "2027-01-01" }],
        after: [{ role: "operator", until: "2027-01-02", ...BO }],
      },
      ["write racks", "write applications"],
    ],
    [
      "and may be given until then",
      {
        ana: [{ role: "operator", until: "2027-01-01" }],
        after: [{ role: "operator", until: "2027-01-01", ...BO }],
      },
      [],
    ],
    [
      "a role that gives more gives it to everybody who holds it",
      {
        before: [{ role: "r", ...BO }],
        roles: [...ROLES, role("r", RACKS)],
        rolesAfter: [...ROLES, role("r", RACKS, permission("billing", "read"))],
      },
      ["read billing"],
    ],
    [
      "a role that nobody holds gives nothing yet",
      { roles: [...ROLES, role("r", RACKS)], rolesAfter: [...ROLES, role("r", permission("all", "write"))] },
      [],
    ],
    [
      "a denial that goes gives what it denied",
      {
        before: [{ role: "r", ...BO }],
        roles: [...ROLES, role("r", permission("all", "write"), permission("billing", null, { names: "none" }))],
        rolesAfter: [...ROLES, role("r", permission("all", "write"))],
      },
      ["write billing"],
    ],
    [
      "a cap that goes gives what it capped",
      {
        before: [{ role: "r", ...BO }],
        roles: [...ROLES, role("r", RACKS, permission("applications", "write"), permission("environment", "read"))],
        rolesAfter: [...ROLES, role("r", RACKS, permission("applications", "write"))],
      },
      ["write environment"],
    ],
    [
      "a denial that comes gives nothing",
      {
        before: [{ role: "r", ...BO }],
        roles: [...ROLES, role("r", permission("all", "write"))],
        rolesAfter: [
          ...ROLES,
          role("r", permission("all", "write"), permission("racks", null, { names: "none", racks: ["prod-*"] })),
        ],
      },
      [],
    ],
    [
      "who holds a role with denials may give the role",
      {
        roles: [
          ...ROLES,
          role(
            "r",
            RACKS,
            permission("applications", "write"),
            permission("environment", null, { names: "none", racks: ["prod-*"] }),
          ),
        ],
        ana: [{ role: "r" }],
        after: [{ role: "r", ...BO }],
      },
      [],
    ],
    [
      "who holds all but a type may not give all",
      {
        roles: [...ROLES, role("nearly", permission("all", "write"), permission("billing", null, { names: "none" }))],
        ana: [{ role: "nearly" }],
        after: [{ role: "Administrator", ...BO }],
      },
      ["write billing", "write roles Administrator"],
    ],
    [
      "a role that an approval rule names gives the power to approve",
      {
        roles: [ADMINISTRATOR, GUARDIAN, OPERATOR, role("Approver", permission("users", "read"))],
        ana: [{ role: "operator" }],
        after: [{ role: "Approver", ...BO }],
      },
      ["write roles Approver"],
    ],
    [
      "who holds that role may give it as widely as they hold it",
      {
        roles: [ADMINISTRATOR, GUARDIAN, OPERATOR, role("Approver", RACKS)],
        ana: [{ role: "Approver", racks: ["staging"] }],
        after: [{ role: "Approver", racks: ["staging"], ...BO }],
      },
      [],
    ],
    [
      "and no wider",
      {
        roles: [ADMINISTRATOR, GUARDIAN, OPERATOR, role("Approver", RACKS)],
        ana: [{ role: "Approver", racks: ["staging"] }, { role: "operator" }],
        after: [{ role: "Approver", ...BO }],
      },
      ["write roles Approver"],
    ],
    [
      "a key gives all that it may",
      { keys: [null, KEY] },
      ["read racks on staging", "write applications web-* on staging", "write environment web-* on staging"],
    ],
    ["who holds that may give it by a key", { ana: [{ role: "developer" }], keys: [null, KEY] }, []],
    [
      "another hash gives the key anew",
      { keys: [KEY, { ...KEY, hashes: ["sha256:b"] }] },
      ["read racks on staging", "write applications web-* on staging", "write environment web-* on staging"],
    ],
    ["a hash that goes gives nothing", { keys: [{ ...KEY, hashes: ["sha256:a", "sha256:b"] }, KEY] }, []],
    [
      "a later expiry gives the key anew",
      { keys: [KEY, { ...KEY, expires: Date.parse("2027-07-01") }] },
      ["read racks on staging", "write applications web-* on staging", "write environment web-* on staging"],
    ],
    [
      "fewer apps, commands and days give nothing",
      {
        keys: [
          KEY,
          { ...KEY, apps: { kind: "names", names: ["web-a"] }, commands: ["bin/migrate"], expires: NOON + 1 },
        ],
      },
      [],
    ],
  ];
  it.each(cases)("%s", (_, written, lacking) => {
    expect(lacks(written)).toEqual(lacking);
  });

  it("says what would be given, by which file, what is missing, and who may", () => {
    expect(violationsOf({ after: [{ role: "developer", racks: ["staging"], ...BO }] })[1]).toEqual({
      subject: "user:ana",
      resource: "applications",
      name: "web-*",
      rack: "staging",
      needs: "write",
      reason:
        "this gives user:bo write on applications web-* on staging (role developer, bindings/all.yml), and nobody may give " +
        "what they do not hold: user:ana holds nothing on applications web-* on staging by role guardian (bindings/all.yml#1)",
      paths: ["bindings/all.yml"],
      allowed: ["user:pia"],
      missing: null,
    });
  });

  it("lets who may write all on everything give anything", () => {
    const head = access(ROLES, [{ role: "Administrator", subjects: ["user:pia", "user:bo"] }]);
    const base = access(ROLES, [{ role: "Administrator", subjects: ["user:pia"] }]);
    const proposal = propose({ author: "pia", base: { access: base }, head: { access: head }, change: CHANGE });
    expect(judge(policyOf(proposal), proposal).violations).toEqual([]);
  });

  it("counts a role that only the head's rules name", () => {
    const roles = [ADMINISTRATOR, GUARDIAN, role("named", RACKS)];
    const own: readonly WrittenBinding[] = [
      { role: "guardian", subjects: ["user:ana"] },
      { role: "operator", subjects: ["user:ana"] },
    ];
    const base = access([...roles, OPERATOR], own);
    const head = access([...roles, OPERATOR], [...own, { role: "named", ...BO }]);
    const approvals = [...DEFAULT_RULES, rule("x", count(1, { roles: ["named"] }))];
    const proposal = propose({ base: { access: base }, head: { access: head, approvals }, change: CHANGE });
    const { violations } = judge(policyOf(proposal), proposal);
    expect(violations.map(({ resource, name }) => [resource, name])).toEqual([["roles", "named"]]);
  });
});
