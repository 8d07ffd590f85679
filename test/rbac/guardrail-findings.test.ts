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

  it("with no value of a parameter in what they keep to tell findings apart", () => {
    const text = `${aTree().get("racks/staging/rack.yml")?.text ?? ""}parameters: { user_data: cnry-value }\n`;
    const repo = loadConfigRepo(aTree({ "racks/staging/rack.yml": text }), { predefinedRoles });
    const [finding, ...others] = repoGuardrailFindings([], repo);
    expect({ rule: finding?.rule, others }).toEqual({ rule: "dangerous-parameter", others: [] });
    expect(finding?.about).toMatch(/^[\w-]{43}$/);
    expect(JSON.stringify(finding)).not.toContain("cnry");
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
