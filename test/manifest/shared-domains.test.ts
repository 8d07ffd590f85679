import { describe, expect, it } from "@jest/globals";
import { sharedDomains } from "../../src/manifest/shared-domains.ts";

/** `rack/app service domain` → `rack/app domain: others`. */
function shared(claims: readonly string[]): readonly string[] {
  const parsed = claims.map((line) => {
    const [place = "", service = "", domain = ""] = line.split(" ");
    const [rack = "", app = ""] = place.split("/");
    return { rack, app, service, domain };
  });
  return sharedDomains(parsed).map(({ rack, app, domain, others, more }) =>
    [`${rack}/${app} ${domain}: ${others.join(" ")}`, ...(more === 0 ? [] : [`and ${more} more`])].join(" "),
  );
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
    [
      "by more than are named",
      ["eu/a web x", "eu/b web x", "eu/c web x", "eu/d web x", "eu/e web x"],
      [
        "eu/a x: eu/b eu/c eu/d and 1 more",
        "eu/b x: eu/a eu/c eu/d and 1 more",
        "eu/c x: eu/a eu/b eu/d and 1 more",
        "eu/d x: eu/a eu/b eu/c and 1 more",
        "eu/e x: eu/a eu/b eu/c and 1 more",
      ],
    ],
    ["by nobody where no request can name it", [`eu/a web ${"x.".repeat(127)}x`, `eu/b web ${"x.".repeat(127)}x`], []],
  ])("%s", (_, claims, expected) => {
    expect(shared(claims)).toEqual(expected);
  });
});
