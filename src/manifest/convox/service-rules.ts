// What Convox demands of a service beyond the form of its keys (convox.md §4.3).
import { shownWord } from "../found-words.ts";
import { didYouMean } from "../near-miss.ts";
import { floatOf, get, integerOf, itemsOf, textOf, type ManifestNode } from "./manifest-node.ts";
import type { ManifestReader } from "./manifest-reader.ts";
import { readPort, readPortProtocol } from "./read-parts.ts";
import { checkScale } from "./scale-rules.ts";
import type { Service } from "./service-model.ts";
import { checkVolumeOptions, checkVolumes } from "./volume-rules.ts";

const RESERVED_LABELS: ReadonlySet<string> = new Set(["system", "rack", "app", "name", "service", "release", "type"]);

export function checkLabels(labels: ManifestNode | undefined, reader: ManifestReader): void {
  if (labels?.kind !== "map") return;
  for (const { key, keyOffset, value } of [...labels.entries, ...labels.blank]) {
    if (!RESERVED_LABELS.has(key)) continue;
    const place = { offset: value.kind === "scalar" && value.value === null ? keyOffset : value.offset };
    const message = `expected another label, found \`${key}\`, which Convox sets itself`;
    reader.error(place, { rule: "convox-label", message });
  }
}

export function checkService(service: Service, node: ManifestNode, reader: ManifestReader): void {
  checkLabels(get(node, "labels"), reader);
  for (const port of [get(node, "port"), get(get(node, "health"), "port"), get(get(node, "liveness"), "port")]) {
    checkPort(port, reader);
  }
  for (const item of itemsOf(get(node, "ports"))) checkPortProtocol(item, reader);
  checkAnnotations(get(node, "annotations"), reader);
  checkAnnotations(get(node, "ingressAnnotations"), reader);
  checkBuild(service, get(node, "build"), reader);
  checkHealth(get(node, "health"), reader);
  checkProbePaths(node, reader);
  checkDeployment(service, node, reader);
  checkResources(get(node, "resources"), reader);
  checkVolumes(get(node, "volumes"), reader);
  checkVolumeOptions(get(node, "volumeOptions"), reader);
  checkVolumeOptions(get(get(node, "initContainer"), "volumeOptions"), reader);
  checkSecurityContext(service, get(node, "securityContext"), reader);
  checkPullSecrets(service, get(node, "imagePullSecrets"), reader);
  checkConfigMounts(get(node, "configMounts"), reader);
  checkScale(service, node, reader);
  checkWhole(node, reader);
  if (service.internal && service.internalRouter) {
    const message = "expected one of `internal` and `internalRouter`, found both";
    reader.error(get(node, "internal") ?? node, { rule: "convox-rule", message });
  }
}

const PORT = "a port from 1 to 65535";

function isPort(port: number): boolean {
  return port >= 1 && port <= 65_535;
}

/** Zero is none to Convox; its cluster refuses what is no port. */
function checkPort(node: ManifestNode | undefined, reader: ManifestReader): void {
  if (node === undefined) return;
  const port = readPort(node);
  if (port !== null && isPort(port.port)) return;
  const inner = (node.kind === "map" ? get(node, "port") : undefined) ?? node;
  const text = textOf(inner) ?? "";
  if (integerOf(node) === 0 || (node.kind === "scalar" && /(^|:)[-+]?0+(:|$)/.test(text))) {
    const message = "Convox ignores the port 0: it takes it for none";
    reader.warn(node, { rule: "convox-ignored", message, hint: "write the port, or delete the key" });
    return;
  }
  const message = `expected ${PORT}, as 5000 or \`https:5443\`, found \`${shownWord(text)}\``;
  reader.error(inner, { rule: "convox-port", message });
}

function checkPortProtocol(node: ManifestNode, reader: ManifestReader): void {
  const text = textOf(node) ?? "";
  const { port, protocol } = readPortProtocol(node);
  if (isPort(port) && PROTOCOLS.has(protocol.toLowerCase())) return;
  const message = `expected ${PORT}, as 5000 or \`5000/udp\`, found \`${shownWord(text)}\``;
  reader.error(node, { rule: "convox-port", message });
}

const PROTOCOLS: ReadonlySet<string> = new Set(["tcp", "udp", "sctp"]);

/** A map of texts without one. */
function checkAnnotations(list: ManifestNode | undefined, reader: ManifestReader): void {
  for (const item of itemsOf(list)) {
    if (item.kind !== "map") continue;
    const odd = item.entries.find(({ keyValue }) => keyValue !== undefined) ?? item.blank[0];
    if (odd === undefined) continue;
    const message = "expected a map of texts to texts, found a key or value that is none";
    reader.error({ offset: odd.keyOffset }, { rule: "convox-rule", message, hint: "put it in quotes" });
  }
}

/** The source is all that a build sees. */
function checkBuild({ build }: Service, node: ManifestNode | undefined, reader: ManifestReader): void {
  if (build === null || node === undefined) return;
  const isOutside = leavesSource(build.path);
  if (!isOutside && !leavesSource(`${build.path}/${build.manifest}`)) return;
  const place = node.kind === "map" ? get(node, isOutside ? "path" : "manifest") : node;
  const message = "expected a path within the source, found one that leads out of it";
  reader.error(place ?? node, { rule: "convox-rule", message });
}

function leavesSource(path: string): boolean {
  let depth = 0;
  for (const step of path.split("/")) {
    if (step === "..") depth -= 1;
    else if (step !== "" && step !== ".") depth += 1;
    if (depth < 0) return true;
  }
  return false;
}

function checkHealth(health: ManifestNode | undefined, reader: ManifestReader): void {
  const warn = (node: ManifestNode, key: string, what: string): void => {
    reader.warn(node, {
      rule: "convox-ignored",
      message: `Convox ignores \`health.${key}\`: it reads ${what} only`,
      hint: key === "disable" ? "use true or false, without quotes" : "write seconds as a number",
    });
  };
  for (const key of ["interval", "grace", "timeout"] as const) {
    const node = get(health, key);
    if (node !== undefined && integerOf(node) === null) warn(node, key, "a whole number of seconds without quotes");
  }
  const [path, disable] = [get(health, "path"), get(health, "disable")];
  if (disable !== undefined && !(disable.kind === "scalar" && typeof disable.value === "boolean")) {
    warn(disable, "disable", "true or false without quotes");
  }
  if (path === undefined || (path.kind === "scalar" && typeof path.value === "string")) return;
  const message = "Convox ignores `health.path`: it reads text only";
  reader.warn(path, { rule: "convox-ignored", message, hint: "put it in quotes" });
}

/** Without one there is no probe, whatever else is said of it. */
function checkProbePaths(service: ManifestNode, reader: ManifestReader): void {
  const liveness = get(service, "liveness");
  const startup = get(service, "startupProbe");
  const isBlank = (node: ManifestNode | undefined): boolean => (textOf(node) ?? "").trim() === "";
  if (liveness !== undefined && isBlank(get(liveness, "path"))) {
    const message = "Convox ignores `liveness` without a `path`";
    reader.warn(liveness, { rule: "convox-ignored", message, hint: "add its `path`" });
  }
  if (startup !== undefined && isBlank(get(startup, "path")) && isBlank(get(startup, "tcpSocketPort"))) {
    const message = "Convox ignores `startupProbe` without a `path` or `tcpSocketPort`";
    reader.warn(startup, { rule: "convox-ignored", message, hint: "add one of them" });
  }
}

function checkDeployment({ deployment }: Service, service: ManifestNode, reader: ManifestReader): void {
  const node = get(service, "deployment");
  if (node === undefined) return;
  for (const [key, from, to] of [["minimum", 0, 100] as const, ["maximum", 100, 200] as const]) {
    const percent = deployment[key];
    if (percent >= from && percent <= to) continue;
    const message = `expected a percentage from ${from} to ${to}, found ${percent}`;
    reader.error(get(node, key) ?? node, { rule: "convox-rule", message });
  }
}

function checkResources(list: ManifestNode | undefined, reader: ManifestReader): void {
  for (const item of itemsOf(list)) {
    const name = (textOf(item) ?? "").split(":")[0] ?? "";
    if (reader.resources.has(name)) continue;
    const message = `expected a resource of this file, found \`${shownWord(name)}\`, which is none`;
    const hint = didYouMean(name, reader.resources) ?? "add it under `resources`";
    reader.error(item, { rule: "convox-resource", message, hint });
  }
}

function checkSecurityContext(
  { securityContext: context }: Service,
  node: ManifestNode | undefined,
  reader: ManifestReader,
): void {
  if (node === undefined) return;
  if (context.runAsUser === 0 && context.runAsNonRoot === true) {
    const message = "expected another user than 0 with `runAsNonRoot`, found 0";
    reader.error(get(node, "runAsUser") ?? node, { rule: "convox-rule", message });
  }
  const capabilities = get(node, "capabilities");
  for (const item of [...itemsOf(get(capabilities, "add")), ...itemsOf(get(capabilities, "drop"))]) {
    const name = textOf(item) ?? "";
    if (/^[A-Z][A-Z0-9_]*$/.test(name) && !name.startsWith("CAP_")) continue;
    const message = `expected a capability as \`NET_ADMIN\`, without \`CAP_\`, found \`${shownWord(name)}\``;
    reader.error(item, { rule: "convox-rule", message });
  }
}

const REGISTRY = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*(:[0-9]+)?$/;

function checkPullSecrets(service: Service, list: ManifestNode | undefined, reader: ManifestReader): void {
  const seen = new Set<string>();
  const nodes = itemsOf(list);
  for (const [index, { registry, password, passwordEnv }] of service.imagePullSecrets.entries()) {
    const item = nodes[index];
    if (item === undefined) continue;
    if (!REGISTRY.test(registry)) {
      const message = "expected a registry as host or host:port in lower case, found another form";
      reader.error(get(item, "registry") ?? item, { rule: "convox-rule", message });
    } else if (seen.has(registry)) {
      reader.error(item, { rule: "convox-rule", message: `expected each registry once, found \`${registry}\` again` });
    }
    seen.add(registry);
    if ((password === null) === (passwordEnv === null)) {
      reader.error(item, { rule: "convox-rule", message: "expected exactly one of `password` and `passwordEnv`" });
    }
  }
}

function checkConfigMounts(mounts: ManifestNode | undefined, reader: ManifestReader): void {
  for (const item of itemsOf(mounts)) {
    const id = textOf(get(item, "id")) ?? "";
    if (reader.configs.has(id)) continue;
    const message = `expected an id of \`configs\`, found \`${shownWord(id)}\`, which is none`;
    reader.error(get(item, "id") ?? item, { rule: "convox-rule", message, hint: didYouMean(id, reader.configs) });
  }
}

const WHOLE: readonly (readonly [string, string?])[] = [
  ["drain"],
  ["timeout"],
  ["termination", "grace"],
  ["deployment", "minimum"],
  ["deployment", "maximum"],
];

function checkWhole(service: ManifestNode, reader: ManifestReader): void {
  for (const [key, inner] of WHOLE) {
    const node = inner === undefined ? get(service, key) : get(get(service, key), inner);
    const value = floatOf(node);
    if (node === undefined || value === null || Number.isInteger(value)) continue;
    const name = inner ?? key;
    const message = `Convox ignores the fraction of \`${name}\`: it takes ${Math.trunc(value)}`;
    reader.warn(node, { rule: "convox-ignored", message, hint: "write a whole number" });
  }
}
