// Files in which nearly everything is wrong: what stands in for one mistake must make no other, hide none, and let nothing be used.
import { describe, expect, it } from "@jest/globals";
import { hasErrors, type LocalFinding } from "../../src/manifest/findings.ts";
import { parseApp } from "../../src/manifest/parse-app.ts";
import { parseBindings } from "../../src/manifest/parse-bindings.ts";
import { parseDeployKey } from "../../src/manifest/parse-deploy-key.ts";
import { parseEnvironment } from "../../src/manifest/parse-environment.ts";
import { parseManifest } from "../../src/manifest/parse-manifest.ts";
import { parseRack } from "../../src/manifest/parse-rack.ts";
import { parseRole } from "../../src/manifest/parse-role.ts";
import { parseSettings } from "../../src/manifest/parse-settings.ts";
import { parseTests } from "../../src/manifest/parse-tests.ts";

interface Read {
  readonly value: unknown;
  readonly findings: readonly LocalFinding[];
}

const KINDS: readonly (readonly [kind: string, parse: (text: string) => Read])[] = [
  ["app.yml", parseApp],
  ["bindings", parseBindings],
  ["a deploy key", parseDeployKey],
  ["env.yml", parseEnvironment],
  ["rack.yml", parseRack],
  ["a role", parseRole],
  ["signalbox.yml", parseSettings],
  ["tests", parseTests],
  [
    "convox.yml",
    (text) => {
      const { manifest, findings } = parseManifest(text, new Map());
      return { value: manifest, findings };
    },
  ],
];

const TEXTS: Readonly<Record<string, string>> = {
  "a prototype as a key": "__proto__: { a: 1 }\nversion: 1\n",
  "a constructor as a key": "constructor: 1\nbuild: { constructor: [] }\n",
  "a prototype in a service": "services:\n  web: { __proto__: { privileged: true }, agent: [], image: a }\n",
  "a service of that name":
    "services:\n  __proto__: { image: a, agent: [] }\ntimers:\n  constructor: { service: __proto__ }\n",
  "numbers as keys": "services:\n  1: { image: a, agent: x }\n  01: { image: a, port: [] }\n",
  "items of every kind": "- 1\n- { 0: a }\n- [[]]\n- ~\n",
  "permissions of every kind": "permissions: [1, ~, [], {}, { resource: [] }]\n",
  "a deep list": `a: ${"[".repeat(31)}${"]".repeat(31)}\n`,
  "a deep requirement": `version: 1\napprovals: [{ name: a, require: ${"{all: [".repeat(12)}{count: 0}${"]}".repeat(12)} }]\n`,
  "settings of other forms":
    "version: 2\napprovals: 3\nguardrails: { custom: [1, { name: x }, { name: y, each: app, require: x }] }\nsync: []\nfreezes: {}\n",
  "a rack of other forms":
    "endpoint: []\npassword: []\nrecipients: [1, 2]\nparameters: { A: [], B: { age: 1 }, 'c d': x }\nconsole: { host: [] }\n",
  "slashes and tildes in keys": "a/b: 1\n~0: 2\n'~1/': []\npermissions: [{ 'a/b': 1, '~': [] }]\n",
  "keys without a name": "'': 1\npermissions: [{ '': 1 }]\n",
  "nothing for everything": "version: ~\nsync: ~\napprovals: ~\npermissions: ~\nservices: ~\n",
  "keys that look alike": "bindings: 1\nе: 3\nservices: { ѕ: [] }\n",
  "a key without end": `${"x".repeat(5000)}: 1\n`,
  "an app of other forms":
    "build: []\nrelease: { before: [], after: { service: 3 }, timeout: [] }\ndelete: [1, [], {}]\nsuspend: {}\n",
  "a deploy key of other forms":
    "hash: [1]\noidc: {}\nracks: []\napps: { regex: [] }\nexpires: []\nrole: {}\ncommands: {}\n",
  "tests of other forms":
    "- { name: [], as: [], may: { read: [[]] }, mayNot: 3 }\n- { name: a, change: [], expect: [] }\n- 3\n",
  "bindings of other forms":
    "- { role: [], subjects: [[], {}, 1], racks: {}, until: [] }\n- []\n- { role: No, subjects: [] }\n",
  "an environment of other forms": "A: []\nB: {}\nC: { age: x, ref: y }\nD: { age: [] }\ne-f: { g: 1 }\n",
  "a regular expression of many repeats": `permissions: [{ resource: roles, names: { regex: "${"(a{999})".repeat(60)}" }, action: x }]\n`,
};

describe.each(KINDS)("as %s", (_, parse) => {
  it.each(Object.entries(TEXTS))("%s: refused with an error or used, and each thing is said once", (__, text) => {
    const { value, findings } = parse(text);
    expect(value === null).toBe(hasErrors(findings));
    const said = findings.map((finding) => JSON.stringify(finding));
    expect(said).toEqual([...new Set(said)]);
  });
});
