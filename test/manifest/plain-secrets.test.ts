// Secrets in plain text. Those here are made of pieces, so that nobody's scanner takes this file for a leak.
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { changeSetBetween } from "../../src/manifest/change-set.ts";
import { loadConfigRepo } from "./load-config-repo.ts";
import { knownForms } from "../../src/manifest/plain-secrets/known-forms.ts";
import { scannedForms, secretlintForms } from "../../src/manifest/plain-secrets/secretlint-rules.ts";
import { secretByName } from "../../src/manifest/plain-secrets/secret-by-name.ts";
import type { Finding } from "../../src/manifest/types.ts";
import { aTree, predefinedRoles } from "./a-tree.ts";

const ENV = "racks/staging/apps/web/env.yml";
const CONVOX = "racks/staging/apps/web/convox.yml";
const RACK = "racks/staging/rack.yml";

/** Letters and digits that no word has, always the same. */
const random = (length: number): string => "kQ7xV2mZp9RtYb4LwJ8sNd3HfGc6TaUe1XoBqP5i".repeat(60).slice(0, length);
const hex = (length: number): string =>
  "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".repeat(9).slice(0, length);
/** Of a length that leaves the closing brace in bytes of its own. */
const base64Json = (json: object): string => {
  const text = JSON.stringify(json);
  return Buffer.from(text.replace(/\}$/, `${" ".repeat((3 - ((text.length - 1) % 3)) % 3)}}`)).toString("base64");
};

const pem = (kind: string): string =>
  `-----BEGIN ${kind}PRIVATE KEY-----\n${random(64)}\n${random(64)}\n-----END ${kind}PRIVATE KEY-----`;

/** By the rules of secretlint; each of them at least once. */
const SECRETLINT: readonly (readonly [string, string])[] = [
  ["an AWS secret access key", `AWS_SECRET_ACCESS_KEY="${random(40)}"`],
  ["an AWS secret access key", `secretaccesskey: ${random(40)}`],
  ["an npm token", `npm_${random(36)}`],
  ["an address with a password in it", `https://ana:${random(12)}@registry.acme.example/x`],
  ["a Slack token or webhook", `xoxb-${"1".repeat(12)}-${"2".repeat(12)}-${random(24)}`],
  ["a Slack token or webhook", `xapp-1-${random(11)}-${"3".repeat(13)}-${random(32)}`],
  ["a Slack token or webhook", `https://hooks.slack.com/services/T${random(8)}/B${random(8)}/${random(24)}`],
  ["a SendGrid key", `SG.${random(22)}.${random(43)}`],
  ["a Shopify token", `shpat_${hex(32)}`],
  ["a GitHub token", `ghp_${random(36)}`],
  ["a GitHub token", `github_pat_${random(82)}`],
  ["an OpenAI key", `sk-${random(20)}T3BlbkFJ${random(20)}`],
  ["an Anthropic key", `sk-ant-api03-${random(93)}AA`],
  ["a Linear key", `lin_api_${random(40)}`],
  [
    "a 1Password token",
    `ops_${base64Json({ email: random(30), muk: random(40), secretKey: random(40), seed: random(32), pad: "" })}`,
  ],
  ["a database's address with a password in it", `postgres://web:${random(12)}@db.acme.example/web`],
  ["a database's address with a password in it", `mongodb+srv://web:${random(12)}@db.acme.example/web`],
  ["a database's address with a password in it", `mysql://web:${random(12)}@db.acme.example/web`],
];

const OWN: readonly (readonly [string, string])[] = [
  ["a private key", pem("RSA ")],
  ["a private key", pem("")],
  ["a private key", "-----BEGIN ENCRYPTED PRIVATE KEY-----"],
  ["a private key", "-----BEGIN OPENSSH PRIVATE KEY-----"],
  ["a secret age key", `AGE-SECRET-KEY-1${"QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L".repeat(2).slice(0, 58)}`],
  ["an address with a password in it", `https://jwt:${random(60)}@api.rack.acme.example`],
  ["an address with a password in it", `redis://:${random(12)}@cache:6379/0`],
  ["an address with a password in it", "amqps://web:p%40ss!word@mq.acme.example"],
  ["a Stripe live key", `sk_live_${random(24)}`],
  ["a webhook's signing secret", `whsec_${random(32)}`],
  ["a GitLab token", `glpat-${random(20)}`],
  ["a Google API key", `AIza${random(35)}`],
  ["a DigitalOcean token", `dop_v1_${hex(64)}`],
  ["a Hugging Face token", `hf_${random(34)}`],
  ["a signed token (JWT)", `eyJ${random(20)}.eyJ${random(40)}.${random(43)}`],
];

describe("a secret that is known by its form", () => {
  it.each([...SECRETLINT, ...OWN])("is found: %s", (what, text) => {
    const found = knownForms(`# before\nA: '${text}' # after\n`);
    expect(found.map((form) => form.what)).toEqual([what]);
  });

  it.each([
    "https://api.acme.example/x?y=z",
    "https://${USER}:${PASSWORD}@acme.example",
    "postgres://web:<password>@db/web".replace("<password>", "${DB_PASSWORD}"),
    "https://user:password@acme.example",
    "acme/web@sha256:0123456789abcdef",
    "git@github.com:acme/web.git",
    "awssm://prod/web#STRIPE_KEY",
    `age1${"q".repeat(58)}`,
    "sk_test_x",
    "-----BEGIN CERTIFICATE-----",
    "mailto:ana@acme.example",
    "a: b@c",
  ])("is not: %s", (text) => {
    expect(knownForms(`A: "${text}"\n`)).toEqual([]);
  });
});

describe("the look before secretlint's rules", () => {
  it("hides no hit of theirs, whatever the text is made of", () => {
    const pieces = [...SECRETLINT, ...OWN].map(([, text]) => text);
    const mangled = fc
      .tuple(fc.constantFrom(...pieces), fc.nat(300), fc.nat(300), fc.boolean())
      .map(([piece, from, to, cut]) => (cut ? piece.slice(from % piece.length, (to % piece.length) + 1) : piece));
    const text = fc
      .array(fc.oneof(mangled, fc.constantFrom(" ", "\n", '"', ":", "=", "@", "://", "\\n", "_")), { maxLength: 8 })
      .map((parts) => parts.join(""));
    let hits = 0;
    fc.assert(
      fc.property(text, (one) => {
        const all = scannedForms(one);
        if (all.length > 0) hits += 1;
        expect(secretlintForms(one)).toEqual(all);
      }),
      { seed: 20_261_125, numRuns: 1_500 },
    );
    expect(hits).toBeGreaterThan(300);
  });

  it("is for rules that were looked at: a new one of theirs must be added to it", () => {
    expect(new Set(SECRETLINT.map(([what]) => what)).size).toBe(12);
  });
});

describe("a secret by its name or by chance", () => {
  const found = "a value under the name of a secret";
  it.each<[string, string, string | null]>([
    ["DB_PASSWORD", "hunter2", found],
    ["DB_PASSWORD_2", "hunter2", found],
    ["password", "hunter2", found],
    ["GITHUB_TOKEN", "abcdef", found],
    ["API_KEY", "abcdefgh", found],
    ["SECRET_KEY_BASE", hex(128), found],
    ["AWS_SECRET_ACCESS_KEY", random(40), found],
    ["RELEASE_HOST_PASSWORD", "hunter2", found],
    ["STRIPE_KEY", random(24), "a random value under the name of a key"],
    ["SESSION_KEY", hex(32), "a random value under the name of a key"],
    ["WHATEVER", random(40), "a long random value"],
    ["WHATEVER", hex(64), "a long random value"],
    ["DB_PASSWORD", "", null],
    ["DB_PASSWORD", "abc", null],
    ["DB_PASSWORD", "true", null],
    ["PASSWORD_MIN_LENGTH", "12", null],
    ["PASSWORD_FILE", "/run/secrets/password", null],
    ["TOKEN_TTL", "3600", null],
    ["TOKEN", "${OTHER}", null],
    ["SECRET_NAME", "prod/web/database", null],
    ["SSH_PUBLIC_KEY", `ssh-ed25519 ${random(60)}`, null],
    ["STRIPE_PUBLISHABLE_KEY", random(40), null],
    ["GIT_SHA", hex(40), null],
    ["IMAGE_DIGEST", `sha256:${hex(64)}`, null],
    ["REQUEST_ID", "1b4e28ba-2fa1-11d2-883f-0016d3cca427", null],
    ["BUCKET_NAME", "acme-production-assets-eu-central-1", null],
    ["FEATURES", "newCheckout,fastSearch,darkMode", null],
    ["JAVA_OPTS", "-Xmx512m -XX:+UseG1GC -Dfile.encoding=UTF-8", null],
    ["QUEUE", "acme.production.orders.created.v2", null],
    ["HOST", "db-1.abcdefghijklm.eu-central-1.rds.amazonaws.com", null],
    ["CACHE_KEY", "user_sessions", null],
    ["DATABASE_URL", "postgres://db/web", null],
    ["SORT_KEY", "created_at_descending", null],
    ["CLASS", "com.acme.web.ProductionConfigurationFactory", null],
  ])("%s: %s is %s", (name, value, expected) => {
    expect(secretByName(name, value)).toBe(expected);
  });
});

function load(files: Readonly<Record<string, string>>): readonly Finding[] {
  return loadConfigRepo(aTree(files), { predefinedRoles }).findings.filter(({ rule }) => rule !== "not-used-yet");
}

const inShort = (findings: readonly Finding[]): readonly string[] =>
  findings.map(
    ({ file, line, column, rule, message }) =>
      `${file}:${line}:${column} ${rule}: ${message.replace(/^expected no secret in plain text, found /, "")}`,
  );

const rack = (more: string): string =>
  `endpoint: https://api.a.example\npassword: { ref: "env://P" }\nrecipients: ["age1${"q".repeat(58)}"]\n${more}`;
const role = "permissions: [{ resource: all, action: read }]\n";
const token = `ghp_${random(36)}`;

describe("a repo with a secret in plain text", () => {
  const cases: readonly (readonly [string, string, string, string])[] = [
    [
      "in env.yml by name",
      ENV,
      "NODE_ENV: x\nDB_PASSWORD: hunter2\n",
      "2:14 no-plaintext-secret: a value under the name of a secret in `DB_PASSWORD`",
    ],
    ["in env.yml by form", ENV, `NODE_ENV: x\nA: ${token}\n`, "2:4 no-plaintext-secret: a GitHub token in `A`"],
    [
      "in env.yml in an escape",
      ENV,
      `NODE_ENV: x\nA: "ghp\\x5f${token.slice(4)}"\n`,
      "2:4 no-plaintext-secret: a GitHub token in `A`",
    ],
    ["in a comment", "roles/dev.yml", `${role}# ${token}\n`, "2:3 no-plaintext-secret: a GitHub token in `action`"],
    [
      "in a default of convox.yml",
      CONVOX,
      "services:\n  web:\n    image: a\n    environment: [SECRET=hunter2hunter2]\n",
      "4:19 no-plaintext-secret: a value under the name of a secret in `SECRET`",
    ],
    [
      "in a default for all services",
      CONVOX,
      "environment: [SECRET=hunter2hunter2]\nservices:\n  web: { image: a }\n",
      "1:15 no-plaintext-secret: a value under the name of a secret in `SECRET`",
    ],
    [
      "in a pull secret",
      CONVOX,
      "services:\n  web:\n    image: a\n    imagePullSecrets:\n      - { registry: r.example, username: u, password: hunter2 }\n",
      "5:55 no-plaintext-secret: a value under the name of a secret in `password`",
    ],
    [
      "in a resource's options",
      CONVOX,
      "resources:\n  db: { type: postgres, options: { password: hunter2 } }\nservices:\n  web: { image: a }\n",
      "2:46 no-plaintext-secret: a value under the name of a secret in `password`",
    ],
    [
      "in an image's address",
      CONVOX,
      "services:\n  web: { image: 'u:hunter2@reg.example/a' }\n",
      "2:17 no-plaintext-secret: a value under the name of a secret in `image.password`",
    ],
    [
      "in a rack's parameter",
      RACK,
      rack("parameters: { corporate_proxy_password: hunter2 }\n"),
      "4:41 no-plaintext-secret: a value under the name of a secret in `corporate_proxy_password`",
    ],
    [
      "in an app's parameter",
      "racks/staging/apps/web/app.yml",
      "build: { images: true }\nparameters: { Secret: hunter2 }\n",
      "2:23 no-plaintext-secret: a value under the name of a secret in `Secret`",
    ],
  ];

  it.each(cases)("is refused: %s", (_, path, text, expected) => {
    const findings = load({ [path]: text }).filter(({ rule }) => rule !== "unknown-parameter");
    expect(inShort(findings)).toEqual([`${path}:${expected}`]);
    expect(findings.map(({ level }) => level)).toEqual(["error"]);
    expect(JSON.stringify(findings)).not.toMatch(/hunter2|kQ7xV2mZ/);
  });

  it("is said once where both its form and its name tell, and once a line", () => {
    expect(inShort(load({ [ENV]: `NODE_ENV: x\nGITHUB_TOKEN: ${token}\n` }))).toEqual([
      `${ENV}:2:15 no-plaintext-secret: a GitHub token in \`GITHUB_TOKEN\``,
    ]);
  });

  it("is said of a file that is no YAML, and of one that does not belong there, besides what else is wrong", () => {
    expect(
      inShort(load({ [ENV]: `A: ${token}\n  B: [\n`, "roles/.env": `A=${token}\n` })).map((one) =>
        one.replace(/: .*/, ""),
      ),
    ).toEqual([
      `${ENV}:1:4 no-plaintext-secret`,
      `${ENV}:1:4 yaml-syntax`,
      "roles/.env:1:1 unknown-file",
      "roles/.env:1:3 no-plaintext-secret",
    ]);
  });

  it("is not quoted by another finding", () => {
    const key = `AGE-SECRET-KEY-1${"QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L".repeat(2).slice(0, 58)}`;
    const findings = load({ [RACK]: rack("").replace(/age1q+/, key), [ENV]: `NODE_ENV: x\n${token}-: x\n` });
    expect(findings.map(({ rule }) => rule)).toEqual([
      "bad-name",
      "no-plaintext-secret",
      "bad-value",
      "no-plaintext-secret",
    ]);
    expect(JSON.stringify(findings)).not.toMatch(/QPZRY|kQ7xV2mZ/);
  });

  it("stays in force: a guess of Signalbox's takes no app away", () => {
    const { racks } = loadConfigRepo(aTree({ [ENV]: "NODE_ENV: x\nDB_PASSWORD: hunter2\n" }), { predefinedRoles });
    expect([...racks.values()].map(({ apps }) => apps.size)).toEqual([1]);
  });
});

describe("a line that says why it holds no secret", () => {
  const reason = "# signalbox: not a secret, because it is the sandbox's, which everybody has";

  it("is believed, of that line alone", () => {
    expect(inShort(load({ [ENV]: `NODE_ENV: x\nA_TOKEN: hunter2 ${reason}\nB_TOKEN: hunter2\n` }))).toEqual([
      `${ENV}:3:10 no-plaintext-secret: a value under the name of a secret in \`B_TOKEN\``,
    ]);
  });

  it.each([
    "# signalbox: not a secret",
    "# signalbox: not a secret, because",
    "# signalbox: not a secret, because x",
    "# signalbox: ok",
  ])("without a reason is refused, and says nothing: %s", (comment) => {
    expect(load({ [ENV]: `NODE_ENV: x\nA_TOKEN: hunter2 ${comment}\n` }).map(({ rule }) => rule)).toEqual([
      "no-plaintext-secret",
      "silence-without-reason",
    ]);
  });

  it("is a comment, not a part of a value", () => {
    expect(load({ [ENV]: `NODE_ENV: x\nA_TOKEN: "hunter2 ${reason}"\n` }).map(({ rule }) => rule)).toEqual([
      "no-plaintext-secret",
    ]);
  });

  it("is a change of the file, as is another reason", () => {
    const files = (text: string): ReturnType<typeof loadConfigRepo>["files"] =>
      loadConfigRepo(aTree({ [ENV]: text }), { predefinedRoles }).files;
    const plain = files("NODE_ENV: x\nA_TOKEN: hunter2\n");
    const silenced = files(`NODE_ENV: x\nA_TOKEN: hunter2 ${reason}\n`);
    const otherwise = files(`NODE_ENV: x\nA_TOKEN: hunter2 ${reason} now\n`);
    expect([...changeSetBetween(plain, silenced).keys()]).toEqual([`${ENV}\0A_TOKEN`]);
    expect([...changeSetBetween(silenced, otherwise).keys()]).toEqual([`${ENV}\0A_TOKEN`]);
    expect([...changeSetBetween(plain, files("NODE_ENV: x\nA_TOKEN: hunter2 # why\n")).keys()]).toEqual([]);
  });
});
