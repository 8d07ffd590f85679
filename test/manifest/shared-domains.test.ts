import { describe, expect, it } from "@jest/globals";
import { sharedDomains } from "../../src/manifest/shared-domains.ts";

/** `rack/app service domain` → `rack/app domain: others`. */
function shared(claims: readonly string[]): readonly string[] {
  const parsed = claims.map((line) => {
    const [place = "", service = "", domain = ""] = line.split(" ");
    const [rack = "", app = ""] = place.split("/");
    return { rack, app, service, domain };
  });
  return sharedDomains(parsed).map(({ rack, app, domain, others }) => `${rack}/${app} ${domain}: ${others.join(" ")}`);
}

describe("a domain is shared", () => {
  it.each<[rule: string, claims: readonly string[], expected: readonly string[]]>([
    ["by nobody where each has its own", ["eu/a web a.example", "eu/b web b.example"], []],
    ["by no two services of one app", ["eu/a web a.example", "eu/a api a.example"], []],
    ["by two apps", ["eu/a web a.example", "eu/b web a.example"], ["eu/a a.example: eu/b", "eu/b a.example: eu/a"]],
    [
      "by one app on two racks",
      ["eu/a web a.example", "us/a web a.example"],
      ["eu/a a.example: us/a", "us/a a.example: eu/a"],
    ],
    [
      "whatever its case, with or without the dot at its end",
      ["eu/a web A.Example.", "eu/b web a.example"],
      ["eu/a A.Example.: eu/b", "eu/b a.example: eu/a"],
    ],
    [
      "in punycode and without",
      ["eu/a web bücher.example", "eu/b web xn--bcher-kva.example"],
      ["eu/a bücher.example: eu/b", "eu/b xn--bcher-kva.example: eu/a"],
    ],
    [
      "by a wildcard and what is below it, at any depth",
      ["eu/a web *.example", "eu/b web x.y.example", "eu/c web example"],
      ["eu/a *.example: eu/b", "eu/b x.y.example: eu/a"],
    ],
    [
      "by two wildcards of which one takes in the other",
      ["eu/a web *.example", "eu/b web *.y.example"],
      ["eu/a *.example: eu/b", "eu/b *.y.example: eu/a"],
    ],
    [
      "by two that one wildcard takes in, with it alone",
      ["eu/a web *.example", "eu/b web b.example", "eu/c web c.example"],
      ["eu/a *.example: eu/b eu/c", "eu/b b.example: eu/a", "eu/c c.example: eu/a"],
    ],
  ])("%s", (_, claims, expected) => {
    expect(shared(claims)).toEqual(expected);
  });
});
