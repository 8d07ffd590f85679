import { describe, expect, it } from "@jest/globals";
import type { AppName, RackName } from "../../src/manifest/types.ts";
import { hostGranted, parseGrants, referenceGranted } from "../../src/secrets/grants.ts";

const grants = parseGrants(`
- { hosts: ["*.acme.example"] }
- { refs: ["awssm://{rack}/{app}#*"] }
- { rack: prod-eu, refs: ["env://PROD_EU_PASSWORD"], hosts: [console.acme.example, "{rack}.internal"] }
- { rack: staging, app: web, refs: ["env://WEB_ONLY"] }
- { repository: acme/web, rack: staging, app: web }
`);
const at = (rack: string, app: string | null): { rack: RackName; app: AppName | null } => ({
  rack: rack as RackName,
  app: app as AppName | null,
});

describe("a reference", () => {
  it.each([
    ["prod-eu", "web", "awssm://prod-eu/web#KEY", true],
    ["prod-eu", "web", "awssm://prod-eu/api#KEY", false],
    ["prod-eu", "web", "awssm://prod-eu/web#A/B", false],
    ["prod-eu", null, "awssm://prod-eu/web#KEY", false],
    ["prod-eu", null, "env://PROD_EU_PASSWORD", true],
    ["prod-eu", "web", "env://PROD_EU_PASSWORD", true],
    ["prod-eu", "web", "env://PROD_EU_PASSWORD2", false],
    ["staging", null, "env://PROD_EU_PASSWORD", false],
    ["staging", "web", "env://WEB_ONLY", true],
    ["staging", "api", "env://WEB_ONLY", false],
    ["staging", null, "env://WEB_ONLY", false],
  ])("on %s in %s to %s: %s", (rack, app, uri, granted) => {
    expect(referenceGranted(grants, at(rack, app), uri)).toBe(granted);
  });

  it("is granted by nothing where there are no grants", () => {
    expect(referenceGranted(parseGrants(""), at("a", "b"), "env://X")).toBe(false);
  });
});

describe("a host", () => {
  it.each([
    ["staging", "api.acme.example", true],
    ["staging", "API.Acme.Example", true],
    ["staging", "a.b.acme.example", false],
    ["staging", "acme.example", false],
    ["staging", "api.acme.example.evil.example", false],
    ["staging", "apixacme.example", false],
    ["prod-eu", "prod-eu.internal", true],
    ["staging", "staging.internal", false],
  ])("for %s at %s: %s", (rack, host, granted) => {
    expect(hostGranted(grants, rack as RackName, host)).toBe(granted);
  });
});

describe("a grants file that is wrong", () => {
  it.each([
    ["hosts: [a]", "expected a list of entries"],
    ["- a\n- hosts: [b]", "entry 1: expected a map"],
    ["- { hosts: [a] }\n- { host: [a] }", 'entry 2: "host" is not known'],
    ["- { hosts: a }", "entry 1: hosts: expected a list of texts"],
    ["- { refs: [1] }", "entry 1: refs: expected a list of texts"],
    ["- { rack: [a], hosts: [b] }", "entry 1: rack: expected a text"],
    ["- { hosts: [a], hosts: [b] }", "no YAML: DUPLICATE_KEY"],
  ])("grants nothing and says where: %s", (text, message) => {
    expect(() => parseGrants(text)).toThrow(message);
  });
});
