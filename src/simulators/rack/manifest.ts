// convox.yml as the rack's own parser takes it: interpolated as text, YAML 1.1, unknown keys ignored.
import { parseDocument } from "yaml";
import { ManifestError } from "./manifest-error.ts";
import { parseScale, type Scale } from "./scale.ts";

export interface ManifestService {
  readonly name: string;
  readonly image: string | undefined;
  readonly buildPath: string | undefined;
  readonly command: string;
  readonly environment: readonly string[];
  readonly isAgent: boolean;
  readonly isInternal: boolean;
  /** The port behind the router. */
  readonly port: number | undefined;
  readonly ports: readonly number[];
  readonly resources: readonly string[];
  readonly scale: Scale;
}

export interface ManifestResource {
  readonly name: string;
  readonly type: string;
}

export interface ManifestBalancer {
  readonly name: string;
  readonly service: string;
  readonly ports: readonly { readonly source: number; readonly target: number; readonly protocol: string }[];
}

export interface Manifest {
  readonly services: readonly ManifestService[];
  readonly resources: readonly ManifestResource[];
  readonly balancers: readonly ManifestBalancer[];
  readonly timers: readonly { readonly name: string; readonly service: string }[];
}

type Mapping = ReadonlyMap<unknown, unknown>;

const EMPTY: Mapping = new Map();

function mapping(value: unknown, place: string): Mapping {
  if (value === undefined || value === null) return EMPTY;
  if (value instanceof Map) return value;
  throw new ManifestError(`yaml: unmarshal errors:\n  cannot unmarshal ${typeof value} into ${place}`);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function strings(value: unknown, place: string): readonly string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new ManifestError(`yaml: ${place} must be a list`);
  // The rack flattens nested lists and drops silently what is no string.
  return value.flat(Number.POSITIVE_INFINITY).filter((entry): entry is string => typeof entry === "string");
}

function portNumber(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "string") {
    const port = Number(value.split(":").at(-1)?.split("/")[0]);
    if (Number.isInteger(port)) return port;
    throw new ManifestError(`invalid port: ${value}`);
  }
  if (value instanceof Map) {
    const port = portNumber(value.get("port"));
    if (port === undefined || port === 0) throw new ManifestError("port must be defined");
    return port;
  }
  return undefined;
}

function buildPath(value: unknown, image: string | undefined): string | undefined {
  if (value instanceof Map) return text(value.get("path")) ?? ".";
  return text(value) ?? (image === undefined ? "." : undefined);
}

function parseService(name: string, value: unknown, shared: readonly string[]): ManifestService {
  const keys = mapping(value, `service ${name}`);
  const image = text(keys.get("image"));
  const port = portNumber(keys.get("port"));
  const ports = Array.isArray(keys.get("ports")) ? strings([keys.get("ports")].flat().map(String), "ports") : [];
  const further = ports.flatMap((entry) => portNumber(entry) ?? []).filter((entry) => entry !== port);
  return {
    name,
    image,
    buildPath: buildPath(keys.get("build"), image),
    command: text(keys.get("command")) ?? "",
    environment: [...shared, ...strings(keys.get("environment"), `environment of service ${name}`)],
    isAgent: keys.get("agent") === true,
    isInternal: keys.get("internal") === true,
    port,
    ports: port === undefined ? further : [port, ...further],
    resources: strings(keys.get("resources"), `resources of service ${name}`).map((entry) => entry.split(":")[0] ?? ""),
    scale: parseScale(name, keys.get("scale")),
  };
}

function parseBalancer(name: string, value: unknown): ManifestBalancer {
  const keys = mapping(value, `balancer ${name}`);
  const ports = [...mapping(keys.get("ports"), `ports of balancer ${name}`)].map(([source, target]) => ({
    source: Number(source),
    target: portNumber(target) ?? 0,
    protocol: (target instanceof Map ? text(target.get("protocol")) : undefined) ?? "TCP",
  }));
  return { name, service: text(keys.get("service")) ?? "", ports };
}

function requireEnvironment(services: readonly ManifestService[], env: ReadonlyMap<string, string>): void {
  const declared = services.flatMap((service) => service.environment);
  const missing = declared.filter((entry) => entry !== "*" && !entry.includes("=") && !env.has(entry));
  if (missing.length > 0) throw new ManifestError(`required env: ${[...new Set(missing)].sort().join(", ")}`);
}

/** The rack's `Load`. Throws a ManifestError in the rack's words: bad YAML, bad shorthands, missing required environment. */
export function loadManifest(source: string, env: ReadonlyMap<string, string>): Manifest {
  const interpolated = source.replace(/\$\{([^}]*?)\}/g, (_, key: string) => env.get(key) ?? "");
  const document = parseDocument(interpolated, { version: "1.1", uniqueKeys: false });
  const [error] = document.errors;
  if (error !== undefined) {
    throw new ManifestError(`yaml: line ${error.linePos?.[0].line ?? 1}: ${error.message.split("\n")[0] ?? ""}`);
  }
  const top = mapping(document.toJS({ mapAsMap: true }), "manifest");
  const shared = strings(top.get("environment"), "environment");
  const services = [...mapping(top.get("services"), "services")].map(([name, value]) =>
    parseService(String(name), value, shared),
  );
  requireEnvironment(services, env);
  return {
    services,
    resources: [...mapping(top.get("resources"), "resources")].map(([name, value]) => ({
      name: String(name),
      type: text(mapping(value, `resource ${String(name)}`).get("type")) ?? "",
    })),
    balancers: [...mapping(top.get("balancers"), "balancers")].map(([name, value]) =>
      parseBalancer(String(name), value),
    ),
    timers: [...mapping(top.get("timers"), "timers")].map(([name, value]) => ({
      name: String(name),
      service: text(mapping(value, `timer ${String(name)}`).get("service")) ?? "",
    })),
  };
}

/** The part of the rack's `Validate` about names and references; only a build runs it, as on a real rack. */
export function validateManifest(manifest: Manifest): void {
  const services = new Set(manifest.services.map((service) => service.name));
  const resources = new Set(manifest.resources.map((resource) => resource.name));
  const named = [
    ...manifest.services.map(({ name }) => ["service", name] as const),
    ...manifest.resources.map(({ name }) => ["resource", name] as const),
    ...manifest.timers.map(({ name }) => ["timer", name] as const),
  ];
  const errors = [
    ...named
      .filter(([, name]) => !/^[a-z][a-z0-9-]*$/.test(name))
      .map(([kind, name]) => `${kind} name ${name} invalid, must contain only lowercase alphanumeric and dashes`),
    ...manifest.services.flatMap((service) =>
      service.resources
        .filter((resource) => !resources.has(resource))
        .map((resource) => `service ${service.name} references a resource that does not exist: ${resource}`),
    ),
    ...manifest.resources.filter(({ type }) => type === "").map(({ name }) => `resource "${name}" has blank type`),
    ...manifest.timers
      .filter((timer) => !services.has(timer.service))
      .map((timer) => `timer ${timer.name} references a service that does not exist: ${timer.service}`),
    ...manifest.balancers
      .filter((balancer) => !services.has(balancer.service))
      .map((balancer) => `balancer ${balancer.name} refers to unknown service ${balancer.service}`),
  ];
  if (errors.length > 0) throw new ManifestError(["validation errors:", ...errors].join("\n"));
}
