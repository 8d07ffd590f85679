// Whose guardrails judge what of a proposal. The trees are read, so that both sides are as they are in a check.
import { describe, expect, it } from "@jest/globals";
import { repoGuardrailFindings } from "../../src/manifest/guardrails/guardrail-findings.ts";
import { loadConfigRepo } from "../manifest/load-config-repo.ts";
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
    const moved = `# moved down\n${convox("acme/web:1").replace("}", ", drain: 9 }")}`;
    expect(found(repoOf(ON, convox("acme/web:1")), repoOf(ON, moved))).toEqual(["error image-pinned already"]);
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

  it("with no value of a parameter in what they keep to tell findings apart", () => {
    const text = `${aTree().get("racks/staging/rack.yml")?.text ?? ""}parameters: { user_data: cnry-value }\n`;
    const repo = loadConfigRepo(aTree({ "racks/staging/rack.yml": text }), { predefinedRoles });
    const [finding, ...others] = repoGuardrailFindings([], repo);
    expect({ rule: finding?.rule, others }).toEqual({ rule: "dangerous-parameter", others: [] });
    expect(finding?.about).toMatch(/^[\w-]{43}$/);
    expect(JSON.stringify(finding)).not.toContain("cnry");
  });

  // Each is at fault in the base; what is written then is at fault as well.
  const WEB_IS = "services:\n  web: ";
  const OPEN = `${WEB_IS}{ image: a, port: 80, domain: [a.example, b.example] }\n`;
  const BALANCED = `${WEB_IS}{ image: a }\nbalancers:\n  open: { service: web, ports: { 80: 80 }, whitelist: [10.0.0.0/8] }\n`;
  const UNCHECKED = `${WEB_IS}{ image: a, port: 80, health: { disable: true } }\n`;
  const INITIAL = `${WEB_IS}{ image: "a@sha256:${"0".repeat(64)}", initContainer: { image: "b:1" } }\n`;
  const FEW = `${WEB_IS}{ image: a, scale: { count: 1-4 } }\n`;
  const ROOT = `${WEB_IS}{ image: a, privileged: true }\n`;
  const judged: readonly [
    what: string,
    rule: string,
    sides: readonly [before: string, after: string],
    isNew: boolean,
  ][] = [
    ["another tag", "image-pinned", [convox("acme/web:1"), convox("acme/web:2")], true],
    ["another image of an init container", "image-pinned", [INITIAL, INITIAL.replace("b:1", "b:2")], true],
    ["its image in other quotes", "image-pinned", [convox("a:1"), convox("a:1").replaceAll('"', "'")], false],
    ["another size", "image-pinned", [convox("a:1"), convox("a:1").replace(" }", ", scale: { count: 2 } }")], false],
    ["another port", "internal-service", [OPEN, OPEN.replace("80", "443")], true],
    ["another domain", "internal-service", [OPEN, OPEN.replace("b.example", "c.example")], true],
    ["its domains in another order", "internal-service", [OPEN, OPEN.replace("a.example, b", "b.example, a")], false],
    ["an allow list", "internal-service", [OPEN, OPEN.replace(" }", ", whitelist: 10.0.0.0/8 }")], true],
    ["another image", "internal-service", [OPEN, OPEN.replace("image: a", "image: b")], false],
    ["a wider balancer", "internal-service", [BALANCED, BALANCED.replace("10.0.0.0/8", "0.0.0.0/0")], true],
    ["a balancer of another port", "internal-service", [BALANCED, BALANCED.replace("80: 80", "81: 80")], true],
    ["its balancer on another line", "internal-service", [BALANCED, `# first\n${BALANCED}`], false],
    ["another port", "health-check", [UNCHECKED, UNCHECKED.replace("80", "443")], true],
    ["another interval", "health-check", [UNCHECKED, UNCHECKED.replace("true }", "true, interval: 9 }")], false],
    ["a lower count", "minimum-scale", [FEW, FEW.replace("1-4", "0-4")], true],
    ["a higher end of its count", "minimum-scale", [FEW, FEW.replace("1-4", "1-5")], false],
    ["another image", "no-privileged", [ROOT, ROOT.replace("image: a", "image: b")], false],
  ];
  it.each(judged)("of what is at fault: %s is new to %s or not", (_, rule, [before, after], isNew) => {
    const settings = `version: 1\nguardrails: { ${rule}: error }\n`;
    expect(found(repoOf(settings, before), repoOf(settings, after))).toEqual([
      `error ${rule}${isNew ? "" : " already"}`,
    ]);
  });

  it("of a domain that another service of the app takes over: anew", () => {
    const settings = "version: 1\nguardrails: { domain-owner: error }\n";
    const other = {
      "signalbox.yml": settings,
      "racks/staging/apps/api/app.yml": "build: { images: true }\n",
      "racks/staging/apps/api/env.yml": "{}\n",
      "racks/staging/apps/api/convox.yml": "services:\n  api: { image: a, domain: x.example }\n",
    };
    const repo = (manifest: string): ConfigRepo =>
      loadConfigRepo(aTree({ ...other, "racks/staging/apps/web/convox.yml": manifest }), { predefinedRoles });
    const before = "services:\n  web: { image: a, domain: x.example }\n  back: { image: a }\n";
    const after = "services:\n  web: { image: a }\n  back: { image: a, domain: x.example }\n";
    expect(found(repo(before), repo(after))).toEqual(["error domain-owner"]);
    expect(found(repo(before), repo(before.replaceAll("image: a", "image: b")))).toEqual([
      "error domain-owner already",
    ]);
  });

  it("of a secret in plain text: anew where it is another one, and not where the rest of the file is", () => {
    const env = (text: string): ConfigRepo =>
      loadConfigRepo(aTree({ "racks/staging/apps/web/env.yml": text }), { predefinedRoles });
    const secretsIn = (before: string, after: string): readonly string[] => {
      const proposal = { ...propose({}), base: env(before), head: env(after) };
      const { findings } = judge([{ name: "base", repo: proposal.base }], proposal);
      const secrets = findings.filter(({ rule }) => rule === "no-plaintext-secret");
      return secrets.map(({ already }) => (already === true ? "already" : "new"));
    };
    const [one, both] = ["DB_PASSWORD: hunter2\n", "{ DB_PASSWORD: hunter2, OTHER_PASSWORD: hunter3 }\n"];
    expect(secretsIn(one, "DB_PASSWORD: hunter4\n")).toEqual(["new"]);
    expect(secretsIn(both, both.replace("hunter3", "hunter4"))).toEqual(["new"]);
    expect(secretsIn(one, "LOG: info\nDB_PASSWORD: 'hunter2'\n")).toEqual(["already"]);
  });

  it("with no part of a secret in what they keep to tell findings apart", () => {
    const { findings } = loadConfigRepo(
      aTree({ "racks/staging/apps/web/env.yml": "DB_PASSWORD: cnry-value\nURL: https://a:cnry@b.example\n" }),
      { predefinedRoles },
    );
    const abouts = findings.flatMap(({ rule, about }) => (rule === "no-plaintext-secret" ? [about] : []));
    expect(abouts).toEqual([expect.stringMatching(/^[\w-]{43}$/), expect.stringMatching(/^[\w-]{43}$/)]);
    expect(JSON.stringify(findings)).not.toContain("cnry");
  });

  it("anew where a parameter that was as it must be is changed or taken out", () => {
    const custom = `{ name: closed, level: error, message: M, each: rack, require: 'has(rack.parameters.private) && rack.parameters.private == "true"' }`;
    const settings = `version: 1\nguardrails: { private-rack: error, custom: [${custom}] }\n`;
    const rackOf = (parameters: string): ConfigRepo => {
      const text = `${aTree().get("racks/staging/rack.yml")?.text ?? ""}parameters: ${parameters}\n`;
      return loadConfigRepo(aTree({ "signalbox.yml": settings, "racks/staging/rack.yml": text }), { predefinedRoles });
    };
    const before = rackOf("{ private: 'true' }");
    expect(found(before, rackOf("{}"))).toEqual(["error private-rack", "error custom/closed"]);
    expect(found(before, rackOf("{ private: 'false' }"))).toEqual([
      "error private-rack",
      "warning dangerous-parameter",
      "error custom/closed",
    ]);
    expect(found(rackOf("{}"), rackOf("{ idle_timeout: '9' }"))).toEqual([
      "error private-rack already",
      "error custom/closed already",
    ]);
  });

  it("by a custom one anew where what it asks of has another value, and not where anything else has", () => {
    const custom = `{ name: few, level: error, message: M, each: service, require: "service.scale.count.max <= 3 && service.name != 'x'" }`;
    const settings = `version: 1\nguardrails: { custom: [${custom}] }\n`;
    const scaled = (count: number, image = "a"): ConfigRepo =>
      repoOf(settings, `services:\n  web: { image: "${image}", scale: { count: ${count} } }\n`);
    expect(found(scaled(4), scaled(5))).toEqual(["error custom/few"]);
    expect(found(scaled(4), scaled(4, "b"))).toEqual(["error custom/few already"]);
    expect(found(scaled(4), scaled(3))).toEqual([]);
  });

  it("by a custom one anew where a text that it asks of is another, though no message says it", () => {
    const custom = `{ name: ours, level: error, message: M, each: service, require: "service.image.startsWith('acme/')" }`;
    const settings = `version: 1\nguardrails: { custom: [${custom}] }\n`;
    const [one, other] = [repoOf(settings, convox("evil/web:1")), repoOf(settings, convox("evil/web:2"))];
    expect(found(one, other)).toEqual(["error custom/ours"]);
    expect(found(one, one)).toEqual([]);
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

  it("by a custom one, of the apps of a rack that changes as well where it asks of the rack", () => {
    const settings = (require: string): string =>
      `version: 1\nguardrails: { custom: [{ name: a, level: error, each: app, message: M, require: "${require}" }] }\n`;
    const production = (text: string, require: string): ConfigRepo => {
      const rack = aTree().get("racks/staging/rack.yml")?.text ?? "";
      const files = { "signalbox.yml": settings(require), "racks/staging/rack.yml": `${rack}production: ${text}\n` };
      return loadConfigRepo(aTree(files), { predefinedRoles });
    };
    const asks = "!rack.production || app.lock";
    expect(found(production("false", asks), production("true", asks))).toEqual(["error custom/a"]);
    expect(found(production("true", asks), production("false", asks))).toEqual([]);
    expect(found(production("false", "app.lock"), production("true", "app.lock"))).toEqual([]);
  });

  it("by those of the head as warnings on apps that it does not touch, a hundred of them at most", () => {
    const apps = Object.fromEntries(
      Array.from({ length: 110 }, (_, index) => `racks/staging/apps/app${index}`).flatMap((folder) => [
        [`${folder}/app.yml`, "build: { images: true }\n"],
        [`${folder}/env.yml`, "{}\n"],
        [`${folder}/convox.yml`, convox("acme/web:1")],
      ]),
    );
    const repo = (settings: string): ConfigRepo =>
      loadConfigRepo(aTree({ ...apps, "signalbox.yml": settings }), { predefinedRoles });
    const met = guardrailFindings(
      [],
      { name: "base", repo: repo(OFF) },
      { ...propose({}), base: repo(OFF), head: repo(ON) },
    );
    expect(met.slice(0, 30).map(({ level, rule }) => `${level} ${rule}`)).toEqual(
      Array(30).fill("warning image-pinned"),
    );
    expect(met.slice(30).map(({ file, rule, message }) => [file, rule, message])).toEqual([
      [
        "signalbox.yml",
        "more-findings",
        "70 more findings by the guardrails of this change; 11 racks and apps were not looked at by them",
      ],
    ]);
  });

  const later = (now: string, then: string, files: Readonly<Record<string, string>> = {}): readonly string[] => {
    const repo = (said: string): ConfigRepo =>
      loadConfigRepo(aTree({ ...files, "signalbox.yml": `version: 1\nguardrails: { ${said} }\n` }), {
        predefinedRoles,
      });
    const [base, head] = [repo(now), repo(then)];
    const met = guardrailFindings([], { name: "base", repo: base }, { ...propose({}), base, head });
    return met.map(
      ({ file, level, rule, message }) =>
        `${file} ${level} ${rule} ${message.slice(0, rule === "more-findings" ? undefined : 46)}`,
    );
  };
  const WEB = "racks/staging/apps/web";
  const two = {
    [`${WEB}/convox.yml`]: "services:\n  web: { image: a, domain: x.example }\n",
    "racks/staging/apps/api/app.yml": "build: { images: true }\n",
    "racks/staging/apps/api/env.yml": `A: "ghp_${"a1B2".repeat(9)}"\n`,
    "racks/staging/apps/api/convox.yml": "services:\n  api: { image: a, domain: x.example }\n",
  };
  const DOMAIN = "warning domain-owner expected a domain of this app alone, found `x.";
  const SECRET = "racks/staging/apps/api/env.yml warning no-plaintext-secret";

  it.each([
    [
      "domains, once they are switched on",
      "",
      "domain-owner: error",
      [`racks/staging/apps/api/convox.yml ${DOMAIN}`, `${WEB}/convox.yml ${DOMAIN}`],
    ],
    [
      "domains, of the apps of the new scope",
      "domain-owner: { level: error, apps: api }",
      "domain-owner: error",
      [`${WEB}/convox.yml ${DOMAIN}`],
    ],
    [
      "secrets in plain text, once they are switched on",
      "no-plaintext-secret: off",
      "no-plaintext-secret: error",
      [SECRET],
    ],
    ["secrets in plain text, once nothing is said of them", "no-plaintext-secret: off", "", [SECRET]],
    [
      "nothing where another message is all that is new",
      "domain-owner: error",
      "domain-owner: { level: error, message: M }",
      [],
    ],
    ["nothing where less is found", "domain-owner: error, no-plaintext-secret: error", "no-plaintext-secret: off", []],
  ])("by those of the head as warnings: %s", (_, now, then, expected) => {
    const found = later(now, then, two);
    expect(found.map((line) => (line.startsWith(SECRET) ? SECRET : line))).toEqual(expected);
  });

  it("by those of the head on as much as a fixed number of steps allows, and says what is left", () => {
    const keys = Array.from({ length: 70 }, (_, index) => `K${index}: x\n`).join("");
    const apps = Array.from({ length: 60 }, (_, index) => `racks/staging/apps/app${index}`).flatMap((folder) => [
      [`${folder}/app.yml`, "build: { images: true }\n"],
      [`${folder}/env.yml`, keys],
      [`${folder}/convox.yml`, convox("acme/web:1")],
    ]);
    const require = "app.environment.all(a, app.environment.all(b, a == b || size(a) > 0))";
    const custom = [0, 1].map(
      (one) => `{ name: g${one}, level: error, each: app, message: M, require: "!${require}" }`,
    );
    const found = later(
      "",
      `custom: [${custom.join(", ")}]`,
      Object.fromEntries(apps) as Readonly<Record<string, string>>,
    );
    expect(found).toHaveLength(31);
    expect(found.at(-1)).toBe(
      "signalbox.yml warning more-findings 32 more findings by the guardrails of this change; 30 racks and apps were not looked at by them",
    );
  });

  it("by the level and scope that the policy gives to secrets in plain text", () => {
    const secret = `A: "ghp_${"a1B2".repeat(9)}"\n`;
    const repo = (said: string, env: string): ConfigRepo =>
      loadConfigRepo(
        aTree({ "signalbox.yml": `version: 1\nguardrails: { ${said} }\n`, "racks/staging/apps/web/env.yml": env }),
        { predefinedRoles },
      );
    const secretsBy = (policy: string, head: string): readonly string[] => {
      const base = repo(policy, "A: a\n");
      const verdict = judge([{ name: "base", repo: base }], { ...propose({}), base, head: repo(head, secret) });
      const levels = verdict.findings.flatMap(({ rule, level }) => (rule === "no-plaintext-secret" ? [level] : []));
      return [verdict.outcome === "blocked" ? "blocked" : "not blocked", ...levels];
    };
    const blocked = ["blocked", "error"];
    expect(secretsBy("", "")).toEqual(blocked);
    expect(secretsBy("", "no-plaintext-secret: off")).toEqual(expect.arrayContaining(blocked));
    expect(secretsBy("no-plaintext-secret: warn", "no-plaintext-secret: warn").slice(1)).toEqual(["warning"]);
    expect(secretsBy("no-plaintext-secret: off", "no-plaintext-secret: off").slice(1)).toEqual([]);
    const elsewhere = 'no-plaintext-secret: { level: error, racks: ["prod-*"] }';
    expect(secretsBy(elsewhere, elsewhere).slice(1)).toEqual([]);
  });

  it("so that an error blocks", () => {
    const [base, head] = [repoOf(ON, PINNED), repoOf(ON, convox("acme/web:1"))];
    const verdict = judge([{ name: "base", repo: base }], { ...propose({}), base, head });
    expect([verdict.outcome, verdict.findings.map(({ rule }) => rule)]).toEqual(["blocked", ["image-pinned"]]);
  });
});
