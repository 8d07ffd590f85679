import { describe, expect, it } from "@jest/globals";
import { fixedCountOf } from "../../src/manifest/convox/fixed-count.ts";
import { parseManifest } from "../../src/manifest/parse-manifest.ts";
import type { ConfiguredValue } from "../../src/manifest/types.ts";

const plain = (text: string): ConfiguredValue => ({ kind: "plain", text });
const environmentOf = (values: Readonly<Record<string, string>>): ReadonlyMap<string, ConfiguredValue> =>
  new Map(Object.entries(values).map(([key, text]) => [key, plain(text)]));
const none = new Map<string, ConfiguredValue>();

const service = (text: string): string => `services:\n  web: { image: a, ${text} }\n`;

describe("the count of processes", () => {
  it.each<[string, number | null]>([
    ["scale: 3", 3],
    ['scale: "3"', 3],
    ['scale: "1-5"', null],
    ["scale: { count: 2 }", 2],
    ['scale: { count: "2-4" }', null],
    ["scale: { count: { min: 2, max: 2 } }", 2],
    ["scale: { count: { min: 1, max: 3 } }", null],
    ["scale: { cpu: 256 }", 1],
    ["scale: { cpu: 256, memory: 512 }", 1],
    ["scale: {}", 0],
    ["scale: ", 0],
    ["scale: { min: 2 }", 2],
    ["scale: { max: 2 }", 2],
    ["scale: { min: 1, max: 3 }", null],
    ["scale: { min: 1, autoscale: { cpu: { threshold: 70 } } }", null],
    ["scale: { keda: {} }", 1],
    ["scale: { keda: { triggers: [{ type: cron, metadata: {} }] } }", null],
    ["scale: { count: }", 0],
    ["scales: 2", 0],
    ["agent: true, scale: 3", null],
    ["port: 80", 1],
  ])("of `%s` is %s where it is fixed", (text, count) => {
    const { manifest, findings } = parseManifest(service(text), none);
    expect(findings.filter(({ level }) => level === "error")).toEqual([]);
    expect(manifest?.services.map(fixedCountOf)).toEqual([count]);
  });
});

describe("keys that reach beyond the app", () => {
  it.each<[string, readonly [string, string][]]>([
    ["privileged: true", [["privileged", "true"]]],
    ["privileged: yes", [["privileged", "true"]]],
    ["privileged: false", []],
    [
      "domain: 'a.example, b.example'",
      [
        ["domain", '"a.example"'],
        ["domain", '"b.example"'],
      ],
    ],
    ["domain: [a.example]", [["domain", '"a.example"']]],
    ["volumes: ['data:/data', /cache]", []],
    ["volumes: ['/var/run/docker.sock']", [["volumes", '"/var/run/docker.sock"']]],
    ["volumes: ['/proc/:/host']", [["volumes", '"/proc/:/host"']]],
    ["volumes: ['/etc:/host']", [["volumes", '"/etc:/host"']]],
    ["volumes: ['/data/../var/run/']", [["volumes", '"/data/../var/run/"']]],
    ["annotations: [a=b]", [["annotations", '["a=b"]']]],
    ["ingressAnnotations: [{a: b}]", [["ingressAnnotations", '[{"a":"b"}]']]],
    [
      "accessControl: { awsPodIdentity: { policyArns: [x] } }",
      [["accessControl", '{"awsPodIdentity":{"policyArns":["x"]}}']],
    ],
    [
      "securityContext: { capabilities: { add: [NET_ADMIN] } }",
      [["securityContext.capabilities.add", '["NET_ADMIN"]']],
    ],
    ["securityContext: { capabilities: { drop: [ALL] } }", []],
    ["securityContext: { seccompProfile: Unconfined }", [["securityContext.seccompProfile", '"Unconfined"']]],
    ["securityContext: { seccompProfile: RuntimeDefault }", []],
    [
      "volumeOptions: [{ awsEfs: { id: a, mountPath: /a, accessMode: ReadWriteMany, volumeHandle: fs-1 } }]",
      [
        [
          "volumeOptions.volumeHandle",
          '{"awsEfs":{"accessMode":"ReadWriteMany","id":"a","mountPath":"/a","volumeHandle":"fs-1"}}',
        ],
      ],
    ],
    ["privileged: true, privileged: false", [["privileged", "true"]]],
  ])("of `%s` are found", (text, expected) => {
    const { manifest } = parseManifest(service(text), none);
    expect(manifest?.reachingKeys.map(({ key, value }) => [key, value])).toEqual(
      expected.map(([key, value]) => [`services.web.${key}`, value]),
    );
  });

  it("of balancers and timers are found, each on its line", () => {
    const text =
      "services:\n  web: { image: a }\nbalancers:\n  b: { service: web, ports: { 80: 80 },\n    annotations: [a=b] }\n" +
      "timers:\n  t: { service: web, schedule: '0 0 * * *', annotations: [c=d] }\n";
    expect(parseManifest(text, none).manifest?.reachingKeys).toEqual([
      { key: "balancers.b.annotations", value: '["a=b"]', line: 5, column: 5 },
      { key: "timers.t.annotations", value: '["c=d"]', line: 7, column: 45 },
    ]);
  });

  it("are found through aliases and merge keys", () => {
    const text = "x-base: &base { privileged: true }\nservices:\n  web: { <<: *base, image: a }\n";
    const { manifest, findings } = parseManifest(text, none);
    expect(findings.map(({ rule, level, line }) => [rule, level, line])).toEqual([
      ["unknown-key", "warning", 1],
      ["convox-ignored", "warning", 3],
    ]);
    expect(manifest?.reachingKeys.map(({ key }) => key)).toEqual(["services.web.privileged"]);
  });

  it("are found where a value of env.yml makes them", () => {
    const block = parseManifest("services:\n  web:\n    image: a\n    privileged: ${P}\n", environmentOf({ P: "yes" }));
    expect(block.manifest?.reachingKeys.map(({ key }) => key)).toEqual(["services.web.privileged"]);
  });
});

describe("interpolation", () => {
  const manifest = "services:\n  web:\n    image: acme/web:${TAG}\n";

  it("puts plain values in", () => {
    const { manifest: read, findings } = parseManifest(manifest, environmentOf({ TAG: "42" }));
    expect(findings).toEqual([]);
    expect(read?.services[0]?.image).toBe("acme/web:42");
    expect(read?.interpolatedKeys).toEqual(["TAG"]);
    expect(read?.text).toBe(manifest);
  });

  it.each([
    ["a comment", "1 # x"],
    ["a second key", "1\u000a    privileged: true"],
    ["a map", "{ a: b }x: y"],
    ["what ends a flow map", "1: 2"],
  ])("refuses a value that brings %s with it", (_, value) => {
    const { manifest: read, findings } = parseManifest(manifest, environmentOf({ TAG: value }));
    expect(read).toBeNull();
    expect(findings.map(({ rule, line, column }) => [rule, line, column])).toEqual([
      ["interpolation-structure", 3, 12],
    ]);
    expect(JSON.stringify(findings)).not.toContain(value);
  });

  it.each(['"', "a\\qb", 'x", privileged: "y'])("refuses %s where it would end the quotes around it", (value) => {
    const { findings } = parseManifest('services:\n  web: { image: "a:${TAG}" }\n', environmentOf({ TAG: value }));
    expect(findings.map(({ rule }) => rule)).toEqual(["interpolation-structure"]);
  });

  it.each<[string, ConfiguredValue]>([
    ["a sealed one", { kind: "sealed", age: "YWdl" }],
    ["a reference", { kind: "reference", uri: "env://X" }],
  ])("refuses %s", (found, value) => {
    const { findings } = parseManifest(manifest, new Map([["TAG", value]]));
    expect(findings).toEqual([
      {
        line: 3,
        column: 21,
        rule: "interpolation",
        level: "error",
        message: `expected a plain value of env.yml in \`\${TAG}\`, found ${found}: it would stand open in the manifest`,
        hint: "name the key under `environment` instead",
      },
    ]);
  });

  it("leaves positions those of the file", () => {
    const text = 'services:\n  web: { image: "a:${TAG}", port: 70000 }\n';
    const { findings } = parseManifest(text, environmentOf({ TAG: "a-much-longer-value" }));
    expect(findings.map(({ rule, line, column }) => [rule, line, column])).toEqual([["convox-port", 2, 35]]);
  });
});

describe("what Go's YAML reads", () => {
  it.each([
    "build: .",
    "build: 1.0.x",
    'command: "yes"',
    "command: yes",
    "command: 5",
    "test: 12:30",
    "port: '5000'",
    "init: off",
  ])("is read so: `%s`", (text) => {
    expect(parseManifest(`services:\n  web:\n    ${text}\n`, none).findings).toEqual([]);
  });

  it("takes a key without a value as not given", () => {
    const { manifest, findings } = parseManifest("services:\n  web:\n    port:\n  api:\nresources:\n", none);
    expect(findings).toEqual([]);
    expect(manifest?.services.map(({ name }) => name)).toEqual(["web", "api"]);
  });
});
