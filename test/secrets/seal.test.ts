import { Encrypter, generateIdentity, identityToRecipient } from "age-encryption";
import { describe, expect, it } from "@jest/globals";
import { createSecretOpener } from "../../src/adapters/secret-opener.ts";
import { errorText } from "./error-text.ts";
import type { AppName, Rack, RackName } from "../../src/manifest/types.ts";
import type { SealBinding } from "../../src/secrets/binding.ts";
import { parseGrants } from "../../src/secrets/grants.ts";
import { openSealed } from "../../src/secrets/open.ts";
import { createRedactor } from "../../src/secrets/redactor.ts";
import { sealValue } from "../../src/secrets/seal.ts";

const CANARY = "cnry_7Qm2 =\"ü'";
const rack = "prod-eu" as RackName;
const app = "web" as AppName;
const place: SealBinding = { rack, app, key: "DATABASE_URL" };
const identity = await generateIdentity();
const recipient = await identityToRecipient(identity);

describe("a sealed value", () => {
  it("opens where it was sealed for, with any of its recipients' identities", async () => {
    const offline = await generateIdentity();
    const sealed = await sealValue(place, CANARY, [recipient, await identityToRecipient(offline)]);
    const stranger = await generateIdentity();
    expect((await openSealed(sealed, [stranger, identity], place)).reveal()).toBe(CANARY);
    expect((await openSealed(sealed, [offline], place)).reveal()).toBe(CANARY);
  });

  it.each<[string, SealBinding]>([
    ["another key", { rack, app, key: "OTHER" }],
    ["another app", { rack, app: "api" as AppName, key: "DATABASE_URL" }],
    ["another rack", { rack: "staging" as RackName, app, key: "DATABASE_URL" }],
    ["a rack's password", { rack, endpoint: "https://api.acme.example" }],
  ])("opens nowhere else: %s", async (_name, elsewhere) => {
    const sealed = await sealValue(place, CANARY, [recipient]);
    const text = await errorText(openSealed(sealed, [identity], elsewhere));
    expect(text).toContain('it was sealed for key "DATABASE_URL", app "web", rack "prod-eu"');
    expect(text).not.toContain("cnry");
  });

  it("does not open as a password at another endpoint", async () => {
    const sealed = await sealValue({ rack, endpoint: "https://api.acme.example" }, CANARY, [recipient]);
    const text = await errorText(openSealed(sealed, [identity], { rack, endpoint: "https://evil.example" }));
    expect(text).toContain('endpoint "https://api.acme.example"');
    expect(text).not.toContain("cnry");
  });

  it("is refused where it is damaged, sealed to others, too long, or was not sealed by Signalbox", async () => {
    const sealed = await sealValue(place, CANARY, [recipient]);
    const bytes = Buffer.from(sealed, "base64");
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    const encrypter = new Encrypter();
    encrypter.addRecipient(recipient);
    const foreign = Buffer.from(await encrypter.encrypt(CANARY)).toString("base64");
    const texts = await Promise.all([
      errorText(openSealed(bytes.toString("base64"), [identity], place)),
      errorText(openSealed(sealed, [await generateIdentity()], place)),
      errorText(openSealed("not age", [identity], place)),
      errorText(openSealed("A".repeat(200_000), [identity], place)),
      errorText(openSealed(foreign, [identity], place)),
      errorText(openSealed(sealed, ["AGE-SECRET-KEY-1BROKEN"], place)),
    ]);
    expect(
      texts.map((text) => /none of Signalbox's|longer than|names no rack|identity 1 is none/.exec(text)?.[0]),
    ).toEqual([
      "none of Signalbox's",
      "none of Signalbox's",
      "none of Signalbox's",
      "longer than",
      "names no rack",
      "identity 1 is none",
    ]);
    expect(texts.join()).not.toMatch(/cnry|BROKEN/);
  });

  it("is not made of a newline, for nobody, or for what is no public key", async () => {
    const texts = await Promise.all([
      errorText(sealValue(place, `${CANARY}\n`, [recipient])),
      errorText(sealValue(place, CANARY, [])),
      errorText(sealValue(place, CANARY, ["age1nonsense"])),
      errorText(sealValue(place, CANARY, [identity])),
    ]);
    expect(texts.map((text) => /newline|no recipients|no age public key|secret age key/.exec(text)?.[0])).toEqual([
      "newline",
      "no recipients",
      "no age public key",
      "secret age key",
    ]);
    expect(texts.join()).not.toMatch(/cnry|AGE-SECRET-KEY-1/);
  });
});

describe("opening what stands in the config repo", () => {
  const grants = parseGrants(`
- { hosts: ["*.acme.example"] }
- { rack: prod-eu, refs: ["env://PROD_*"] }
`);
  const environment: Readonly<Record<string, string>> = { PROD_PASSWORD: CANARY, PROD_LINES: "a\nb", OTHER: "x" };
  const at = { rack, app, key: "DATABASE_URL" };
  const rackFile = (over: Partial<Rack>): Rack => ({
    name: rack,
    production: true,
    mode: "apply",
    endpoint: "https://api.acme.example",
    user: "convox",
    password: { kind: "reference", uri: "env://PROD_PASSWORD" },
    recipients: [],
    version: null,
    parameters: new Map(),
    parameterPlaces: new Map(),
    ca: null,
    console: null,
    suspend: null,
    ...over,
  });
  const redactor = createRedactor();
  const opener = createSecretOpener({
    identities: [identity],
    grants,
    environmentVariable: (name) => environment[name],
    redactor,
  });

  it("gives plain, sealed and granted values, and tells the redactor of those that are secret", async () => {
    const sealed = { kind: "sealed", age: await sealValue(at, "cnry_sealed_value", [recipient]) } as const;
    expect((await opener.openEnvironment(at, { kind: "plain", text: "production" })).reveal()).toBe("production");
    expect((await opener.openEnvironment(at, sealed)).reveal()).toBe("cnry_sealed_value");
    expect((await opener.openPassword(rackFile({}))).reveal()).toBe(CANARY);
    expect(redactor.redact(`production ${CANARY} cnry_sealed_value`)).toBe("production [secret] [secret]");
  });

  it("refuses what is not granted, not there, not supported, or what Convox cannot hold", async () => {
    const open = (uri: string): Promise<string> => errorText(opener.openEnvironment(at, { kind: "reference", uri }));
    const staging = errorText(
      opener.openEnvironment({ ...at, rack: "staging" as RackName }, { kind: "reference", uri: "env://PROD_PASSWORD" }),
    );
    const host = errorText(opener.openPassword(rackFile({ endpoint: "https://a.b.acme.example" })));
    const texts = await Promise.all([
      open("env://OTHER"),
      open("env://PROD_NONE"),
      open("env://PROD_LINES"),
      staging,
      host,
    ]);
    expect(texts.map((text) => /is not granted|lacks|newline/.exec(text)?.[0])).toEqual([
      "is not granted",
      "lacks",
      "newline",
      "is not granted",
      "is not granted",
    ]);
    const everything = createSecretOpener({
      identities: [],
      grants: parseGrants(`- { refs: ["awssm://*", "awssm://*/*", "vault://*"] }`),
      environmentVariable: () => undefined,
      redactor,
    });
    for (const uri of ["awssm://prod/web", "vault://x"]) {
      expect(await errorText(everything.openEnvironment(at, { kind: "reference", uri }))).toContain("only env://NAME");
    }
  });
});
