// What a rack refuses of a convox.yml, and what it reads over without a word: convox.md §4, row by row.
import { describe, expect, it } from "@jest/globals";
import { parseManifest } from "../../src/manifest/parse-manifest.ts";

const service = (text: string): string => `services:\n  web: { image: a, ${text} }\n`;
const scale = (text: string): string => service(`scale: { ${text} }`);
/** Of a line of its own, below services that it may name. */
const beside = (text: string): string => `${text}\nservices: { web: { image: a } }\n`;

/** `rule line:column`, warnings marked. */
function inShort(text: string): readonly string[] {
  return parseManifest(text, new Map()).findings.map(
    ({ rule, line, column, level }) => `${level === "warning" ? "warning " : ""}${rule} ${line}:${column}`,
  );
}

describe("a rack refuses", () => {
  it.each<[string, string]>([
    ["a service as text", "services: { web: hello }|bad-value 1:18"],
    ["a service as a list", "services: { web: [a] }|bad-value 1:18"],
    ["services as text", "services: x|bad-value 1:11"],
    ["a service named `on`", "services: { on: { image: a } }|bad-name 1:13"],
    ["a name of 64 characters", `services: { ${"a".repeat(64)}: { image: a } }|bad-name 1:13`],
    ["an image as a list", "services: { web: { image: [a] } }|bad-value 1:27"],
    ["true in quotes", `${service('internal: "true"')}|bad-value 2:30`],
    ["a number in quotes", `${service('drain: "5"')}|bad-value 2:27`],
    ["a number with a unit", `${service("timeout: 5s")}|bad-value 2:29`],
    ["an agent as a map", `${service("agent: {}")}|bad-value 2:27`],
    ["an annotation without `=`", `${service("annotations: [a]")}|bad-value 2:34`],
    ["an annotation of a number", `${service("annotations: [{ a: 5 }]")}|bad-value 2:39`],
    ["an annotation of nothing", `${service("annotations: [{ a: }]")}|convox-rule 2:36`],
    ["an annotation with a number for a key", `${service("annotations: [{ 1: a }]")}|convox-rule 2:36`],
    ["a build as a number", `${service("build: 1.0")}|bad-value 2:27`],
    ["build arguments as text", `${service("build: { args: x }")}|bad-value 2:35`],
    ["a domain as a number", `${service("domain: 5")}|bad-value 2:28`],
    ["an environment as text", `${service("environment: FOO")}|bad-value 2:33`],
    ["a health check as a number", `${service("health: 5")}|bad-value 2:28`],
    ["a liveness check as text", `${service("liveness: /")}|bad-value 2:30`],
    ["a liveness port of letters", `${service("liveness: { path: /, port: x }")}|bad-value 2:47`],
    ["resources as text", `${service("resources: db")}|bad-value 2:31`],
    ["`tls` as a boolean", `${service("tls: true")}|bad-value 2:25`],
    ["a port as a map without one", `${service("port: { scheme: https }")}|missing-key 2:26`],
    ["a port with a scheme that is a number", `${service("port: { port: 5, scheme: 5 }")}|bad-value 2:45`],
    ["a port of letters", `${service("port: web")}|bad-value 2:26`],
    ["a port as a fraction", `${service("port: 80.5")}|bad-value 2:26`],
    ["a port over 65535", `${service("port: 70000")}|convox-port 2:26`],
    ["further ports as a number", `${service("ports: 5")}|bad-value 2:27`],
    ["a further port of another protocol", `${service("ports: [5000/icmp]")}|convox-port 2:28`],
    ["a deployment under 100 at most", `${service("deployment: { maximum: 90 }")}|convox-rule 2:43`],
    ["a deployment with a maximum of nothing", `${service("deployment: { maximum: }")}|convox-rule 2:32`],
    ["internal with an internal router", `${service("internal: true, internalRouter: true")}|convox-rule 2:30`],
    ["a reserved label", `${service("labels: { app: x }")}|convox-label 2:35`],
    ["a reserved label without a value", `${service("labels: { app: }")}|convox-label 2:30`],
    ["a reserved label of the file", `${beside("labels: { rack: x }")}|convox-label 1:17`],
    ["a resource that is not there", `${service("resources: [db]")}|convox-resource 2:32`],
    ["a seccomp profile that is none", `${service("securityContext: { seccompProfile: Localhost }")}|bad-value 2:55`],
    ["a capability with CAP_", `${service("securityContext: { capabilities: { add: [CAP_X] } }")}|convox-rule 2:61`],
    ["root that is not root", `${service("securityContext: { runAsNonRoot: true, runAsUser: 0 }")}|convox-rule 2:70`],
    [
      "a registry with a path",
      `${service("imagePullSecrets: [{ registry: ghcr.io/a, username: u, passwordEnv: P }]")}|convox-rule 2:51`,
    ],
    [
      "a blank user name",
      `${service("imagePullSecrets: [{ registry: ghcr.io, username: ' ', passwordEnv: P }]")}|bad-value 2:70`,
    ],
    [
      "a registry without a password",
      `${service("imagePullSecrets: [{ registry: a, username: u }]")}|convox-rule 2:39`,
    ],
    ["a volume without an id", `${service("volumeOptions: [{ emptyDir: { mountPath: /a } }]")}|convox-volume 2:48`],
    [
      "an empty folder on a disk",
      `${service("volumeOptions: [{ emptyDir: { id: a, mountPath: /a, medium: Disk } }]")}|convox-volume 2:80`,
    ],
    [
      "a size that is none",
      `${service("volumeOptions: [{ emptyDir: { id: a, mountPath: /a, sizeLimit: 1GB } }]")}|convox-volume 2:83`,
    ],
    [
      "EFS without an access mode",
      `${service("volumeOptions: [{ awsEfs: { id: a, mountPath: /a } }]")}|convox-volume 2:46`,
    ],
    [
      "a share under 100Gi",
      `${service("volumeOptions: [{ azureFiles: { id: a, mountPath: /a, accessMode: ReadWriteMany, shareSize: 99Gi } }]")}|convox-volume 2:112`,
    ],
    ["a config that is not there", `${service("configMounts: [{ id: a, dir: /, filename: f }]")}|convox-rule 2:41`],
    ["a config without an id", `${beside("configs: [{ name: a }]")}|missing-key 1:11`],
    ["a count with a plus", `${service('scale: "3+"')}|bad-value 2:27`],
    ["a count as a fraction", `${service("scale: 1.5")}|bad-value 2:27`],
    ["a count under 0", `${scale("count: -1")}|convox-scale 2:36`],
    ["a count of which the end is missing", `${scale("count: { min: 2 }")}|convox-scale 2:36`],
    ["a count backwards", `${scale("count: 5-2")}|convox-scale 2:36`],
    ["a count in a list", `${scale("count: []")}|bad-value 2:36`],
    ["a minimum over the maximum", `${scale("min: 3, max: 2")}|convox-scale 2:42`],
    ["GPUs as text", `${scale('gpu: "1"')}|bad-value 2:34`],
    ["a limit below the request", `${scale("cpu: 200, limit: { cpu: 100 }")}|convox-scale 2:53`],
    ["a threshold over 100", `${scale("min: 1, autoscale: { cpu: { threshold: 101 } }")}|convox-scale 2:68`],
    ["a trigger without a threshold", `${scale("min: 1, autoscale: { cpu: {} }")}|convox-scale 2:55`],
    ["a trigger as a number", `${scale("min: 1, autoscale: { cpu: 70 }")}|bad-value 2:55`],
    ["a fixed count with autoscaling", `${scale("count: 5, autoscale: { cpu: { threshold: 50 } }")}|convox-scale 2:36`],
    ["zero with cpu alone", `${scale("autoscale: { cpu: { threshold: 50 } }")}|convox-scale 2:40`],
    [
      "GPU utilization without GPUs",
      `${scale("min: 1, autoscale: { gpuUtilization: { threshold: 50 } }")}|convox-scale 2:66`,
    ],
    [
      "a Prometheus that is no web address",
      `${scale("min: 1, autoscale: { queueDepth: { threshold: 5, prometheusUrl: ftp://x } }")}|convox-scale 2:93`,
    ],
    [
      "a trigger with Convox's prefix",
      `${scale("min: 1, autoscale: { custom: [{ type: cron, name: convox-a }] }")}|convox-scale 2:79`,
    ],
    ["a KEDA interval in quotes", `${scale('keda: { pollingInterval: "5" }')}|bad-value 2:54`],
    ["an update mode that is none", `${scale("vpa: { updateMode: x }")}|convox-scale 2:48`],
    ["a metric as a list", `${scale("targets: { custom: [] }")}|bad-value 2:48`],
    ["a resource as text", "resources: { db: postgres }|bad-value 1:18"],
    ["a resource without a type", "resources: { db: }|missing-key 1:14"],
    ["a resource of a blank type", 'resources: { db: { type: " " } }|bad-value 1:26'],
    ["a name that AWS does not take", "resources: { a-name-of-21-characters: { type: rds-postgres } }|bad-name 1:39"],
    ["a timer without a service", `${beside('timers: { t: { schedule: "0 3 * * *" } }')}|missing-key 1:14`],
    [
      "a timer of no service",
      `${beside('timers: { t: { schedule: "0 3 * * *", service: api } }')}|convox-service 1:48`,
    ],
    [
      "`?` within a field",
      `${beside('timers: { t: { schedule: "0 3 1 1 */?", service: web } }')}|convox-schedule 1:26`,
    ],
    ["four fields", `${beside('timers: { t: { schedule: "0 3 * *", service: web } }')}|convox-schedule 1:26`],
    ["the minute 61", `${beside('timers: { t: { schedule: "61 3 * * *", service: web } }')}|convox-schedule 1:26`],
    [
      "a word that cron has not",
      `${beside('timers: { t: { schedule: "@often", service: web } }')}|convox-schedule 1:26`,
    ],
    [
      "a concurrency that is none",
      `${beside('timers: { t: { schedule: "0 3 * * *", service: web, concurrency: never } }')}|convox-rule 1:66`,
    ],
    ["a balancer without ports", `${beside("balancers: { b: { service: web } }")}|missing-key 1:17`],
    ["a balancer with ports in a list", `${beside("balancers: { b: { service: web, ports: [80] } }")}|bad-value 1:40`],
    [
      "a balancer's port of letters",
      `${beside("balancers: { b: { service: web, ports: { http: 80 } } }")}|bad-name 1:42`,
    ],
    [
      "a balancer's target in quotes",
      `${beside('balancers: { b: { service: web, ports: { 80: "80" } } }')}|bad-value 1:46`,
    ],
    ["a balancer's target of 0", `${beside("balancers: { b: { service: web, ports: { 80: 0 } } }")}|convox-port 1:46`],
    [
      "CIDRs with a comma",
      `${beside("balancers: { b: { service: web, ports: { 80: 80 }, whitelist: '10.0.0.0/8,10.1.0.0/16' } }")}|convox-whitelist 1:63`,
    ],
    [
      "an address without a mask",
      `${beside("balancers: { b: { service: web, ports: { 80: 80 }, whitelist: [10.0.0.1] } }")}|convox-whitelist 1:64`,
    ],
    ["a budget as a number", `${beside("budget: 5")}|bad-value 1:9`],
    ["an action that is none", `${beside("budget: { atCapAction: stop }")}|bad-value 1:24`],
    ["a notice of 3 minutes", `${beside("budget: { notifyBeforeMinutes: 3 }")}|convox-rule 1:32`],
    ["a grace period of 2 hours", `${beside("budget: { shutdownGracePeriod: 2h }")}|convox-rule 1:32`],
    [
      "a shutdown without a cap",
      `${beside("budget: { atCapAction: auto-shutdown, atCapWebhookUrl: https://x.example }")}|convox-rule 1:24`,
    ],
    [
      "a shutdown that nobody hears of",
      `${beside("budget: { atCapAction: auto-shutdown, monthlyCapUsd: 5 }")}|convox-rule 1:24`,
    ],
    [
      "a shutdown of nothing",
      `${beside("budget: { atCapAction: auto-shutdown, monthlyCapUsd: 5, atCapWebhookUrl: a, neverAutoShutdown: [web] }")}|convox-rule 1:24`,
    ],
    ["a merge of a number", "<<: 5\nservices: { web: { image: a } }|merge-key 1:1"],
  ])("%s", (_, line) => {
    const at = line.lastIndexOf("|");
    expect(inShort(line.slice(0, at))).toEqual([line.slice(at + 1)]);
  });
});

describe("a rack takes", () => {
  it.each<[string, string]>([
    ["no services", "{}"],
    ["an empty list of services", "services: []"],
    ["a service without a value", "services:\n  web:\n"],
    [
      "an EFS volume with all",
      service("volumeOptions: [{ awsEfs: { id: a, mountPath: /a, accessMode: ReadWriteMany } }]"),
    ],
    ["numbers where text is wanted", service("command: 1.5, test: yes, whitelist: 5")],
    ["a port with a plus", service("port: +5000")],
    ["a reserved label's name elsewhere", service("nodeSelectorLabels: { app: x }")],
    ["autoscaling from 1", scale("min: 1, autoscale: { cpu: { threshold: 50 } }")],
    ["autoscaling from 0 by a queue", scale("min: 0, max: 5, autoscale: { queueDepth: { threshold: 50 } }")],
    ["a KEDA trigger of numbers", scale("keda: { triggers: [{ type: cron, metadata: { a: 5, b: true } }] }")],
    [
      "a password of nothing beside one",
      service("imagePullSecrets: [{ registry: a, username: u, password: '', passwordEnv: P }]"),
    ],
    ["a schedule with names", beside('timers: { t: { schedule: "*/5 8-18 ? JAN-jun mon,fri", service: web } }')],
    ["a schedule in a word", beside('timers: { t: { schedule: "@every 1h30m", service: web } }')],
    [
      "CIDRs of both kinds",
      beside("balancers: { b: { service: web, ports: { 80: 80 }, whitelist: [10.0.0.0/8, 'fd00::/8'] } }"),
    ],
    ["a budget of nothing", beside("budget: {}")],
    ["lists joined by aliases", "environment: &e [A=1]\nservices: { web: { image: a, environment: [*e, [B=2]] } }\n"],
  ])("%s", (_, text) => {
    expect(inShort(text)).toEqual([]);
  });
});

describe("a rack reads over", () => {
  it.each<[string, string]>([
    ["a key of another name", `${service("prot: 80")}|unknown-key 2:20`],
    ["a key of another name deep inside", `${scale("limit: { mem: 5 }")}|unknown-key 2:38`],
    ["a top-level key", `${beside("x-anchors: 1")}|unknown-key 1:1`],
    ["what is merged into a service", "x: &x { a: b }\nservices: { web: { <<: *x, image: a } }|unknown-key 1:1"],
    ["millicores in quotes", `${scale('cpu: "256"')}|convox-ignored 2:34`],
    ["memory with a unit", `${scale("memory: 512Mi")}|convox-ignored 2:37`],
    ["a minimum in quotes", `${scale('min: "2", max: 3')}|convox-ignored 2:34`],
    ["seconds with a unit", `${service("health: { interval: 10s }")}|convox-ignored 2:40`],
    ["a health path that is a number", `${service("health: { path: 5 }")}|convox-ignored 2:36`],
    ["`disable` in quotes", `${service('health: { disable: "true" }')}|convox-ignored 2:39`],
    ["a fraction", `${service("drain: 3.7")}|convox-ignored 2:27`],
    ["the port 0", `${service("port: 0")}|convox-ignored 2:26`],
    ["liveness without a path", `${service("liveness: { grace: 5 }")}|convox-ignored 2:30`],
    ["a startup probe without a path", `${service("startupProbe: { grace: 5 }")}|convox-ignored 2:34`],
    ["a volume of no kind", `${service("volumeOptions: [{}]")}|convox-ignored 2:36`],
    [
      "how an agent scales",
      `${service("agent: true, scale: { min: 1, keda: { triggers: [{ type: cron }] } }")}|convox-ignored 2:40`,
    ],
    ["a number in an environment", `${service("environment: [5]")}|convox-ignored 2:34`],
    ["a map in an environment", `${service("environment: [{ A: b }]")}|convox-ignored 2:34`],
    ["a list in a list in a list", `${service("environment: [[[A=1]]]")}|convox-ignored 2:35`],
    ["the sixth field", `${beside('timers: { t: { schedule: "0 3 * * ? 2030", service: web } }')}|convox-ignored 1:26`],
    ["an exempt service that is none", `${beside("budget: { neverAutoShutdown: [api] }")}|convox-ignored 1:31`],
    ["the first of two keys", `${service("drain: 1, drain: 2")}|duplicate-key 2:30`],
    [
      "a day that never comes",
      `${beside('timers: { t: { schedule: "0 0 30 2 *", service: web } }')}|convox-schedule 1:26`,
    ],
    [
      "a timer of every minute",
      `${beside('timers: { t: { schedule: "* * * * *", service: web } }')}|convox-schedule 1:26`,
    ],
  ])("%s, and a warning says so", (_, line) => {
    const at = line.lastIndexOf("|");
    const found = inShort(line.slice(0, at));
    expect(found.filter((one) => !one.startsWith("warning"))).toEqual([]);
    expect(found).toContain(`warning ${line.slice(at + 1)}`);
  });
});
