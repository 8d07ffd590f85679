// The whole of convox.yml as Convox reads and completes it (convox.md §4.2, §4.5). Forms are checked before; this never fails.
import {
  entriesOf,
  floatOf,
  get,
  isTrue,
  itemsOf,
  numberOf,
  sourceOf,
  stringOf,
  textOf,
  type ManifestEntry,
  type ManifestMap,
  type ManifestNode,
} from "./manifest-node.ts";
import type { AppSettings, Balancer, Budget, Config, ConvoxModel, Resource, Timer } from "./model.ts";
import { readAnnotations, readEnvironment, readTextMap, readTexts } from "./read-parts.ts";
import { readService, type ForAll } from "./read-service.ts";

type LineOf = ForAll["lineOf"];

export function readModel(root: ManifestMap, lineOf: LineOf): ConvoxModel {
  const labels = readTextMap(get(root, "labels"), sourceOf);
  const forAll: ForAll = { environment: readEnvironment(get(root, "environment")), labels, lineOf };
  return {
    services: entriesOf(get(root, "services")).map((entry) => readService(entry, forAll)),
    resources: entriesOf(get(root, "resources")).map((entry) => readResource(entry, lineOf)),
    timers: entriesOf(get(root, "timers")).map((entry) => readTimer(entry, lineOf)),
    balancers: entriesOf(get(root, "balancers")).map((entry) => readBalancer(entry, lineOf)),
    configs: itemsOf(get(root, "configs")).map(readConfig),
    labels,
    params: readTextMap(get(root, "params"), sourceOf),
    budget: readBudget(get(root, "budget")),
    appSettings: readAppSettings(get(root, "appSettings")),
  };
}

function readResource(entry: ManifestEntry, lineOf: LineOf): Resource {
  const { key: name, value } = entry;
  const type = textOf(get(value, "type")) ?? "";
  const image = textOf(get(value, "image"));
  return { name, line: lineOf(entry), type, image, options: readTextMap(get(value, "options")) };
}

function readTimer(entry: ManifestEntry, lineOf: LineOf): Timer {
  const { key: name, value } = entry;
  return {
    name,
    line: lineOf(entry),
    annotations: readAnnotations(get(value, "annotations")),
    command: textOf(get(value, "command")),
    schedule: scheduleOf(textOf(get(value, "schedule")) ?? ""),
    service: textOf(get(value, "service")) ?? "",
    concurrency: textOf(get(value, "concurrency")),
    parallelCount: numberOf(get(value, "parallelCount")) ?? 0,
  };
}

const FIELDS = 5;

function scheduleOf(text: string): string {
  const fields = text.split(/\s+/).filter((field) => field !== "");
  return fields
    .slice(0, FIELDS)
    .map((field) => (field === "?" ? "*" : field))
    .join(" ");
}

function readBalancer(entry: ManifestEntry, lineOf: LineOf): Balancer {
  const { key: name, value } = entry;
  const whitelist = get(value, "whitelist");
  const single = stringOf(whitelist);
  return {
    name,
    line: lineOf(entry),
    annotations: readAnnotations(get(value, "annotations")),
    ports: entriesOf(get(value, "ports")).map(({ key, value: port }) => ({
      source: Number(key),
      target: numberOf(port.kind === "map" ? get(port, "port") : port) ?? 0,
      protocol: port.kind === "map" ? textOf(get(port, "protocol")) : "TCP",
    })),
    service: textOf(get(value, "service")) ?? "",
    whitelist: single === null ? readTexts(whitelist) : [single],
  };
}

function readConfig(node: ManifestNode): Config {
  return {
    id: sourceOf(get(node, "id")) ?? "",
    name: sourceOf(get(node, "name")),
    value: sourceOf(get(node, "value")),
  };
}

function readBudget(node: ManifestNode | undefined): Budget | null {
  if (node === undefined) return null;
  return {
    monthlyCapUsd: floatOf(get(node, "monthlyCapUsd")),
    alertThresholdPercent: floatOf(get(node, "alertThresholdPercent")),
    atCapAction: sourceOf(get(node, "atCapAction")),
    atCapWebhookUrl: sourceOf(get(node, "atCapWebhookUrl")),
    pricingAdjustment: floatOf(get(node, "pricingAdjustment")),
    neverAutoShutdown: itemsOf(get(node, "neverAutoShutdown")).map((item) => sourceOf(item) ?? ""),
    shutdownOrder: sourceOf(get(node, "shutdownOrder")),
    notifyBeforeMinutes: numberOf(get(node, "notifyBeforeMinutes")),
    shutdownGracePeriod: sourceOf(get(node, "shutdownGracePeriod")),
    recoveryMode: sourceOf(get(node, "recoveryMode")),
  };
}

function readAppSettings(node: ManifestNode | undefined): AppSettings | null {
  if (node === undefined) return null;
  const logs = get(node, "awsLogs");
  if (logs === undefined) return { awsLogs: null };
  return {
    awsLogs: {
      cwRetention: numberOf(get(logs, "cwRetention")),
      disableRetention: isTrue(get(logs, "disableRetention")),
    },
  };
}
