import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { parseServeSettings, type Variables } from "../../src/commands/serve-settings.ts";

function pem(key: { export(options: { type: "pkcs8"; format: "pem" }): string | Buffer }): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

const ED25519 = pem(generateKeyPairSync("ed25519").privateKey);
const RSA = pem(generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey);
const SECRET = "5f0c1d2e3b4a59687786a5b4c3d2e1f0aabbccdd";

const REQUIRED: Variables = {
  GITHUB_APP_ID: "17",
  GITHUB_APP_KEY: RSA,
  GITHUB_WEBHOOK_SECRET: SECRET,
  SIGNALBOX_REPO: "acme/config",
  SIGNALBOX_ROOT: "a".repeat(40),
  SIGNALBOX_GRANTS: "grants.yml",
  SIGNALBOX_SIGNING_KEY: ED25519,
  SIGNALBOX_DATA: "data",
};

function readFile(path: string): string {
  if (path === "grants.yml") return '- { hosts: ["*.acme.example"] }\n';
  if (path === "typo.yml") return '- { host: ["*.acme.example"] }\n';
  if (path === "secret.txt") return `${SECRET}\n`;
  throw new Error(`no file ${path} that holds ${SECRET}`);
}

function problemsOf(variables: Variables): readonly string[] {
  const parsed = parseServeSettings({ ...REQUIRED, ...variables }, readFile);
  return "problems" in parsed ? parsed.problems : [];
}

describe("the settings of serve", () => {
  it("have Convox's and GitHub's own waits where nothing else is said", () => {
    const parsed = parseServeSettings(REQUIRED, readFile);
    expect(parsed).toEqual({
      settings: {
        appId: 17,
        appKey: RSA.trim(),
        webhookSecrets: [SECRET],
        apiUrl: "https://api.github.com",
        repo: "acme/config",
        root: "a".repeat(40),
        grants: '- { hosts: ["*.acme.example"] }\n',
        signingKey: ED25519.trim(),
        ageIdentities: [],
        dataFolder: "data",
        address: { host: "127.0.0.1", port: 3000 },
        ledgerBranch: "signalbox/ledger",
        ledgerIntervalMs: 10_000,
        writeSpacingMs: 1_000,
        appPollMs: 5_000,
        buildPollMs: 1_000,
        logLevel: "info",
        clockFile: "",
        variables: REQUIRED,
      },
    });
  });

  it("say everything that is missing at once", () => {
    const parsed = parseServeSettings({}, readFile);
    const names = "problems" in parsed ? parsed.problems.map((problem) => problem.split(":", 1)[0]) : [];
    expect(names).toEqual(Object.keys(REQUIRED).sort((a, b) => names.indexOf(a) - names.indexOf(b)));
  });

  it.each<[string, Variables, readonly string[]]>([
    [
      "a secret that GitHub's libraries fall back to",
      { GITHUB_WEBHOOK_SECRET: "development" },
      ["GITHUB_WEBHOOK_SECRET"],
    ],
    ["a secret that is long and guessed", { GITHUB_WEBHOOK_SECRET: "a".repeat(64) }, ["GITHUB_WEBHOOK_SECRET"]],
    ["a secret that is short", { GITHUB_WEBHOOK_SECRET: SECRET.slice(0, 31) }, ["GITHUB_WEBHOOK_SECRET"]],
    ["three secrets", { GITHUB_WEBHOOK_SECRET: `${SECRET} ${SECRET}x ${SECRET}y` }, ["GITHUB_WEBHOOK_SECRET"]],
    ["two secrets, during a rotation", { GITHUB_WEBHOOK_SECRET: `${SECRET} ${SECRET}x` }, []],
    ["a key of another kind for the ledger", { SIGNALBOX_SIGNING_KEY: RSA }, ["SIGNALBOX_SIGNING_KEY"]],
    ["a root that is a branch", { SIGNALBOX_ROOT: "main" }, ["SIGNALBOX_ROOT"]],
    ["plain http to somewhere else", { GITHUB_API_URL: "http://github.acme.example/api/v3" }, ["GITHUB_API_URL"]],
    ["plain http on loopback", { GITHUB_API_URL: "http://127.0.0.1:80" }, []],
    ["a password in an address", { GITHUB_API_URL: "https://u:p@github.acme.example" }, ["GITHUB_API_URL"]],
    ["a grants file that is not there", { SIGNALBOX_GRANTS: "nowhere.yml" }, ["SIGNALBOX_GRANTS"]],
    ["a grants file with a typo in it", { SIGNALBOX_GRANTS: "typo.yml" }, ["SIGNALBOX_GRANTS"]],
    ["a spacing that GitHub would not like", { SIGNALBOX_WRITE_SPACING: "200ms" }, ["SIGNALBOX_WRITE_SPACING"]],
    ["no spacing, in simulations", { SIGNALBOX_WRITE_SPACING: "0s" }, []],
    ["a duration without its unit", { SIGNALBOX_APP_POLL: "5" }, ["SIGNALBOX_APP_POLL"]],
    ["a port that is none", { SIGNALBOX_ADDRESS: "127.0.0.1:99999" }, ["SIGNALBOX_ADDRESS"]],
    ["an identity that is a recipient", { SIGNALBOX_AGE_IDENTITIES: "age1xyz" }, ["SIGNALBOX_AGE_IDENTITIES"]],
    ["a secret from a file", { GITHUB_WEBHOOK_SECRET: "", GITHUB_WEBHOOK_SECRET_FILE: "secret.txt" }, []],
    [
      "a file that cannot be read",
      { GITHUB_WEBHOOK_SECRET: "", GITHUB_WEBHOOK_SECRET_FILE: "gone" },
      ["GITHUB_WEBHOOK_SECRET_FILE"],
    ],
  ])("judge %s", (_case, variables, names) => {
    const problems = problemsOf(variables);
    expect(problems.map((problem) => problem.split(":", 1)[0])).toEqual(names);
    expect(problems.join("\n")).not.toContain(SECRET.slice(0, 20));
  });
});
