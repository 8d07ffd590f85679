// What Convox demands of a service beyond the form of its keys (convox.md §4.3).
import { shownWord } from "../found-words.ts";
import { didYouMean } from "../near-miss.ts";
import {
  entriesOf,
  get,
  isTrue,
  itemsOf,
  numberOf,
  textOf,
  type ManifestEntry,
  type ManifestNode,
} from "./manifest-node.ts";
import type { ManifestReader } from "./manifest-reader.ts";
import { checkScale } from "./scale.ts";

const RESERVED_LABELS: ReadonlySet<string> = new Set(["system", "rack", "app", "name", "service", "release", "type"]);

export function checkLabels(labels: ManifestNode | undefined, reader: ManifestReader): void {
  for (const { key, value } of entriesOf(labels)) {
    if (!RESERVED_LABELS.has(key)) continue;
    reader.error(value, {
      rule: "convox-label",
      message: `expected another label, found \`${key}\`, which Convox sets itself`,
    });
  }
}

export function checkService({ value: service }: ManifestEntry, reader: ManifestReader): void {
  checkLabels(get(service, "labels"), reader);
  checkPort(get(service, "port"), reader);
  checkPort(get(get(service, "health"), "port"), reader);
  checkPorts(get(service, "ports"), reader);
  checkHealth(get(service, "health"), reader);
  checkResources(get(service, "resources"), reader);
  checkVolumes(get(service, "volumes"), reader);
  checkSecurityContext(get(service, "securityContext"), reader);
  checkPullSecrets(get(service, "imagePullSecrets"), reader);
  checkConfigMounts(get(service, "configMounts"), reader);
  checkScale(service, reader);
  const internal = get(service, "internal");
  if (internal !== undefined && isTrue(internal) && isTrue(get(service, "internalRouter"))) {
    reader.error(internal, {
      rule: "convox-rule",
      message: "expected one of `internal` and `internalRouter`, found both",
    });
  }
}

function checkPort(port: ManifestNode | undefined, reader: ManifestReader): void {
  if (port === undefined) return;
  const inner = port.kind === "map" ? get(port, "port") : port;
  const text = textOf(inner) ?? "";
  const match = /^(?:[a-zA-Z][a-zA-Z0-9]*:)?(\d{1,5})$/.exec(text);
  const number = Number(match?.[1] ?? 0);
  if (number >= 1 && number <= 65_535) return;
  reader.error(inner ?? port, {
    rule: "convox-port",
    message: `expected a port from 1 to 65535, as 5000 or \`https:5443\`, found \`${shownWord(text)}\``,
  });
}

function checkPorts(ports: ManifestNode | undefined, reader: ManifestReader): void {
  for (const item of itemsOf(ports)) {
    const text = textOf(item) ?? "";
    const number = Number(/^(\d{1,5})(?:\/(?:tcp|udp|TCP|UDP))?$/.exec(text)?.[1] ?? 0);
    if (number >= 1 && number <= 65_535) continue;
    reader.error(item, {
      rule: "convox-port",
      message: `expected a port from 1 to 65535, as 5000 or \`5000/udp\`, found \`${shownWord(text)}\``,
    });
  }
}

function checkHealth(health: ManifestNode | undefined, reader: ManifestReader): void {
  for (const key of ["interval", "grace", "timeout"] as const) {
    const node = get(health, key);
    if (node === undefined || Number.isInteger(numberOf(node))) continue;
    reader.warn(node, {
      rule: "convox-ignored",
      message: `Convox ignores \`health.${key}\`: it reads a whole number of seconds without quotes only`,
      hint: "write seconds as a number",
    });
  }
}

function checkResources(list: ManifestNode | undefined, reader: ManifestReader): void {
  const known = entriesOf(get(reader.root, "resources")).map(({ key }) => key);
  for (const item of itemsOf(list)) {
    const name = (textOf(item) ?? "").split(":")[0] ?? "";
    if (known.includes(name)) continue;
    const message = `expected a resource of this file, found \`${shownWord(name)}\`, which is none`;
    reader.error(item, {
      rule: "convox-resource",
      message,
      hint: didYouMean(name, known) ?? "add it under `resources`",
    });
  }
}

const VOLUME = /^(?:[^:\s]+:)?\/[^:]*$/;

function checkVolumes(volumes: ManifestNode | undefined, reader: ManifestReader): void {
  for (const item of itemsOf(volumes)) {
    if (VOLUME.test(textOf(item) ?? "")) continue;
    const message = "expected a volume as `name:/path` or `/path`, found another form";
    reader.error(item, { rule: "convox-volume", message });
  }
}

function checkSecurityContext(context: ManifestNode | undefined, reader: ManifestReader): void {
  const user = get(context, "runAsUser");
  if (user !== undefined && numberOf(user) === 0 && isTrue(get(context, "runAsNonRoot"))) {
    reader.error(user, { rule: "convox-rule", message: "expected another user than 0 with `runAsNonRoot`, found 0" });
  }
  const capabilities = get(context, "capabilities");
  for (const item of [...itemsOf(get(capabilities, "add")), ...itemsOf(get(capabilities, "drop"))]) {
    const name = textOf(item) ?? "";
    if (/^[A-Z][A-Z0-9_]*$/.test(name) && !name.startsWith("CAP_")) continue;
    const message = `expected a capability as \`NET_ADMIN\`, without \`CAP_\`, found \`${shownWord(name)}\``;
    reader.error(item, { rule: "convox-rule", message });
  }
}

function checkPullSecrets(secrets: ManifestNode | undefined, reader: ManifestReader): void {
  const seen = new Set<string>();
  for (const item of itemsOf(secrets)) {
    const registry = textOf(get(item, "registry")) ?? "";
    if (!/^[a-z0-9][a-z0-9.-]*(:\d+)?$/.test(registry)) {
      const message = "expected a registry as host or host:port in lower case, found another form";
      reader.error(get(item, "registry") ?? item, { rule: "convox-rule", message });
    } else if (seen.has(registry)) {
      reader.error(item, { rule: "convox-rule", message: `expected each registry once, found \`${registry}\` again` });
    }
    seen.add(registry);
    if ((get(item, "password") === undefined) === (get(item, "passwordEnv") === undefined)) {
      reader.error(item, { rule: "convox-rule", message: "expected exactly one of `password` and `passwordEnv`" });
    }
  }
}

function checkConfigMounts(mounts: ManifestNode | undefined, reader: ManifestReader): void {
  const known = itemsOf(get(reader.root, "configs")).map((config) => textOf(get(config, "id")) ?? "");
  for (const item of itemsOf(mounts)) {
    const id = textOf(get(item, "id")) ?? "";
    if (known.includes(id)) continue;
    const message = `expected an id of \`configs\`, found \`${shownWord(id)}\`, which is none`;
    reader.error(get(item, "id") ?? item, { rule: "convox-rule", message, hint: didYouMean(id, known) });
  }
}
