import { describe, expect, it } from "@jest/globals";
import { timed } from "../cpu-time.ts";
import { repoGuardrailFindings } from "../../src/manifest/guardrails/guardrail-findings.ts";
import { loadConfigRepo } from "./load-config-repo.ts";
import { aTree, predefinedRoles } from "./a-tree.ts";

describe("a repo of many files", () => {
  it("with 5,000 roles, each bound, is loaded in seconds", () => {
    const files: Record<string, string> = {};
    for (let index = 0; index < 5_000; index += 1) {
      files[`roles/r${index}.yml`] =
        `permissions: [{ resource: applications, names: [web-${index}*], action: read }]\n`;
      files[`bindings/b${index}.yml`] = `- { role: r${index}, subjects: ["user:u${index}"] }\n`;
    }
    const tree = aTree(files);
    const { value, ms } = timed(() => loadConfigRepo(tree, { predefinedRoles }));
    const { access, findings } = value;
    expect(ms).toBeLessThan(6_000);
    expect(findings.filter(({ level }) => level === "error")).toEqual([]);
    expect([access.roles.size, access.bindings.length]).toEqual([5_003, 5_000]);
  });

  // Each of these took minutes when what it has many of was gone through once for each of them.
  const lines = (count: number, make: (index: number) => string): string =>
    Array.from({ length: count }, (_, index) => make(index)).join("");
  const appOf = (name: string, convox: string, env = "{}\n"): Readonly<Record<string, string>> => ({
    [`racks/staging/apps/${name}/app.yml`]: "build: { images: true }\n",
    [`racks/staging/apps/${name}/convox.yml`]: convox,
    [`racks/staging/apps/${name}/env.yml`]: env,
  });
  const appsOf = (count: number, convox: string, env?: string): Readonly<Record<string, string>> =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => Object.entries(appOf(`app${index}`, convox, env))).flat(),
    );
  const SEALED = Buffer.from(`age-encryption.org/v1\n${"x".repeat(200)}`).toString("base64");
  const GUARDED =
    "version: 1\nguardrails:\n  domain-owner: error\n  custom:\n" +
    '    - { name: a, level: error, each: service, message: M, require: "service.scale.count.min >= 1" }\n';

  it.each<[holding: string, files: Readonly<Record<string, string>>, found: number]>([
    [
      "1,000 services that a guardrail judges",
      appOf("app", `services:\n${lines(1_000, (index) => `  s${index}: { image: a, port: 80 }\n`)}`),
      0,
    ],
    [
      "2,000 domains of one app that another has too",
      appsOf(2, `services:\n  web: { image: a, domain: [${lines(2_000, (index) => `d${index}.example, `)}] }\n`),
      4_000,
    ],
    ["a domain of 60,000 labels", appOf("app", `services:\n  web: { image: a, domain: ${"a.".repeat(60_000)}b }\n`), 0],
    [
      "40,000 approval rules that are none",
      { "signalbox.yml": `version: 1\napprovals: [${lines(40_000, () => "1,")}]\n` },
      0,
    ],
    [
      "1,000 racks named that 300 come near to",
      {
        "bindings/b.yml": lines(
          1_000,
          (index) => `- { role: Administrator, subjects: ["user:ana"], racks: production-eu-x${index} }\n`,
        ),
        ...Object.fromEntries(
          Array.from({ length: 300 }, (_, index) => [
            `racks/production-eu-${index}/rack.yml`,
            `endpoint: https://r${index}.example\npassword: { ref: "env://P" }\nrecipients: []\n`,
          ]),
        ),
      },
      0,
    ],
    [
      "one sealed value at 40,000 places",
      appsOf(
        20,
        "services:\n  web: { image: a }\n",
        lines(1_999, (index) => `K${index}: { age: "${SEALED}" }\n`),
      ),
      0,
    ],
  ])("with %s is judged in seconds", (_, files, found) => {
    const tree = aTree({ "signalbox.yml": GUARDED, ...files });
    const { value, ms } = timed(() => {
      const repo = loadConfigRepo(tree, { predefinedRoles });
      return repoGuardrailFindings(repo.settings.guardrails, repo);
    });
    expect(value).toHaveLength(found);
    expect(ms).toBeLessThan(8_000);
  });
});
