// What Convox makes of a convox.yml: every shorthand and default of convox.md §4, as values.
import { describe, expect, it } from "@jest/globals";
import type { Service } from "../../src/manifest/convox/service-model.ts";
import { parseManifest } from "../../src/manifest/parse-manifest.ts";
import type { Manifest } from "../../src/manifest/types.ts";

function read(text: string): Manifest {
  const { manifest, findings } = parseManifest(text, null);
  if (manifest === null) throw new Error(JSON.stringify(findings));
  return manifest;
}

function serviceOf(text: string): Service {
  const [service] = read(`services:\n  web: { image: a, ${text} }\n`).services;
  if (service === undefined) throw new Error("the text has a service");
  return service;
}

describe("a service that says nothing", () => {
  it("has Convox's defaults", () => {
    expect(read("services:\n  web:\n").services).toEqual([
      {
        name: "web",
        line: 2,
        accessControl: null,
        agent: false,
        annotations: [],
        build: { path: ".", manifest: "Dockerfile", args: [] },
        certificate: null,
        command: null,
        configMounts: [],
        deployment: { minimum: 50, maximum: 200 },
        disableHostUsers: false,
        dnsConfig: null,
        domain: [],
        drain: 30,
        environment: [],
        grpcHealthEnabled: false,
        health: { path: "/", interval: 5, grace: 5, timeout: 4, port: null, disable: false },
        image: null,
        imagePullSecrets: [],
        ingressAnnotations: [],
        init: true,
        initContainer: null,
        internal: false,
        internalRouter: false,
        labels: {},
        lifecycle: { preStop: null, postStart: null },
        liveness: null,
        nodeAffinityLabels: [],
        nodeSelectorLabels: {},
        port: null,
        ports: [],
        privileged: false,
        resources: [],
        scale: {
          count: { min: 1, max: 1 },
          cpu: 250,
          memory: 512,
          gpu: null,
          limit: { cpu: null, memory: null },
          targets: null,
          autoscale: null,
          keda: null,
          vpa: null,
        },
        securityContext: {
          runAsNonRoot: null,
          runAsUser: null,
          runAsGroup: null,
          readOnlyRootFilesystem: null,
          allowPrivilegeEscalation: null,
          capabilities: { add: [], drop: [] },
          seccompProfile: null,
        },
        singleton: false,
        startupProbe: null,
        sticky: false,
        termination: { grace: 30 },
        test: null,
        timeout: 60,
        tls: { redirect: true },
        volumes: [],
        volumeOptions: [],
        whitelist: null,
      },
    ]);
  });
});

describe("a key of a service", () => {
  it.each<[string, Partial<Service>]>([
    [
      "annotations: [a=b=c, { d: e }]",
      {
        annotations: [
          { key: "a", value: "b=c" },
          { key: "d", value: "e" },
        ],
      },
    ],
    ["build: app", { build: { path: "app", manifest: "Dockerfile", args: [] } }],
    ["build: { path: app, manifest: D, args: [a, 1] }", { build: { path: "app", manifest: "D", args: ["a", "1"] } }],
    ["build: { manifest: D }", { build: null }],
    ["command: yes", { command: "true" }],
    ["command: 0x10", { command: "16" }],
    ["command: 1.10", { command: "1.1" }],
    ["command: 1e6", { command: "1e+06" }],
    ["command: 12:30:45", { command: "12:30:45" }],
    ["command: 2001-01-01", { command: "2001-01-01" }],
    ["agent: true", { agent: true, deployment: { minimum: 0, maximum: 100 } }],
    ["singleton: true", { singleton: true, deployment: { minimum: 0, maximum: 100 } }],
    ["singleton: true, deployment: { minimum: 20 }", { deployment: { minimum: 20, maximum: 100 } }],
    ["domain: 'a.example , b.example,'", { domain: ["a.example", "b.example"] }],
    ["domain: [' a.example', '']", { domain: ["a.example"] }],
    ["drain: 0", { drain: 30 }],
    ["drain: 3.7", { drain: 3 }],
    ["health: /check", { health: { path: "/check", interval: 5, grace: 5, timeout: 4, port: null, disable: false } }],
    [
      "health: { interval: 10 }",
      { health: { path: "/", interval: 10, grace: 10, timeout: 9, port: null, disable: false } },
    ],
    [
      "health: { interval: '10', port: https:8443 }",
      {
        health: { path: "/", interval: 5, grace: 5, timeout: 4, port: { port: 8443, scheme: "https" }, disable: false },
      },
    ],
    ["init: no", { init: false }],
    ["init: ", { init: false }],
    [
      "liveness: { path: /live, grace: 20 }",
      {
        liveness: {
          path: "/live",
          port: null,
          grace: 20,
          interval: 5,
          timeout: 5,
          successThreshold: 1,
          failureThreshold: 3,
        },
      },
    ],
    ["liveness: { grace: 20 }", { liveness: null }],
    [
      "liveness: { path: /, timeout: 2 }, startupProbe: { path: /up, grace: 1 }",
      {
        startupProbe: {
          path: "/up",
          tcpSocketPort: null,
          grace: 1,
          interval: 5,
          timeout: 2,
          successThreshold: 1,
          failureThreshold: 3,
        },
      },
    ],
    [
      "port: 8000, scale: { gpu: 1 }",
      {
        startupProbe: {
          path: null,
          tcpSocketPort: "8000",
          grace: 300,
          interval: 10,
          timeout: 5,
          successThreshold: 1,
          failureThreshold: 180,
        },
      },
    ],
    ["port: 5000", { port: { port: 5000, scheme: "http" } }],
    ["port: '5000'", { port: { port: 5000, scheme: "http" } }],
    ["port: https:5443", { port: { port: 5443, scheme: "https" } }],
    ["port: grpc:5000", { port: { port: 5000, scheme: "GRPC" } }],
    ["port: { port: 5000, scheme: https }", { port: { port: 5000, scheme: "https" } }],
    ["port: { port: 'https:5000' }", { port: { port: 5000, scheme: "https" } }],
    [
      "port: 5000, ports: [5000, 5000/udp, '6000', 7000/tcp]",
      {
        ports: [
          { port: 5000, protocol: "udp" },
          { port: 6000, protocol: "tcp" },
          { port: 7000, protocol: "tcp" },
        ],
      },
    ],
    ["termination: { grace: 0 }", { termination: { grace: 0 } }],
    ["tls: { redirect: off }", { tls: { redirect: false } }],
    [
      "volumeOptions: [{ emptyDir: { id: a, mountPath: /a, medium: Memory } }]",
      {
        volumeOptions: [{ kind: "emptyDir", id: "a", mountPath: "/a", medium: "Memory", sizeLimit: null }],
      },
    ],
    ["dnsConfig: { ndots: 2 }", { dnsConfig: { ndots: 2 } }],
    ["labels: { a: 1, b: }", { labels: { a: "1", b: "" } }],
    ["build: { path: b }, build: { manifest: D }", { build: null }],
    [
      "health: /a, health: { interval: 9 }",
      {
        health: { path: "/", interval: 9, grace: 9, timeout: 8, port: null, disable: false },
      },
    ],
    ["labels: { a: b }, labels: { c: d }", { labels: { a: "b", c: "d" } }],
    ["domain: [a.example], domain: [b.example]", { domain: ["a.example", "b.example"] }],
    ["command: a, command: ", { command: null }],
    ["port: 0", { port: null }],
    ["port: x:80:y", { port: { port: 80, scheme: "x" } }],
    [
      "environment: [A=1], environment: [B=1]",
      {
        environment: [
          { key: "A", default: "1" },
          { key: "B", default: "1" },
        ],
      },
    ],
  ])("`%s` is read so", (text, expected) => {
    expect(serviceOf(text)).toMatchObject(expected);
  });
});

describe("`scale`", () => {
  const sized = { cpu: 250, memory: 512 };
  it.each<[string, object]>([
    ["3", { count: { min: 3, max: 3 }, ...sized }],
    ["'1-5'", { count: { min: 1, max: 5 } }],
    ["{ min: 2 }", { count: { min: 2, max: 2 } }],
    ["{ max: 2.0 }", { count: { min: 2, max: 2 } }],
    ["{ count: 3, max: 5 }", { count: { min: 3, max: 5 } }],
    ["{ min: 2, autoscale: { cpu: { threshold: 70 } } }", { count: { min: 2, max: 10 } }],
    ["{ autoscale: { queueDepth: { threshold: 7 } } }", { count: { min: 0, max: 10 } }],
    ["{ min: 2, autoscale: { CPU: { Threshold: 70 } } }", { count: { min: 2, max: 10 } }],
    ["{ keda: }", { count: { min: 1, max: 1 } }],
    ["{ autoscale: { cooldownPeriod: 5 } }", { count: { min: 1, max: 1 }, autoscale: null }],
    ["{ cpu: 256, memory: '1024' }", { cpu: 256, memory: 512 }],
    ["{ cpu: 256.0 }", { cpu: 256 }],
    ["{ limit: { cpu: 500, memory: 600 } }", { cpu: 500, memory: 600, limit: { cpu: 500, memory: 600 } }],
    ["{ gpu: 2 }", { cpu: 0, memory: 0, gpu: { count: 2, vendor: "nvidia" } }],
    ["{ gpu: { count: 1, vendor: amd } }", { gpu: { count: 1, vendor: "amd" } }],
    ["{ vpa: { updateMode: off } }", { vpa: { updateMode: "Off" } }],
    ["{ targets: { cpu: 70 } }", { targets: { cpu: 70, memory: null, requests: null, custom: null, external: null } }],
  ])("%s is read so", (text, expected) => {
    const [service] = parseManifest(`services:\n  web: { image: a, scale: ${text} }\n`, null).manifest?.services ?? [];
    expect(service?.scale).toMatchObject(expected);
  });
});

describe("the environment of a service", () => {
  it("is the file's and its own, with lists in it written out and what is no text left out", () => {
    const { services, requiredKeys } = read(
      "environment: [A, B=1, [C, [D]]]\nservices:\n  web: { image: a, environment: [A=2, 5, '*', E=x=y] }\n",
    );
    expect(services[0]?.environment).toEqual([
      { key: "A", default: null },
      { key: "B", default: "1" },
      { key: "C", default: null },
      { key: "A", default: "2" },
      { key: "*", default: null },
      { key: "E", default: "x=y" },
    ]);
    expect(requiredKeys).toEqual(["A", "C"]);
  });

  it("asks for nothing where there is no service", () => {
    expect(read("environment: [A]\n").requiredKeys).toEqual([]);
  });
});

describe("the rest of the file", () => {
  it("is read so", () => {
    const text = `
labels: { team: a }
params: { A: 0x10 }
appSettings: { awsLogs: { cwRetention: 30 } }
configs: [{ id: c, value: v }]
budget: { monthlyCapUsd: 10.5, atCapAction: alert-only }
services:
  web: { image: a, labels: { team: b } }
  api: { image: a, resources: [db, "db:MAIN_URL"] }
resources:
  db: { type: postgres, options: { storage: 200 } }
timers:
  clean: { service: web, schedule: "0 3 ? * * 2030", command: bin/clean, concurrency: forbid }
balancers:
  edge: { service: web, ports: { 443: 8443, 80: { protocol: HTTP, port: 8080 } }, whitelist: 10.0.0.0/8 }
`;
    const { services, ...rest } = read(text);
    expect(services.map(({ labels }) => labels)).toEqual([{ team: "b" }, { team: "a" }]);
    expect(services[1]?.resources).toEqual([
      { name: "db", variable: null },
      { name: "db", variable: "MAIN_URL" },
    ]);
    expect(rest).toMatchObject({
      labels: { team: "a" },
      params: { A: "0x10" },
      appSettings: { awsLogs: { cwRetention: 30, disableRetention: false } },
      configs: [{ id: "c", name: null, value: "v" }],
      budget: { monthlyCapUsd: 10.5, atCapAction: "alert-only", neverAutoShutdown: [] },
      resources: [{ name: "db", line: 11, type: "postgres", image: null, options: { storage: "200" } }],
      timers: [
        {
          name: "clean",
          line: 13,
          annotations: [],
          command: "bin/clean",
          schedule: "0 3 * * *",
          service: "web",
          concurrency: "forbid",
          parallelCount: 0,
        },
      ],
      balancers: [
        {
          name: "edge",
          line: 15,
          annotations: [],
          ports: [
            { source: 443, target: 8443, protocol: "TCP" },
            { source: 80, target: 8080, protocol: "HTTP" },
          ],
          service: "web",
          whitelist: ["10.0.0.0/8"],
        },
      ],
    });
  });

  it("is the same after JSON and back", () => {
    const manifest = read("services:\n  web: { image: a, scale: { keda: { advanced: { a: [1] } } } }\n");
    expect(JSON.parse(JSON.stringify(manifest))).toEqual(manifest);
  });
});

describe("a merge", () => {
  const base = "x-base: &base { internal: true, init: true, port: 80 }\n";

  it("in a service is dropped, and switches defaults off all the same", () => {
    const [service] = read(`${base}services:\n  web: { <<: *base, image: a }\n`).services;
    expect(service).toMatchObject({ internal: false, port: null, init: false, image: "a" });
  });

  it("in quotes in a service is done, in the order of the file", () => {
    const [service] = read(`${base}services:\n  web: { port: 90, "<<": *base, internal: no, image: a }\n`).services;
    expect(service).toMatchObject({ internal: false, port: { port: 80 }, init: true, image: "a" });
  });

  it("in quotes within a service is done as well", () => {
    const text = 'x: &x { cpu: 300 }\nservices: { web: { image: a, scale: { "<<": *x } } }\n';
    expect(read(text).services[0]?.scale).toMatchObject({ cpu: 300, count: { min: 1, max: 1 } });
  });

  it("at the root is done, in the order of the file", () => {
    const text = "x-one: &one { labels: { a: b } }\n<<: *one\nservices: { web: { image: a } }\n";
    expect(read(text).labels).toEqual({ a: "b" });
  });

  it("an alias as the whole value is read", () => {
    const [service] = read(`${base}services:\n  web: *base\n`).services;
    expect(service).toMatchObject({ internal: true, port: { port: 80 } });
  });
});
