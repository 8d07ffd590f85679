// convox.yml as the v3 parser reads it (convox.md §4). Forms only: which values go together is in src/manifest/convox/.
import { closed, listOf, published, type JsonSchema } from "./json-schema.ts";

/** Go's YAML puts any scalar into a string. */
const text: JsonSchema = { type: ["string", "number", "boolean"], title: "text" };
const integer: JsonSchema = { type: "integer", title: "a whole number" };
const yesNo: JsonSchema = { type: "boolean", title: "true or false" };
const texts = listOf(text, { title: "a list of texts" });
const textMap: JsonSchema = { type: "object", additionalProperties: text, title: "a map of texts" };
const anything: JsonSchema = {};

const NAME_PATTERN = "^[a-z][a-z0-9-]*$";

function named(value: JsonSchema, what: string): JsonSchema {
  return {
    type: "object",
    propertyNames: { pattern: NAME_PATTERN, title: `a name of a ${what}: lower-case letters, digits and \`-\`` },
    additionalProperties: value,
    title: `a map of a ${what}'s name to what it is`,
  };
}

const annotations = listOf(
  {
    title: "`key=value`, or a map of one key",
    anyOf: [
      { type: "string", title: "`key=value`", pattern: "^[^=]+=" },
      {
        type: "object",
        additionalProperties: { type: "string" },
        minProperties: 1,
        maxProperties: 1,
        title: "a map of one key",
      },
    ],
  },
  { title: "a list of `key=value`" },
);
const plainAnnotations = listOf(
  { type: "string", title: "`key=value`", pattern: "^[^=]+=" },
  { title: "a list of `key=value`" },
);

const environment: JsonSchema = {
  type: "array",
  title: "a list of `KEY` (required), `KEY=default` or `*`",
  description: "`KEY` must be in env.yml; `KEY=default` may be; `*` is all of it.",
  examples: [["PORT=5000", "DATABASE_URL"]],
};

const labels: JsonSchema = { ...textMap, title: "a map of labels" };

const port: JsonSchema = {
  title: "a port: 5000, `https:5443` or { port, scheme }",
  anyOf: [
    { type: "integer", minimum: 1, maximum: 65535, title: "a port from 1 to 65535" },
    { type: "string", pattern: "^([a-zA-Z][a-zA-Z0-9]*:)?[0-9]{1,5}$", title: "a port, as `5000` or `https:5443`" },
    closed(
      {
        port: { type: ["integer", "string"], title: "a port, as 5000 or `https:5443`" },
        scheme: text,
      },
      { required: ["port"], title: "{ port, scheme }" },
    ),
  ],
};

const range: JsonSchema = { type: ["integer", "string", "object"], title: 'a count: 2, "1-5" or { min, max }' };

const autoscaleTarget = closed({ threshold: { type: "number" }, metricName: text, prometheusUrl: text, query: text });
const scaleMap = closed({
  count: { ...range, description: "A number of processes, a range, or { min, max }." },
  cpu: { ...anything, title: "millicores", description: "A whole number; default 250." },
  memory: { ...anything, title: "megabytes", description: "A whole number; default 512." },
  gpu: { title: "a number of GPUs, or { count, vendor }", anyOf: [integer, closed({ count: integer, vendor: text })] },
  limit: closed({ cpu: integer, memory: integer }),
  min: { type: "number", title: "a whole number" },
  max: { type: "number", title: "a whole number" },
  targets: closed({ cpu: integer, memory: integer, requests: integer, custom: anything, external: anything }),
  keda: { type: "object" },
  vpa: { type: "object" },
  autoscale: closed({
    cpu: autoscaleTarget,
    memory: autoscaleTarget,
    gpuUtilization: autoscaleTarget,
    queueDepth: autoscaleTarget,
    custom: { type: "array" },
    cooldownPeriod: integer,
    pollingInterval: integer,
  }),
});

const scale: JsonSchema = {
  title: 'a count (2), a range ("1-5") or a map',
  description: "How many processes, and how large. Default: one of 250 millicores and 512 MB.",
  examples: [{ count: 2, cpu: 256, memory: 512 }],
  anyOf: [
    { type: "integer", title: "a number of processes" },
    { type: "string", pattern: "^[0-9]+(-[0-9]+)?$", title: 'a count ("3") or a range ("1-5")' },
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
  seccompProfile: { enum: ["RuntimeDefault", "Unconfined"], title: "`RuntimeDefault` or `Unconfined`" },
});

const ACCESS_MODES = ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany"] as const;
const accessMode: JsonSchema = { enum: ACCESS_MODES, title: "`ReadWriteOnce`, `ReadOnlyMany` or `ReadWriteMany`" };
const volumeOptions = listOf(
  closed(
    {
      emptyDir: closed({ id: text, mountPath: text, medium: text, sizeLimit: text }, { required: ["id", "mountPath"] }),
      awsEfs: closed(
        { id: text, mountPath: text, accessMode, storageClass: text, volumeHandle: text },
        { required: ["id", "mountPath", "accessMode"] },
      ),
      azureFiles: closed(
        { id: { ...text, pattern: NAME_PATTERN }, mountPath: text, accessMode, shareSize: text },
        { required: ["id", "mountPath", "accessMode"] },
      ),
    },
    { minProperties: 1, maxProperties: 1, title: "one of `emptyDir`, `awsEfs` and `azureFiles`" },
  ),
);

const configMounts = listOf(closed({ id: text, dir: text, filename: text }, { required: ["id", "dir", "filename"] }));

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
    minimum: { type: "integer", minimum: 0, maximum: 100, title: "a percentage from 0 to 100" },
    maximum: { type: "integer", minimum: 100, maximum: 200, title: "a percentage from 100 to 200" },
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
      closed({ path: text, interval: anything, grace: anything, timeout: anything, port, disable: yesNo }),
    ],
  },
  image: { ...text, title: "an image" },
  imagePullSecrets: listOf(
    closed(
      { registry: text, username: text, password: text, passwordEnv: text },
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
  liveness: closed({ ...probe, port: anything }),
  nodeAffinityLabels: listOf(closed({ label: text, weight: integer, value: text })),
  nodeSelectorLabels: textMap,
  port,
  ports: listOf({ type: ["integer", "string"], title: "a port: 5000 or `5000/udp`" }),
  privileged: yesNo,
  resources: listOf({ type: "string", title: "a resource's name, or `name:ENVVAR`", minLength: 1 }),
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
      propertyNames: { pattern: "^[0-9]{1,5}$", title: "a port" },
      title: "a map of ports",
      additionalProperties: {
        title: "a port, or { protocol, port }",
        anyOf: [integer, closed({ protocol: text, port: integer }, { required: ["port"] })],
      },
    },
    service: { type: "string", minLength: 1, title: "a service's name" },
    whitelist: { title: "CIDRs", anyOf: [{ type: "string" }, texts] },
  },
  { required: ["ports", "service"] },
);

const timer = closed(
  {
    annotations: plainAnnotations,
    command: { ...text, title: "a command as one text" },
    concurrency: text,
    parallelCount: integer,
    schedule: { type: "string", minLength: 1, title: "a cron schedule of 5 fields" },
    service: { type: "string", minLength: 1, title: "a service's name" },
  },
  { required: ["schedule", "service"] },
);

const budget = closed({
  monthlyCapUsd: { type: "number" },
  alertThresholdPercent: { type: "number" },
  atCapAction: { enum: ["alert-only", "block-new-deploys", "auto-shutdown"], title: "an action" },
  atCapWebhookUrl: text,
  pricingAdjustment: { type: "number" },
  neverAutoShutdown: texts,
  shutdownOrder: { enum: ["largest-cost", "newest"], title: "`largest-cost` or `newest`" },
  notifyBeforeMinutes: { type: "integer", minimum: 5, maximum: 1440, title: "minutes from 5 to 1440" },
  shutdownGracePeriod: text,
  recoveryMode: { enum: ["auto-on-reset", "manual"], title: "`auto-on-reset` or `manual`" },
});

export const convoxSchema: JsonSchema = published(
  "convox",
  closed(
    {
      appSettings: closed({ awsLogs: closed({ cwRetention: integer, disableRetention: yesNo }) }),
      balancers: { type: "object", additionalProperties: balancer, title: "a map of balancers" },
      budget,
      configs: listOf(closed({ id: text, name: text, value: text }, { required: ["id"] })),
      environment,
      labels,
      params: textMap,
      resources: named(
        closed(
          { type: { type: "string", minLength: 1, title: "a resource's type" }, image: text, options: textMap },
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
