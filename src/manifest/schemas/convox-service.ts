// A service of convox.yml (convox.md §4.3).
import {
  annotations,
  anything,
  command,
  configMounts,
  environment,
  filledText,
  image,
  integer,
  labels,
  port,
  someText,
  text,
  textMap,
  texts,
  volumeOptions,
  yesNo,
} from "./convox-forms.ts";
import { scale } from "./convox-scale.ts";
import { about, closed, listOf, type JsonSchema } from "./json-schema.ts";

const healthPath = "The path that is asked; any status from 200 to 399 is well.";

const health: JsonSchema = {
  title: "a path, or { path, interval, grace, timeout, port, disable }",
  examples: ["/healthz", { path: "/healthz", interval: 10 }],
  anyOf: [
    { type: "string" },
    closed({
      path: about(anything, `${healthPath} Default \`/\`.`, "/healthz"),
      interval: about(anything, "Seconds between two checks, a whole number; default 5.", 5),
      grace: about(anything, "Seconds before the first check, a whole number; default: the interval.", 5),
      timeout: about(anything, "Seconds to answer in, a whole number; default: the interval less one.", 4),
      port: about(port, "The port that is asked. Default: the service's."),
      disable: about(anything, "`true`: no check. Default false."),
    }),
  ],
};

const liveness = closed({
  path: about(text, `${healthPath} Without it there is no liveness check.`, "/live"),
  grace: about(integer, "Seconds before the first check; default 10."),
  interval: about(integer, "Seconds between two checks; default 5."),
  timeout: about(integer, "Seconds to answer in; default 5."),
  successThreshold: about(integer, "How many checks in a row must go well; default 1."),
  failureThreshold: about(integer, "How many checks in a row must fail before a restart; default 3."),
  port: about(port, "The port that is asked. Default: the service's."),
});

const startupProbe = closed({
  path: about(text, `${healthPath} This or \`tcpSocketPort\`.`, "/started"),
  grace: about(integer, "Seconds before the first check; default: that of `liveness`, with GPUs 300."),
  interval: about(integer, "Seconds between two checks; default: that of `liveness`, with GPUs 10."),
  timeout: about(integer, "Seconds to answer in; default: that of `liveness`, with GPUs 5."),
  successThreshold: about(integer, "How many checks in a row must go well; default: that of `liveness`, with GPUs 1."),
  failureThreshold: about(
    integer,
    "How many checks in a row must fail before a restart; default: that of `liveness`, with GPUs 180.",
  ),
  tcpSocketPort: about(text, "A port that must accept a connection. With GPUs and no path: the service's.", "5000"),
});

const securityContext = closed({
  runAsNonRoot: about(yesNo, "Refuses to start as root. Default: left to the cluster."),
  runAsUser: about(integer, "The user's id; not 0 with `runAsNonRoot`. Default: the image's."),
  runAsGroup: about(integer, "The group's id. Default: the image's."),
  readOnlyRootFilesystem: about(yesNo, "Nothing but volumes can be written. Default: left to the cluster."),
  allowPrivilegeEscalation: about(yesNo, "Whether a process may gain rights. Default: left to the cluster."),
  capabilities: about(
    closed({
      add: about(texts, "Names in capitals without `CAP_`.", ["NET_BIND_SERVICE"]),
      drop: about(texts, "Names in capitals without `CAP_`, or `ALL`.", ["ALL"]),
    }),
    "Linux capabilities that are given and taken.",
  ),
  seccompProfile: {
    enum: ["RuntimeDefault", "Unconfined", ""],
    title: "`RuntimeDefault` or `Unconfined`",
    description: "Which system calls are allowed: the runtime's own list, or all. Default: left to the cluster.",
  },
});

const build: JsonSchema = {
  title: "a path, or { path, manifest, args }",
  examples: [".", { path: "web", manifest: "Dockerfile.production" }],
  anyOf: [
    { type: "string" },
    closed({
      path: about(text, "The folder of the source; default `.`.", "web"),
      manifest: about(text, "The file in it; default `Dockerfile`.", "Dockerfile.production"),
      args: about(texts, "Arguments of the build, `KEY=value`. No secrets: they stay in the image.", [
        "NODE_ENV=production",
      ]),
    }),
  ],
};

const imagePullSecrets = listOf(
  closed(
    {
      registry: about(someText, "Host of the registry in lower case, with no scheme and no path.", "ghcr.io"),
      username: about(filledText, "Who signs in there."),
      password: about(text, "Exactly one of this and `passwordEnv`. It would stand in git as it is: use the other."),
      passwordEnv: about(text, "The key of env.yml that holds the password.", "REGISTRY_PASSWORD"),
    },
    { required: ["registry", "username"] },
  ),
);

const runs = {
  agent: about(yesNo, "One process on each node; counts and autoscaling have no effect. Default false."),
  command: about(command, "Default: the image's own.", "bin/web"),
  deployment: about(
    closed({
      minimum: about(integer, "A percentage from 0 to 100; default 50, of agents and singletons 0."),
      maximum: about(integer, "A percentage from 100 to 200; default 200, of agents and singletons 100."),
    }),
    "How many of the processes run while a release goes out.",
  ),
  drain: about(integer, "Seconds for open connections to end; default 30."),
  environment,
  init: about(yesNo, "An init process in the container, which reaps what its children leave. Default true."),
  initContainer: about(
    closed({
      image: about(image, "Default: the service's."),
      command: about(command, "Default: the image's own.", "bin/migrate"),
      volumeOptions: about(volumeOptions, "Volumes of the init container, as of the service."),
      configMounts: about(configMounts, "Files of the init container, as of the service."),
    }),
    "Runs to its end before each process of the service starts.",
  ),
  lifecycle: about(
    closed({
      preStop: about(text, "Runs before a process is stopped.", "sleep 5"),
      postStart: about(text, "Runs once a process has been started."),
    }),
    "Commands around the life of a process.",
  ),
  resources: about(
    texts,
    "Names of top-level `resources` whose address the service gets: `db` as DB_URL, DB_USER, DB_PASS, DB_HOST, DB_PORT and DB_NAME, `db:MAIN_URL` as MAIN_URL.",
    ["db", "db:MAIN_URL"],
  ),
  scale,
  singleton: about(yesNo, "Never two processes at a time, also while a release goes out. Default false."),
  termination: about(
    closed({ grace: about(integer, "Seconds from SIGTERM to SIGKILL; default 30.") }),
    "How a process is stopped.",
  ),
  test: about(text, "The command that `convox test` runs.", "bin/test"),
  volumes: about(texts, "`name:/path` or `/path`. A folder of the host, as /var/run/, reaches past the app.", [
    "data:/data",
  ]),
  volumeOptions: about(volumeOptions, "Volumes of a kind: memory or scratch, AWS EFS, Azure Files."),
  configMounts: about(configMounts, "Files from the top-level `configs`."),
} as const;

const reached = {
  certificate: about(
    closed({
      id: about(text, "A certificate that the rack has."),
      duration: about(text, "How long one that the rack makes is valid, as a Go duration.", "2160h"),
    }),
    "The certificate of the service's domains. Default: the rack makes one.",
  ),
  domain: about(
    {
      title: "a domain, or a list of domains",
      anyOf: [{ type: "string" }, listOf({ type: "string" })],
    },
    "Names under which the service is reached, beside the rack's own; a text may hold several with commas.",
    "shop.acme.example",
    ["shop.acme.example", "www.acme.example"],
  ),
  grpcHealthEnabled: about(yesNo, "Checks health by gRPC's own protocol, not by a path. Default false."),
  health: about(health, "Whether a process may be routed to. A text is the path."),
  ingressAnnotations: about(
    annotations,
    "Annotations of the ingress. Those of nginx can change what other requests do.",
  ),
  internal: about(yesNo, "Not reachable from outside the rack; not with `internalRouter`. Default false."),
  internalRouter: about(
    yesNo,
    "Reachable through the rack's internal router only, which the rack parameter `internal_router` switches on; not with `internal`. Default false.",
  ),
  liveness: about(liveness, "Whether a process is restarted."),
  port: about(port, "The port that is routed to. Default: none; the service then gets no requests."),
  ports: about(
    listOf({ type: ["integer", "string"], title: "a port: 5000 or `5000/udp`" }),
    "Further ports, reached from within the rack: a number (tcp) or `5000/udp`.",
    [5001, "5002/udp"],
  ),
  startupProbe: about(startupProbe, "What the other checks wait for, of a process that starts slowly."),
  sticky: about(yesNo, "One visitor's requests go to the same process. Default false."),
  timeout: about(integer, "Seconds for a request to be answered; default 60."),
  tls: about(closed({ redirect: about(yesNo, "Sends http to https. Default true.") }), "How https is offered."),
  whitelist: about(
    text,
    "Addresses that may reach the service: CIDRs with commas. Convox does not check them.",
    "10.0.0.0/8,192.168.0.0/16",
  ),
} as const;

const placed = {
  accessControl: about(
    closed({
      awsPodIdentity: about(
        closed({
          policyArns: about(texts, "The policies' ARNs.", ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]),
        }),
        "IAM policies that the processes hold, by EKS Pod Identity.",
      ),
    }),
    "AWS: what the processes may do in the account.",
  ),
  annotations: about(annotations, "Annotations of the processes' pods."),
  build: about(build, "Where the image is built from. Default: the folder `.` where there is no `image`."),
  disableHostUsers: about(yesNo, "Users in the container are none of the node's (`hostUsers: false`). Default false."),
  dnsConfig: about(
    closed({ ndots: about(integer, "Names with fewer dots are looked up in the cluster first.", 2) }),
    "How names are looked up.",
  ),
  image: about(image, "Runs this image; nothing is built. A digest (`@sha256:…`) pins it."),
  imagePullSecrets: about(imagePullSecrets, "How to sign in to the registries of images, each once.", [
    { registry: "ghcr.io", username: "acme", passwordEnv: "REGISTRY_PASSWORD" },
  ]),
  labels: about(
    labels,
    "Labels of the processes, over those of the whole file. `system`, `rack`, `app`, `name`, `service`, `release` and `type` are Convox's own.",
  ),
  nodeAffinityLabels: about(
    listOf(
      closed({
        label: about(text, "The node's label."),
        weight: about(integer, "How much it counts, from 1 to 100."),
        value: about(text, "The label's value."),
      }),
    ),
    "Nodes that are preferred.",
    [{ label: "convox.io/label", weight: 10, value: "large" }],
  ),
  nodeSelectorLabels: about(textMap, "Runs on nodes with all of these labels only.", { "convox.io/label": "large" }),
  privileged: about(yesNo, "Runs with every right on the node, which is every app's. Default false."),
  securityContext: about(securityContext, "What the processes may do on their node."),
} as const;

export const service = closed(
  { ...runs, ...reached, ...placed },
  {
    description: "Processes of one image: what they run, how many, and how they are reached.",
    examples: [{ image: "registry.acme.example/web:1.4.2", port: 3000, health: "/healthz", scale: { count: 2 } }],
  },
);
