// convox.yml as the v3 parser reads it (convox.md §4). Forms only: which values go together is in src/manifest/convox/.
import { closed, listOf, published, type JsonSchema } from "./json-schema.ts";

/** Go's YAML puts any scalar into a string. */
const text: JsonSchema = { type: ["string", "number", "boolean"], title: "text" };
const filledText: JsonSchema = { ...text, pattern: "\\S", title: "text that is not empty" };
const someText: JsonSchema = { ...text, minLength: 1, title: "text that is not empty" };
/** Go's YAML cuts a fraction off. */
const integer: JsonSchema = { type: "number", exclusiveMaximum: 2 ** 63, title: "a whole number" };
/** What goes through JSON is stricter. */
const int32: JsonSchema = { type: "integer", minimum: -(2 ** 31), maximum: 2 ** 31 - 1, title: "a whole number" };
const number: JsonSchema = { type: "number", title: "a number" };
const yesNo: JsonSchema = { type: "boolean", title: "true or false" };
const texts = listOf({ type: ["string", "number", "boolean", "null"], title: "text" }, { title: "a list of texts" });
const textMap: JsonSchema = { type: "object", additionalProperties: text, title: "a map of texts" };
/** Convox looks for one form here and passes over every other. */
const anything: JsonSchema = {};

const NAME_PATTERN = "^[a-z][a-z0-9-]*$";
/** Of a label's value, which every name of a service becomes. */
const LONGEST_NAME = 63;

function named(value: JsonSchema, what: string): JsonSchema {
  return {
    type: "object",
    propertyNames: {
      pattern: NAME_PATTERN,
      maxLength: LONGEST_NAME,
      title: `a name of a ${what}: at most ${LONGEST_NAME} lower-case letters, digits and \`-\``,
    },
    additionalProperties: value,
    title: `a map of a ${what}'s name to what it is`,
  };
}

const annotations = listOf(
  {
    title: "`key=value`, or a map of texts",
    anyOf: [
      { type: "string", title: "`key=value`", pattern: "=" },
      { type: "object", additionalProperties: { type: "string", title: "text" }, title: "a map of texts" },
    ],
  },
  { title: "a list of `key=value`" },
);
const plainAnnotations = listOf(
  { type: "string", title: "`key=value`", pattern: "=" },
  { title: "a list of `key=value`" },
);

const environment: JsonSchema = {
  type: "array",
  title: "a list of `KEY` (required), `KEY=default` or `*`",
  description: "`KEY` must be in env.yml; `KEY=default` may be; `*` is all of it.",
  examples: [["PORT=5000", "DATABASE_URL"]],
};

const labels: JsonSchema = { ...textMap, title: "a map of labels" };

const PORT_PATTERN = "^([^:]*:)?[-+]?[0-9]+$|^[^:]*:[-+]?[0-9]+:";
const port: JsonSchema = {
  title: "a port: 5000, `https:5443` or { port, scheme }",
  anyOf: [
    { type: "integer", title: "a port from 1 to 65535" },
    { type: "string", pattern: PORT_PATTERN, title: "a port, as `5000` or `https:5443`" },
    closed(
      {
        port: { type: ["integer", "string"], pattern: PORT_PATTERN, title: "a port, as 5000 or `https:5443`" },
        scheme: { type: "string", title: "a scheme, as `https`" },
      },
      { required: ["port"], title: "{ port, scheme }" },
    ),
  ],
};

const range: JsonSchema = { type: ["integer", "string", "object"], title: 'a count: 2, "1-5" or { min, max }' };

const kedaTrigger: JsonSchema = {
  title: "a KEDA trigger",
  anyOf: [
    closed({
      type: text,
      name: text,
      metadata: textMap,
      authenticationRef: closed({ name: text, kind: text }),
      metricType: text,
      useCachedMetrics: yesNo,
    }),
    { type: "null" },
  ],
};
const kedaTriggers = listOf(kedaTrigger, { title: "a list of KEDA triggers" });
const autoscaleTrigger = closed({ threshold: number, metricName: text, prometheusUrl: text, query: text });
const scaleMap = closed({
  count: { ...range, description: "A number of processes, a range, or { min, max }." },
  cpu: { ...anything, title: "millicores", description: "A whole number; default 250." },
  memory: { ...anything, title: "megabytes", description: "A whole number; default 512." },
  gpu: {
    title: "a number of GPUs, or { count, vendor }",
    anyOf: [
      { type: "integer", title: "a number of GPUs" },
      closed({ count: anything, vendor: anything }, { title: "{ count, vendor }" }),
    ],
  },
  limit: closed({ cpu: integer, memory: integer }),
  min: { ...anything, description: "A whole number of processes." },
  max: { ...anything, description: "A whole number of processes." },
  targets: closed({
    cpu: integer,
    memory: integer,
    requests: integer,
    custom: {
      type: "object",
      additionalProperties: closed({
        aggregate: text,
        dimensions: textMap,
        namespace: text,
        name: text,
        value: number,
      }),
      title: "a map of metrics",
    },
    external: listOf(closed({ name: text, averageValue: number, value: number, matchLabels: textMap })),
  }),
  keda: closed({
    triggers: kedaTriggers,
    pollingInterval: int32,
    initialCooldownPeriod: int32,
    cooldownPeriod: int32,
    idleReplicaCount: int32,
    advanced: { type: "object", title: "a map" },
    fallback: closed({ failureThreshold: int32, replicas: int32, behavior: text }),
  }),
  vpa: closed({
    updateMode: text,
    minCpu: text,
    maxCpu: text,
    minMem: text,
    maxMem: text,
    cpuOnly: yesNo,
    memOnly: yesNo,
    updateRequestOnly: yesNo,
  }),
  autoscale: closed({
    cpu: autoscaleTrigger,
    memory: autoscaleTrigger,
    gpuUtilization: autoscaleTrigger,
    queueDepth: autoscaleTrigger,
    custom: kedaTriggers,
    cooldownPeriod: int32,
    pollingInterval: int32,
  }),
});

const scale: JsonSchema = {
  title: 'a count (2), a range ("1-5") or a map',
  description: "How many processes, and how large. Default: one of 250 millicores and 512 MB.",
  examples: [{ count: 2, cpu: 256, memory: 512 }],
  anyOf: [
    { type: "integer", title: "a number of processes" },
    { type: "string", pattern: "^\\+?[0-9]+(-\\+?[0-9]+)?$", title: 'a count ("3") or a range ("1-5")' },
    scaleMap,
  ],
};

const probe = {
  path: text,
  grace: integer,
  interval: integer,
  timeout: integer,
  successThreshold: integer,
  failureThreshold: integer,
} as const;

const securityContext = closed({
  runAsNonRoot: yesNo,
  runAsUser: integer,
  runAsGroup: integer,
  readOnlyRootFilesystem: yesNo,
  allowPrivilegeEscalation: yesNo,
  capabilities: closed({ add: texts, drop: texts }),
  seccompProfile: { enum: ["RuntimeDefault", "Unconfined", ""], title: "`RuntimeDefault` or `Unconfined`" },
});

const volumeOptions = listOf(
  {
    title: "one of `emptyDir`, `awsEfs` and `azureFiles`",
    anyOf: [
      closed({
        emptyDir: closed({ id: text, mountPath: text, medium: text, sizeLimit: text }),
        awsEfs: closed({ id: text, mountPath: text, accessMode: text, storageClass: text, volumeHandle: text }),
        azureFiles: closed({ id: text, mountPath: text, accessMode: text, shareSize: text }),
      }),
      { type: "null" },
    ],
  },
  { examples: [[{ emptyDir: { id: "scratch", mountPath: "/scratch" } }]] },
);

const configMounts = listOf(
  closed({ id: someText, dir: someText, filename: someText }, { required: ["id", "dir", "filename"] }),
);

const service = closed({
  accessControl: closed({ awsPodIdentity: closed({ policyArns: texts }) }),
  agent: yesNo,
  annotations,
  build: {
    title: "a path, or { path, manifest, args }",
    anyOf: [{ type: "string" }, closed({ path: text, manifest: text, args: texts })],
  },
  certificate: closed({ id: text, duration: text }),
  command: { ...text, title: "a command as one text" },
  configMounts,
  deployment: closed({
    minimum: { ...integer, description: "A percentage from 0 to 100; default 50." },
    maximum: { ...integer, description: "A percentage from 100 to 200; default 200." },
  }),
  disableHostUsers: yesNo,
  dnsConfig: closed({ ndots: integer }),
  domain: { title: "a domain, or a list of domains", anyOf: [{ type: "string" }, listOf({ type: "string" })] },
  drain: { ...integer, description: "Seconds; default 30." },
  environment,
  grpcHealthEnabled: yesNo,
  health: {
    title: "a path, or { path, interval, grace, timeout, port, disable }",
    anyOf: [
      { type: "string" },
      closed({ path: anything, interval: anything, grace: anything, timeout: anything, port, disable: anything }),
    ],
  },
  image: { ...text, title: "an image" },
  imagePullSecrets: listOf(
    closed(
      { registry: someText, username: filledText, password: text, passwordEnv: text },
      { required: ["registry", "username"] },
    ),
  ),
  ingressAnnotations: annotations,
  init: yesNo,
  initContainer: closed({ image: text, command: text, volumeOptions, configMounts }),
  internal: yesNo,
  internalRouter: yesNo,
  labels,
  lifecycle: closed({ preStop: text, postStart: text }),
  liveness: closed({ ...probe, port }),
  nodeAffinityLabels: listOf(closed({ label: text, weight: integer, value: text })),
  nodeSelectorLabels: textMap,
  port,
  ports: listOf({ type: ["integer", "string"], title: "a port: 5000 or `5000/udp`" }),
  privileged: yesNo,
  resources: texts,
  scale,
  securityContext,
  singleton: yesNo,
  startupProbe: closed({ ...probe, tcpSocketPort: text }),
  sticky: yesNo,
  termination: closed({ grace: integer }),
  test: text,
  timeout: { ...integer, description: "Seconds; default 60." },
  tls: closed({ redirect: yesNo }),
  volumes: texts,
  volumeOptions,
  whitelist: text,
});

const balancer = closed(
  {
    annotations: plainAnnotations,
    ports: {
      type: "object",
      minProperties: 1,
      propertyNames: { pattern: "^[-+]?[0-9]+$", title: "a port" },
      title: "a map of ports",
      additionalProperties: {
        title: "a port, or { protocol, port }",
        anyOf: [
          { type: "integer", title: "a port" },
          closed({ protocol: text, port: integer }, { required: ["port"], title: "{ protocol, port }" }),
        ],
      },
    },
    service: { ...someText, title: "a service's name" },
    whitelist: {
      title: "a CIDR, or a list of CIDRs",
      anyOf: [{ type: "string", title: "a CIDR" }, listOf({ type: "string", title: "a CIDR" })],
    },
  },
  { required: ["ports", "service"] },
);

const timer = closed(
  {
    annotations: plainAnnotations,
    command: { ...text, title: "a command as one text" },
    concurrency: text,
    parallelCount: integer,
    schedule: { ...filledText, title: "a cron schedule of 5 fields" },
    service: { ...someText, title: "a service's name" },
  },
  { required: ["schedule", "service"] },
);

const budget = closed({
  monthlyCapUsd: number,
  alertThresholdPercent: number,
  atCapAction: {
    enum: ["alert-only", "block-new-deploys", "auto-shutdown", ""],
    title: "`alert-only`, `block-new-deploys` or `auto-shutdown`",
  },
  atCapWebhookUrl: text,
  pricingAdjustment: number,
  neverAutoShutdown: texts,
  shutdownOrder: { enum: ["largest-cost", "newest", ""], title: "`largest-cost` or `newest`" },
  notifyBeforeMinutes: { ...integer, description: "Minutes from 5 to 1440." },
  shutdownGracePeriod: { ...text, description: "A Go duration up to 1h, as `5m`." },
  recoveryMode: { enum: ["auto-on-reset", "manual", ""], title: "`auto-on-reset` or `manual`" },
});

export const convoxSchema: JsonSchema = published(
  "convox",
  closed(
    {
      appSettings: closed({ awsLogs: closed({ cwRetention: integer, disableRetention: yesNo }) }),
      balancers: { type: "object", additionalProperties: balancer, title: "a map of a balancer's name to what it is" },
      budget,
      configs: listOf(closed({ id: someText, name: text, value: text }, { required: ["id"] })),
      environment,
      labels,
      params: textMap,
      resources: named(
        closed(
          { type: { ...filledText, title: "a resource's type" }, image: text, options: textMap },
          { required: ["type"] },
        ),
        "resource",
      ),
      services: named(service, "service"),
      timers: named(timer, "timer"),
    },
    { title: "a Convox manifest (racks/<rack>/apps/<app>/convox.yml)" },
  ),
);
