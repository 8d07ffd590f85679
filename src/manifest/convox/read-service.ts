// A service of convox.yml as Convox reads and completes it (convox.md §4.3).
import {
  booleanOf,
  get,
  hasKey,
  isTrue,
  itemsOf,
  numberOf,
  stringOf,
  textOf,
  type ManifestEntry,
  type ManifestNode,
} from "./manifest-node.ts";
import type { TextMap } from "./model-parts.ts";
import {
  readAnnotations,
  readConfigMounts,
  readEnvironment,
  readPort,
  readPortProtocol,
  readTextMap,
  readTexts,
  readVolumeOptions,
} from "./read-parts.ts";
import { readHealth, readLiveness, readStartupProbe } from "./read-probes.ts";
import { readScale } from "./read-scale.ts";
import type {
  AccessControl,
  Certificate,
  Deployment,
  EnvironmentEntry,
  ImagePullSecret,
  InitContainer,
  NodeAffinity,
  Port,
  PortProtocol,
  ResourceLink,
  SecurityContext,
  Service,
  ServiceBuild,
} from "./service-model.ts";

/** What the file says for all of its services. */
export interface ForAll {
  readonly environment: readonly EnvironmentEntry[];
  readonly labels: TextMap;
  readonly lineOf: (entry: ManifestEntry) => number;
}

export function readService(entry: ManifestEntry, { environment, labels, lineOf }: ForAll): Service {
  const { key: name, value: service } = entry;
  const port = readServicePort(get(service, "port"));
  const scale = readScale(service);
  const liveness = readLiveness(get(service, "liveness"));
  const image = filled(textOf(get(service, "image")));
  return {
    name,
    line: lineOf(entry),
    ...flagsOf(service),
    accessControl: readAccessControl(get(service, "accessControl")),
    annotations: readAnnotations(get(service, "annotations")),
    build: readBuild(get(service, "build"), image),
    certificate: readCertificate(get(service, "certificate")),
    command: filled(textOf(get(service, "command"))),
    configMounts: readConfigMounts(get(service, "configMounts")),
    deployment: readDeployment(service),
    dnsConfig: readDnsConfig(get(service, "dnsConfig")),
    domain: readDomains(get(service, "domain")),
    drain: given(numberOf(get(service, "drain")), 30),
    environment: [...environment, ...readEnvironment(get(service, "environment"))],
    health: readHealth(get(service, "health")),
    image,
    imagePullSecrets: itemsOf(get(service, "imagePullSecrets")).map(readPullSecret),
    ingressAnnotations: readAnnotations(get(service, "ingressAnnotations")),
    initContainer: readInitContainer(get(service, "initContainer")),
    labels: { ...labels, ...readTextMap(get(service, "labels")) },
    lifecycle: readLifecycle(get(service, "lifecycle")),
    liveness,
    nodeAffinityLabels: itemsOf(get(service, "nodeAffinityLabels")).map(readAffinity),
    nodeSelectorLabels: readTextMap(get(service, "nodeSelectorLabels")),
    port,
    ports: readPorts(get(service, "ports"), port),
    resources: readTexts(get(service, "resources")).map(resourceLink),
    scale,
    securityContext: readSecurityContext(get(service, "securityContext")),
    startupProbe: readStartupProbe(get(service, "startupProbe"), {
      liveness,
      gpuPort: scale.gpu === null ? null : port,
    }),
    termination: { grace: hasKey(get(service, "termination"), "grace") ? graceOf(service) : 30 },
    test: filled(textOf(get(service, "test"))),
    timeout: given(numberOf(get(service, "timeout")), 60),
    volumes: readTexts(get(service, "volumes")),
    volumeOptions: readVolumeOptions(get(service, "volumeOptions")),
    whitelist: filled(textOf(get(service, "whitelist"))),
  };
}

type Flags = Pick<
  Service,
  | "agent"
  | "disableHostUsers"
  | "grpcHealthEnabled"
  | "init"
  | "internal"
  | "internalRouter"
  | "privileged"
  | "singleton"
  | "sticky"
  | "tls"
>;

/** Of two of them that are on by default, a key without a value is off. */
function flagsOf(service: ManifestNode): Flags {
  const tls = get(service, "tls");
  return {
    agent: isTrue(get(service, "agent")),
    disableHostUsers: isTrue(get(service, "disableHostUsers")),
    grpcHealthEnabled: isTrue(get(service, "grpcHealthEnabled")),
    init: hasKey(service, "init") ? isTrue(get(service, "init")) : true,
    internal: isTrue(get(service, "internal")),
    internalRouter: isTrue(get(service, "internalRouter")),
    privileged: isTrue(get(service, "privileged")),
    singleton: isTrue(get(service, "singleton")),
    sticky: isTrue(get(service, "sticky")),
    tls: { redirect: hasKey(tls, "redirect") ? isTrue(get(tls, "redirect")) : true },
  };
}

/** Empty text is nothing to Convox. */
function filled(text: string | null): string | null {
  return text === "" ? null : text;
}

/** 0 is not given, to Convox. */
function given(value: number | null, otherwise: number): number {
  return value === null || value === 0 ? otherwise : value;
}

function graceOf(service: ManifestNode): number {
  return numberOf(get(get(service, "termination"), "grace")) ?? 0;
}

function readAccessControl(node: ManifestNode | undefined): AccessControl | null {
  if (node === undefined) return null;
  const identity = get(node, "awsPodIdentity");
  return {
    awsPodIdentity: identity === undefined ? null : { policyArns: readTexts(get(identity, "policyArns")) },
  };
}

function readBuild(node: ManifestNode | undefined, image: string | null): ServiceBuild | null {
  const isMap = node?.kind === "map";
  const written = (isMap ? textOf(get(node, "path")) : textOf(node)) ?? "";
  const path = written === "" && image === null ? "." : written;
  if (path === "") return null;
  const manifest = filled(isMap ? textOf(get(node, "manifest")) : null) ?? "Dockerfile";
  return { path, manifest, args: isMap ? readTexts(get(node, "args")) : [] };
}

function readCertificate(node: ManifestNode | undefined): Certificate | null {
  return node === undefined ? null : { id: textOf(get(node, "id")), duration: textOf(get(node, "duration")) };
}

function readDeployment(service: ManifestNode): Deployment {
  const node = get(service, "deployment");
  const isReplaced = isTrue(get(service, "agent")) || isTrue(get(service, "singleton"));
  const end = (key: string, otherwise: number): number =>
    hasKey(node, key) ? (numberOf(get(node, key)) ?? 0) : otherwise;
  return { minimum: end("minimum", isReplaced ? 0 : 50), maximum: end("maximum", isReplaced ? 100 : 200) };
}

function readDnsConfig(node: ManifestNode | undefined): Service["dnsConfig"] {
  const ndots = numberOf(get(node, "ndots"));
  return ndots === null ? null : { ndots };
}

function readDomains(node: ManifestNode | undefined): readonly string[] {
  const written = node?.kind === "list" ? readTexts(node) : (stringOf(node) ?? "").split(",");
  return written.map((domain) => domain.trim()).filter((domain) => domain !== "");
}

function readPullSecret(node: ManifestNode): ImagePullSecret {
  return {
    registry: textOf(get(node, "registry")) ?? "",
    username: textOf(get(node, "username")) ?? "",
    password: filled(textOf(get(node, "password"))),
    passwordEnv: filled(textOf(get(node, "passwordEnv"))),
  };
}

function readInitContainer(node: ManifestNode | undefined): InitContainer | null {
  if (node === undefined) return null;
  return {
    image: filled(textOf(get(node, "image"))),
    command: filled(textOf(get(node, "command"))),
    volumeOptions: readVolumeOptions(get(node, "volumeOptions")),
    configMounts: readConfigMounts(get(node, "configMounts")),
  };
}

function readLifecycle(node: ManifestNode | undefined): Service["lifecycle"] {
  return { preStop: filled(textOf(get(node, "preStop"))), postStart: filled(textOf(get(node, "postStart"))) };
}

function readAffinity(node: ManifestNode): NodeAffinity {
  return {
    label: textOf(get(node, "label")) ?? "",
    value: textOf(get(node, "value")) ?? "",
    weight: numberOf(get(node, "weight")) ?? 0,
  };
}

function readServicePort(node: ManifestNode | undefined): Port | null {
  const port = readPort(node);
  return port === null || (port.scheme ?? "") !== "" ? port : { ...port, scheme: "http" };
}

function readPorts(node: ManifestNode | undefined, port: Port | null): readonly PortProtocol[] {
  return itemsOf(node)
    .map(readPortProtocol)
    .filter((one) => one.port !== port?.port || one.protocol.toLowerCase() !== "tcp");
}

function resourceLink(text: string): ResourceLink {
  const at = text.indexOf(":");
  return at < 0 ? { name: text, variable: null } : { name: text.slice(0, at), variable: text.slice(at + 1).trim() };
}

function readSecurityContext(node: ManifestNode | undefined): SecurityContext {
  const capabilities = get(node, "capabilities");
  return {
    runAsNonRoot: booleanOf(get(node, "runAsNonRoot")),
    runAsUser: numberOf(get(node, "runAsUser")),
    runAsGroup: numberOf(get(node, "runAsGroup")),
    readOnlyRootFilesystem: booleanOf(get(node, "readOnlyRootFilesystem")),
    allowPrivilegeEscalation: booleanOf(get(node, "allowPrivilegeEscalation")),
    capabilities: { add: readTexts(get(capabilities, "add")), drop: readTexts(get(capabilities, "drop")) },
    seccompProfile: filled(textOf(get(node, "seccompProfile"))),
  };
}
