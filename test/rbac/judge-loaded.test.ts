// The judge on repos that the loader read, so that both mean the same by a field, a reaching key and a rule.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { loadConfigRepo } from "../manifest/load-config-repo.ts";
import { parsePredefinedRoles } from "../../src/manifest/parse-predefined-roles.ts";
import type { ConfigRepo } from "../../src/manifest/types.ts";
import { judge } from "../../src/rbac/judge.ts";
import type { Verdict } from "../../src/rbac/verdict.ts";
import { proposeBetween } from "./repo-by-hand.ts";

type Texts = Readonly<Record<string, string>>;

const predefinedRoles = parsePredefinedRoles(
  new Map(
    ["Administrator.yml", "OperatorV2.yml", "DeveloperV2.yml"].map((name) => [
      name,
      readFileSync(new URL(`../../config/roles/${name}`, import.meta.url), "utf8"),
    ]),
  ),
);

const RACK = `
endpoint: https://api.staging.example
password: { ref: "env://STAGING_PASSWORD" }
recipients: ["age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"]
`;

const TEXTS: Texts = {
  "signalbox.yml": "version: 1\n",
  "bindings/all.yml": `
- { role: Administrator, subjects: ["user:pia"] }
- { role: Administrator, subjects: ["user:paul"] }
- { role: DeveloperV2, subjects: ["team:web"] }
`,
  "racks/staging/rack.yml": RACK,
  "racks/staging/apps/web/app.yml": "build: { images: true }\n",
  "racks/staging/apps/web/convox.yml": "services:\n  web:\n    image: nginx:1.27\n    port: 80\n    domain: ${HOST}\n",
  "racks/staging/apps/web/env.yml": "HOST: web.example\nLOG_LEVEL: info\n",
};

function load(texts: Texts): ConfigRepo {
  const files = Object.entries(texts).map(([path, text]) => {
    const file = { path, mode: "100644", blob: JSON.stringify(text), text, size: Buffer.byteLength(text) };
    return [path, file] as const;
  });
  return loadConfigRepo(new Map(files), { predefinedRoles });
}

function verdictOn(author: string, changed: Texts, approvedBy: readonly string[] = []): Verdict {
  const base = load(TEXTS);
  const head = load({ ...TEXTS, ...changed });
  const reviews = approvedBy.map((login) => ({ login }));
  return judge([{ name: "base", repo: base }], proposeBetween({ base, head }, { author, reviews }));
}

/** Outcome, what is lacking, and which rules speak. */
function inShort(verdict: Verdict): readonly [string, string, string] {
  const lacks = verdict.violations.map(({ resource, name }) => `${resource} ${name ?? ""}`.trim());
  return [verdict.outcome, lacks.join(", "), verdict.approvals.map(({ rule }) => rule).join(", ")];
}

describe("the judge, on what the loader read", () => {
  const env = "racks/staging/apps/web/env.yml";
  const convox = "racks/staging/apps/web/convox.yml";
  const manifest = TEXTS[convox] ?? "";
  const cases: readonly [change: string, author: string, changed: Texts, result: ReturnType<typeof inShort>][] = [
    ["nothing", "ana", {}, ["untouched", "", ""]],
    ["a file reformatted", "eve", { [env]: "LOG_LEVEL:   'info'\nHOST: web.example # ours\n" }, ["untouched", "", ""]],
    [
      "a convox.yml that Convox refuses: its finding alone, not what it might reach as well",
      "ana",
      { [convox]: manifest.replace("port: 80", "port: nowhere") },
      ["blocked", "", ""],
    ],
    ["a plain value", "ana", { [env]: "HOST: web.example\nLOG_LEVEL: debug\n" }, ["ready", "", ""]],
    [
      "a plain value, by somebody without rights",
      "eve",
      { [env]: "HOST: web.example\nLOG_LEVEL: debug\n" },
      ["blocked", "environment web", ""],
    ],
    [
      "a value that gives the app a new domain",
      "ana",
      { [env]: "HOST: api.example\nLOG_LEVEL: info\n" },
      ["blocked", "racks staging", ""],
    ],
    ["an image", "ana", { [convox]: manifest.replace("1.27", "1.28") }, ["ready", "", ""]],
    [
      "a privileged service",
      "ana",
      { [convox]: `${manifest}    privileged: true\n` },
      ["blocked", "racks staging", ""],
    ],
    [
      "a rack's endpoint",
      "pia",
      { "racks/staging/rack.yml": RACK.replace("api.staging", "api2.staging") },
      ["waiting", "", "access"],
    ],
    [
      "a rack made production",
      "pia",
      { "racks/staging/rack.yml": `production: true${RACK}` },
      ["waiting", "", "production, access"],
    ],
    ["a rack's version", "pia", { "racks/staging/rack.yml": `version: 3.24.8${RACK}` }, ["ready", "", ""]],
    [
      "a right that somebody gives themselves",
      "ana",
      { "bindings/ana.yml": '- { role: Administrator, subjects: ["user:ana"] }\n' },
      ["blocked", "users", "access"],
    ],
    [
      "the rules, by an administrator",
      "pia",
      { "signalbox.yml": "version: 1\napprovals:\n  - { name: access, require: none }\n" },
      ["waiting", "", "access"],
    ],
  ];
  it.each(cases)("%s by %s", (_, author, changed, result) => {
    expect(inShort(verdictOn(author, changed))).toEqual(result);
  });

  it("takes the approval of another administrator, and of nobody else", () => {
    const changed = { "racks/staging/rack.yml": RACK.replace("api.staging", "api2.staging") };
    expect([verdictOn("pia", changed, ["ana"]).outcome, verdictOn("pia", changed, ["paul"]).outcome]).toEqual([
      "waiting",
      "ready",
    ]);
  });

  it("says what a binding gives", () => {
    const verdict = verdictOn("pia", {
      "bindings/ana.yml": '- { role: OperatorV2, subjects: ["user:eve"], racks: [staging] }\n',
    });
    expect(verdict.access).toEqual([
      {
        subject: "user:eve",
        gains: ["write applications, environment, racks on staging (role OperatorV2, bindings/ana.yml)"],
        loses: [],
      },
    ]);
  });
});

describe("the judge, with a policy that cannot be read", () => {
  const unreadable = load({ ...TEXTS, "signalbox.yml": "version: 2\n" });
  const giving = load({ ...TEXTS, "bindings/e.yml": '- { role: Administrator, subjects: ["user:eve"] }\n' });
  const env = "racks/staging/apps/web/env.yml";

  it.each([
    ["an unreadable base is stood in for by the last verified policy", [unreadable, load(TEXTS)], "ana", "ready"],
    ["which gives nobody what it did not give", [unreadable, load(TEXTS)], "eve", "blocked"],
    ["an unreadable last verified policy lets the base give nothing", [giving, unreadable], "eve", "blocked"],
    ["nor let through what it would have", [load(TEXTS), unreadable], "ana", "blocked"],
  ] as const)("%s", (_rule, [onBase, verified], author, outcome) => {
    const base = load(TEXTS);
    const head = load({ ...TEXTS, [env]: "HOST: web.example\nLOG_LEVEL: debug\n" });
    const policies = [{ name: "base", repo: onBase } as const, { name: "last verified", repo: verified } as const];
    const verdict = judge(policies, proposeBetween({ base, head }, { author }));
    expect(verdict.outcome).toBe(outcome);
  });
});
