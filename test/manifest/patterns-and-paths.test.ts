import { describe, expect, it } from "@jest/globals";
import { changeSetBetween } from "../../src/manifest/change-set.ts";
import { globFault, matchesGlob } from "../../src/manifest/glob.ts";
import { goScalar } from "../../src/manifest/go-scalar.ts";
import { loadConfigRepo } from "./load-config-repo.ts";
import { isEnvironmentKey, parseAppName, parseCommitSha, parseRackName } from "../../src/manifest/names.ts";
import { didYouMean } from "../../src/manifest/near-miss.ts";
import { parsePredefinedRoles } from "../../src/manifest/parse-predefined-roles.ts";
import { parseInstant } from "../../src/manifest/read-parts.ts";
import { isSignalboxPath, unitOf } from "../../src/manifest/repo-paths.ts";
import { matchesSelector, type Selector } from "../../src/manifest/selector.ts";
import type { RackName } from "../../src/manifest/types.ts";
import type { RepoFiles } from "../../src/manifest/compared-files.ts";
import { aTree, predefinedRoles } from "./a-tree.ts";

describe("names", () => {
  const staging = "staging" as RackName;

  it.each<[string, string | null]>([
    ["prod-eu", "prod-eu"],
    ["a".repeat(26), "a".repeat(26)],
    ["a".repeat(27), null],
    ["Prod", null],
    ["1st", null],
    ["", null],
    ["a\n", null],
    ["a/b", null],
  ])("a rack may be called %j: %j", (text, name) => {
    expect(parseRackName(text)).toBe(name);
  });

  it.each<[string, string | null]>([
    ["web", "web"],
    ["system", null],
    ["rack", null],
    ["a".repeat(55), "a".repeat(55)],
    ["a".repeat(56), null],
    ["web_1", null],
  ])("an app on staging may be called %j: %j", (text, name) => {
    expect(parseAppName(staging, text)).toBe(name);
  });

  it("a commit is 40 lower-case hex digits", () => {
    expect(["a".repeat(40), "A".repeat(40), "a".repeat(39), `${"a".repeat(40)}\n`].map(parseCommitSha)).toEqual([
      "a".repeat(40),
      null,
      null,
      null,
    ]);
  });

  it("an environment key begins with no digit", () => {
    expect(["A", "_a1", "1A", "A-B", "", "Ä"].map(isEnvironmentKey)).toEqual([true, true, false, false, false, false]);
  });
});

describe("paths", () => {
  it.each<[string, string | null]>([
    ["signalbox.yml", "access"],
    ["roles/a.yml", "access"],
    ["bindings/a.yml", "access"],
    ["deploy-keys/a.yml", "access"],
    ["tests/a.yml", "access"],
    ["racks/eu/rack.yml", "racks/eu/rack.yml"],
    ["racks/eu/rakc.yml", "racks/eu/rack.yml"],
    ["racks/eu", "racks/eu/rack.yml"],
    ["racks/eu/apps/web/env.yml", "racks/eu/apps/web"],
    ["racks/eu/apps/web/deep/er.yml", "racks/eu/apps/web"],
    ["racks/eu/apps/web", "racks/eu/apps/web"],
    ["racks", "access"],
    ["README.md", null],
    ["rolesx/a.yml", null],
    [".github/CODEOWNERS", null],
    ["sub/signalbox.yml", null],
  ])("%s belongs to %s", (path, unit) => {
    expect(unitOf(path)).toBe(unit);
    expect(isSignalboxPath(path)).toBe(unit !== null);
  });
});

describe("selectors", () => {
  const names = (...list: readonly string[]): Selector => ({ kind: "names", names: list });
  const regex = (source: string): Selector => ({ kind: "regex", source });

  it.each<[Selector, string, boolean]>([
    [{ kind: "all" }, "x", true],
    [{ kind: "none" }, "x", false],
    [names("web"), "web", true],
    [names("web"), "web-api", false],
    [names("a", "web-*"), "web-api", true],
    [names("web-*"), "web-", true],
    [names("*-api"), "web-api", true],
    [names("w*b*i"), "web-api", true],
    [names("*"), "anything", true],
    [names("ab*ba"), "aba", false],
    [names("a*b*b"), "ab", false],
    [names("a**b"), "ab", true],
    [names("a.c"), "abc", false],
    [names("a.c*"), "abcd", false],
    [regex("web-.*"), "web-api", true],
    [regex("web"), "web-api", false],
    [regex("a|ab"), "ab", true],
    [regex("(a+)+$"), `${"a".repeat(5000)}!`, false],
    [regex("a(?=b)"), "ab", false],
  ])("%j on %s: %s", (selector, name, expected) => {
    expect(matchesSelector(selector, name)).toBe(expected);
  });
});

describe("globs", () => {
  it.each<[string, string, boolean]>([
    ["roles/**", "roles/a.yml", true],
    ["roles/*", "roles/a/b.yml", false],
    ["racks/*/apps/payments/**", "racks/eu/apps/payments/env.yml", true],
    ["**/env.yml", "racks/eu/apps/web/env.yml", true],
    ["**/env.yml", "env.yml", true],
    ["racks/e?/rack.yml", "racks/eu/rack.yml", true],
    ["*", ".hidden", true],
    ["**", ".a/.b", true],
    ["signalbox.yml", "signalbox.yml", true],
    ["signalbox.yml", "signalboxxyml", false],
    ["{a,b}", "a", false],
    ["!a", "b", false],
  ])("%s on %s: %s", (glob, path, expected) => {
    expect(matchesGlob(glob, path)).toBe(expected);
  });

  it("are at most 500 characters long", () => {
    expect([500, 501].map((length) => globFault("a".repeat(length)) === null)).toEqual([true, false]);
  });
});

describe("times", () => {
  it.each<[string, string | null]>([
    ["2027-03-31", "2027-03-31T00:00:00.000Z"],
    ["2027-03-31T12:30:15Z", "2027-03-31T12:30:15.000Z"],
    ["2027-03-31t12:30:15.25z", "2027-03-31T12:30:15.250Z"],
    ["2027-03-31T12:30:15+02:00", "2027-03-31T10:30:15.000Z"],
    ["2027-03-31T00:00:00-01:30", "2027-03-31T01:30:00.000Z"],
    ["2028-02-29", "2028-02-29T00:00:00.000Z"],
    ["2027-02-29", null],
    ["2027-13-01", null],
    ["2027-03-31T24:00:00Z", null],
    ["2027-03-31T12:30:15", null],
    ["2027-03-31 12:30:15Z", null],
    ["31.03.2027", null],
  ])("%s is %s", (text, expected) => {
    const instant = parseInstant(text);
    expect(instant === null ? null : new Date(instant).toISOString()).toBe(expected);
  });

  it.each([
    ["30s", 30_000],
    ["10m", 600_000],
    ["1h", 3_600_000],
    ["1m30s", 90_000],
    ["1h1m1s", 3_661_000],
  ])("%s are %d milliseconds", (text, ms) => {
    const tree = aTree({ "signalbox.yml": `version: 1\nsync: { interval: ${text} }\n` });
    expect(loadConfigRepo(tree, { predefinedRoles }).settings.sync.intervalMs).toBe(ms);
  });
});

describe("plain scalars of convox.yml", () => {
  it.each<[string, string | number | boolean | null]>([
    ["yes", true],
    ["Off", false],
    ["y", true],
    ["~", null],
    ["", null],
    ["NULL", null],
    ["nil", "nil"],
    ["5", 5],
    ["-5", -5],
    ["1_000", 1000],
    ["010", 8],
    ["0o10", 8],
    ["0x1F", 31],
    ["0b101", 5],
    ["1.5", 1.5],
    [".5", 0.5],
    ["1e3", 1000],
    [".inf", Infinity],
    ["12:30", "12:30"],
    [".", "."],
    ["-", "-"],
    ["1.2.3", "1.2.3"],
    ["09", 9],
    ["_1", "_1"],
  ])("%j are %j", (source, value) => {
    expect(goScalar(source)).toBe(value);
  });
});

describe("near misses", () => {
  it.each<[string, string | undefined]>([
    ["permision", "did you mean `permissions`?"],
    ["nmaes", "did you mean `names`?"],
    ["Names", "did you mean `names`?"],
    ["zebra", undefined],
    ["", undefined],
    ["x".repeat(65), undefined],
  ])("of %s", (word, hint) => {
    expect(didYouMean(word, ["permissions", "names", "racks"])).toBe(hint);
  });
});

describe("what differs between two trees", () => {
  const files = (tree: Readonly<Record<string, string | null>>): RepoFiles =>
    loadConfigRepo(aTree(tree), { predefinedRoles }).files;
  const env = "racks/staging/apps/web/env.yml";
  const convox = "racks/staging/apps/web/convox.yml";

  it("is nothing for comments, order of keys and form", () => {
    const base = files({ [env]: 'NODE_ENV: production\nA: { ref: "env://X" }\n' });
    const head = files({ [env]: '# why\nA:\n  ref: env://X\nNODE_ENV: "production"\n' });
    expect([...changeSetBetween(base, head)]).toEqual([]);
  });

  it("is each key of env.yml by itself", () => {
    const base = files({ [env]: "NODE_ENV: production\nA: x\nB: x\n" });
    const head = files({ [env]: "NODE_ENV: production\nA: y\nC: x\n" });
    expect([...changeSetBetween(base, head)]).toEqual([
      [`${env}\0A`, { before: '"x"', after: '"y"' }],
      [`${env}\0B`, { before: '"x"', after: null }],
      [`${env}\0C`, { before: null, after: '"x"' }],
    ]);
  });

  it("is each leaf of the other files", () => {
    const base = files({});
    const head = files({ "signalbox.yml": "version: 1\nsync: { interval: 2m, order: [[staging]] }\nguardrails: {}\n" });
    expect([...changeSetBetween(base, head)]).toEqual([
      ["signalbox.yml\0sync.interval", { before: null, after: '"2m"' }],
      ["signalbox.yml\0sync.order[0][0]", { before: null, after: '"staging"' }],
      ["signalbox.yml\0guardrails", { before: null, after: "{}" }],
    ]);
  });

  it("keeps fields apart whose keys hold dots or brackets", () => {
    const rack = (parameters: string): string =>
      `endpoint: https://a.example\npassword: { ref: "env://P" }\nrecipients: [x]\nparameters: ${parameters}\n`;
    const fields = files({ "racks/staging/rack.yml": rack('{ "a.b": "1", "c": "2" }') }).get("racks/staging/rack.yml");
    expect([...(fields?.fields?.keys() ?? [])]).toEqual([
      "endpoint",
      "password.ref",
      "recipients[0]",
      'parameters["a.b"]',
      "parameters.c",
    ]);
  });

  it("is the whole blob for every byte of convox.yml", () => {
    const text = "services:\n  web: { image: a }\n";
    const [base, head] = [text, `${text}# x\n`].map((one) => files({ [convox]: one }));
    if (base === undefined || head === undefined) throw new Error("two trees were made");
    const before = base.get(convox)?.blob;
    const after = head.get(convox)?.blob;
    expect([...changeSetBetween(base, head)]).toEqual([[`${convox}\0`, { before, after }]]);
  });

  it("is the whole blob where one side cannot be read", () => {
    const [base, head] = [files({}), files({ [env]: "A: 1\nA: 2\n" })];
    const [before, after] = [base.get(env)?.blob, head.get(env)?.blob];
    expect([...changeSetBetween(base, head)]).toEqual([[`${env}\0`, { before, after }]]);
  });

  it("is every field of a file that comes or goes, and the file itself where it has none", () => {
    const [base, head] = [files({ [env]: null }), files({ [env]: "{}\n" })];
    expect([...changeSetBetween(base, head).keys()]).toEqual([`${env}\0`]);
    expect([...changeSetBetween(files({}), base)]).toEqual([
      [`${env}\0NODE_ENV`, { before: '"production"', after: null }],
    ]);
  });

  it("knows the line of each field", () => {
    const file = files({ [env]: "# x\nNODE_ENV: production\n\nA: x\n" }).get(env);
    expect([...(file?.lines ?? [])]).toEqual([
      ["NODE_ENV", 2],
      ["A", 4],
    ]);
  });
});

describe("the predefined roles", () => {
  it("are those that Convox documents", () => {
    const inShort = predefinedRoles.map(({ name, permissions }) => [
      name,
      permissions.map(({ resource, action }) => `${action ?? "no"} ${resource}`),
    ]);
    expect(inShort).toEqual([
      ["Administrator", ["write all"]],
      ["DeveloperV2", ["write applications", "read dashboard", "read jobs", "read racks"]],
      [
        "OperatorV2",
        [
          "write applications",
          "write racks",
          "write integrations",
          "write workflows",
          "read audit-logs",
          "read dashboard",
          "read jobs",
        ],
      ],
    ]);
  });

  it("that are broken stop everything", () => {
    expect(() => parsePredefinedRoles(new Map([["X.yml", "permisions: []\n"]]))).toThrow(
      /predefined role X\.yml that came with Signalbox is broken:1:1: expected one of/,
    );
  });
});
