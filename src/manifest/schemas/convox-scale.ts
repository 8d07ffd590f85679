// `scale` of a service of convox.yml (convox.md §4.4).
import { anything, int32, integer, number, text, textMap, yesNo } from "./convox-forms.ts";
import { about, closed, listOf, type JsonSchema } from "./json-schema.ts";

const count: JsonSchema = {
  type: ["integer", "string", "object"],
  title: 'a count: 2, "1-5" or { min, max }',
  description: 'How many processes: a number, a range ("1-5") or { min, max }. Default 1.',
  examples: [2, "1-5", { min: 1, max: 5 }],
};

const kedaTrigger: JsonSchema = {
  title: "a KEDA trigger",
  anyOf: [
    closed({
      type: about(text, "KEDA's name of the scaler.", "aws-sqs-queue", "cron"),
      name: about(text, "A name of your own. Under `autoscale` not one that begins with `convox-`.", "orders"),
      metadata: about(textMap, "What this scaler needs; KEDA documents it for each.", { queueLength: "5" }),
      authenticationRef: about(
        closed({
          name: about(text, "The object's name in the cluster."),
          kind: about(text, "`TriggerAuthentication`, the default. Under `autoscale` no other is permitted."),
        }),
        "The KEDA object that holds the trigger's credentials.",
      ),
      metricType: about(text, "How the target counts: `AverageValue`, `Value` or `Utilization`.", "AverageValue"),
      useCachedMetrics: about(yesNo, "Takes the value of the last poll, not one asked anew. Default false."),
    }),
    { type: "null" },
  ],
};
const kedaTriggers = listOf(kedaTrigger, { title: "a list of KEDA triggers" });

function autoscaleTrigger(threshold: string, description: string): JsonSchema {
  const trigger = closed({
    threshold: about(number, threshold),
    metricName: about(text, "The metric in Prometheus: letters, digits, `_` and `:`."),
    prometheusUrl: about(text, "The address of Prometheus, http or https.", "http://prometheus.monitoring:9090"),
    query: about(text, "PromQL that gives the value, instead of Convox's own query."),
  });
  return about(trigger, description);
}

const PERCENT = "Percent, over 0 and up to 100. Required.";
const POLLING = "Seconds between two looks at the triggers.";
const COOLDOWN = "Seconds of quiet before the last process goes.";

const autoscale = closed({
  cpu: autoscaleTrigger(PERCENT, "Scales with the use of cpu."),
  memory: autoscaleTrigger(PERCENT, "Scales with the use of memory."),
  gpuUtilization: autoscaleTrigger(PERCENT, "Scales with the use of GPUs; needs `gpu`. It can go to zero."),
  queueDepth: autoscaleTrigger(
    "Requests that wait, for each process: over 0. Required.",
    "Scales with what waits. It can go to zero.",
  ),
  custom: about(kedaTriggers, "KEDA triggers of your own beside the four above."),
  cooldownPeriod: about(int32, COOLDOWN),
  pollingInterval: about(int32, POLLING),
});

const keda = closed({
  triggers: about(kedaTriggers, "What is looked at. Without one `keda` has no effect."),
  pollingInterval: about(int32, POLLING),
  initialCooldownPeriod: about(int32, "Seconds after the start in which it is not scaled to zero."),
  cooldownPeriod: about(int32, COOLDOWN),
  idleReplicaCount: about(int32, "How many processes where no trigger is active; less than the minimum."),
  advanced: about({ type: "object", title: "a map" }, "KEDA's `advanced`, handed on as it stands."),
  fallback: about(
    closed({
      failureThreshold: about(int32, "How many looks in a row must fail."),
      replicas: about(int32, "How many processes to run then."),
      behavior: about(text, "KEDA's word for how `replicas` counts.", "static"),
    }),
    "What holds while a trigger cannot be read.",
  ),
});

const targets = closed({
  cpu: about(integer, "Percent of `cpu` that processes use on average.", 70),
  memory: about(integer, "Percent of `memory` that processes use on average.", 80),
  requests: about(integer, "Requests in a minute for each process.", 200),
  custom: about(
    {
      type: "object",
      additionalProperties: closed({
        aggregate: about(text, "How values are put together."),
        dimensions: about(textMap, "Which series of the metric is meant."),
        namespace: about(text, "The metric's namespace."),
        name: about(text, "The metric's name."),
        value: about(number, "The value to hold."),
      }),
      title: "a map of metrics",
    },
    "Metrics of your own, by a name each.",
  ),
  external: about(
    listOf(
      closed({
        name: about(text, "The metric's name."),
        averageValue: about(number, "The value to hold for each process; this or `value`."),
        value: about(number, "The value to hold in all; this or `averageValue`."),
        matchLabels: about(textMap, "Which series of the metric is meant."),
      }),
    ),
    "Metrics of the cluster's external metrics API.",
  ),
});

const vpa = closed({
  updateMode: about(
    text,
    "Required. `Off` only recommends, `Initial` sizes new processes, `Recreate` also restarts running ones.",
    "Recreate",
  ),
  minCpu: about(text, "The least cpu, in millicores.", "100"),
  maxCpu: about(text, "The most cpu, in millicores.", "1000"),
  minMem: about(text, "The least memory, in MB.", "128"),
  maxMem: about(text, "The most memory, in MB.", "2048"),
  cpuOnly: about(yesNo, "Sizes cpu alone; not with `memOnly`. Default false."),
  memOnly: about(yesNo, "Sizes memory alone; not with `cpuOnly`. Default false."),
  updateRequestOnly: about(yesNo, "Changes what is asked for and leaves `limit`. Default false."),
});

const gpu: JsonSchema = {
  title: "a number of GPUs, or { count, vendor }",
  examples: [1, { count: 1, vendor: "nvidia" }],
  anyOf: [
    { type: "integer", title: "a number of GPUs" },
    closed(
      {
        count: about(anything, "A whole number of GPUs for each process."),
        vendor: about(anything, "Whose they are. Default `nvidia`."),
      },
      { title: "{ count, vendor }" },
    ),
  ],
};

const limit = closed({
  cpu: about(integer, "Millicores; at least `scale.cpu`.", 500),
  memory: about(integer, "MB; at least `scale.memory`.", 1024),
});

const scaleMap = closed({
  count,
  cpu: {
    ...about(anything, "Asked for by each process. A whole number; default 250 (or the limit), with GPUs 0.", 250),
    title: "millicores",
  },
  memory: {
    ...about(anything, "Asked for by each process. A whole number; default 512 (or the limit), with GPUs 0.", 512),
    title: "megabytes",
  },
  gpu: about(gpu, "GPUs for each process. Default: none."),
  limit: about(limit, "What a process may use at most. Default: no limit."),
  min: about(anything, "The least number of processes, a whole number; beside `max`, instead of `count`.", 1),
  max: about(anything, "The largest number of processes, a whole number. Default: `min`, with `autoscale` 10.", 5),
  targets: about(targets, "What a count in a range is held to."),
  keda: about(keda, "Scaling by KEDA triggers, written out."),
  vpa: about(vpa, "Lets the cluster find `cpu` and `memory` (a vertical pod autoscaler)."),
  autoscale: about(autoscale, "Scaling by the usual triggers. Needs `max` over `min`; without `max` it is 10."),
});

export const scale: JsonSchema = {
  title: 'a count (2), a range ("1-5") or a map',
  description: "How many processes, and how large. Default: one of 250 millicores and 512 MB.",
  examples: [2, "1-5", { count: 2, cpu: 256, memory: 512 }],
  anyOf: [
    { type: "integer", title: "a number of processes" },
    { type: "string", pattern: "^\\+?[0-9]+(-\\+?[0-9]+)?$", title: 'a count ("3") or a range ("1-5")' },
    scaleMap,
  ],
};
