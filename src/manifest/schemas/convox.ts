// convox.yml as the v3 parser reads it (convox.md §4). Forms only: which values go together is in src/manifest/convox/.
import {
  command,
  environment,
  filledText,
  image,
  integer,
  labels,
  named,
  number,
  plainAnnotations,
  someText,
  text,
  textMap,
  texts,
  yesNo,
} from "./convox-forms.ts";
import { service } from "./convox-service.ts";
import { about, closed, listOf, published, type JsonSchema } from "./json-schema.ts";

const serviceName: JsonSchema = { ...someText, title: "a service's name" };

const balancer = closed(
  {
    annotations: about(plainAnnotations, "Annotations of the balancer."),
    ports: about(
      {
        type: "object",
        minProperties: 1,
        propertyNames: { pattern: "^[-+]?[0-9]+$", title: "a port" },
        title: "a map of ports",
        additionalProperties: {
          title: "a port, or { protocol, port }",
          anyOf: [
            { type: "integer", title: "a port" },
            closed(
              {
                protocol: about(text, "`TCP` or `UDP`.", "TCP"),
                port: about(integer, "The service's port.", 5000),
              },
              { required: ["port"], title: "{ protocol, port }" },
            ),
          ],
        },
      },
      "Each port that is open to the world, and the service's port behind it: a number (TCP) or { protocol, port }.",
      { "5000": 3000 },
      { "5000": { protocol: "UDP", port: 3000 } },
    ),
    service: about(serviceName, "The service behind it, which must be in this file.", "web"),
    whitelist: about(
      {
        title: "a CIDR, or a list of CIDRs",
        anyOf: [{ type: "string", title: "a CIDR" }, listOf({ type: "string", title: "a CIDR" })],
      },
      "Addresses that may reach it. Default: all.",
      "10.0.0.0/8",
      ["10.0.0.0/8", "192.168.0.0/16"],
    ),
  },
  { required: ["ports", "service"], description: "A port that is open to the world, past the rack's router." },
);

const timer = closed(
  {
    annotations: about(plainAnnotations, "Annotations of the timer's processes."),
    command: about(command, "What runs. Default: the image's own.", "bin/clean-up"),
    concurrency: about(
      text,
      "Where the last run is still going: `Allow` another, `Forbid` it, or `Replace` the one that goes.",
      "Forbid",
    ),
    parallelCount: about(integer, "How many processes each run starts; default 1.", 1),
    schedule: about(
      { ...filledText, title: "a cron schedule of 5 fields" },
      "Minute, hour, day of the month, month, day of the week, in UTC; or a word as `@daily`.",
      "30 3 * * *",
      "@daily",
    ),
    service: about(serviceName, "Whose image and environment it runs with; it must be in this file.", "web"),
  },
  {
    required: ["schedule", "service"],
    description: "A command that runs at fixed times.",
    examples: [{ schedule: "30 3 * * *", service: "web", command: "bin/clean-up" }],
  },
);

const resource = closed(
  {
    type: about(
      { ...filledText, title: "a resource's type" },
      "Within the rack `postgres`, `mysql`, `mariadb`, `redis`, `memcached` or `postgis`; of AWS `rds-postgres` and its kind, `elasticache-redis` and its kind.",
      "postgres",
      "rds-postgres",
    ),
    image: about(image, "Of a type within the rack: another image than Convox's choice.", "postgres:16"),
    options: about(textMap, "What this type can be told; values in quotes.", { version: "16", storage: "20" }),
  },
  {
    required: ["type"],
    description: "A database, cache or the like. A service gets its address by naming it in `resources`.",
    examples: [{ type: "postgres", options: { version: "16" } }],
  },
);

const budget = closed({
  monthlyCapUsd: about(number, "US dollars in a month; over 0 with `auto-shutdown`.", 500),
  alertThresholdPercent: about(number, "Percent of the cap at which to warn.", 80),
  atCapAction: {
    enum: ["alert-only", "block-new-deploys", "auto-shutdown", ""],
    title: "`alert-only`, `block-new-deploys` or `auto-shutdown`",
    description:
      "What happens at the cap. `auto-shutdown` needs `atCapWebhookUrl`, and a service that may be shut down.",
  },
  atCapWebhookUrl: about(text, "Where to tell that the cap is reached.", "https://hooks.acme.example/budget"),
  pricingAdjustment: about(number, "A factor on list prices, from 0.1 to 1.5.", 0.8),
  neverAutoShutdown: about(texts, "Names of services that go on whatever they cost.", ["web"]),
  shutdownOrder: {
    enum: ["largest-cost", "newest", ""],
    title: "`largest-cost` or `newest`",
    description: "Which services are shut down first.",
  },
  notifyBeforeMinutes: about(integer, "Minutes of notice before a shutdown, from 5 to 1440.", 30),
  shutdownGracePeriod: about(text, "A Go duration up to 1h.", "5m"),
  recoveryMode: {
    enum: ["auto-on-reset", "manual", ""],
    title: "`auto-on-reset` or `manual`",
    description: "How services come back: by themselves when the budget begins anew, or by hand.",
  },
});

const awsLogs = closed({
  cwRetention: about(integer, "Days that logs are kept.", 7),
  disableRetention: about(yesNo, "Keeps logs for ever. Default false."),
});

export const convoxSchema: JsonSchema = published(
  "convox",
  closed(
    {
      appSettings: about(closed({ awsLogs: about(awsLogs, "Logs in AWS CloudWatch.") }), "Settings of the whole app."),
      balancers: about(
        { type: "object", additionalProperties: balancer, title: "a map of a balancer's name to what it is" },
        "Ports that are open to the world past the rack's router, by name.",
        { public: { service: "web", ports: { "5000": 3000 } } },
      ),
      budget: about(budget, "What the app may cost. The rack must track costs, or a promotion fails."),
      configs: about(
        listOf(
          closed(
            {
              id: about(someText, "What `configMounts` calls it.", "nginx"),
              name: about(text, "A name for people."),
              value: about(text, "What the file holds. No secrets: it stands in git as it is."),
            },
            { required: ["id"] },
          ),
        ),
        "Files that `configMounts` of a service mount.",
      ),
      environment: {
        ...environment,
        description:
          "For all services: `KEY` must be in env.yml; `KEY=default` may be; `*` is all of it. A key that is declared nowhere does not reach the processes.",
      },
      labels: about(
        labels,
        "Labels of all services. `system`, `rack`, `app`, `name`, `service`, `release` and `type` are Convox's own.",
      ),
      params: about(textMap, "Convox reads them and does nothing with them."),
      resources: about(named(resource, "resource"), "Databases, caches and the like, by name.", {
        db: { type: "postgres" },
      }),
      services: about(named(service, "service"), "What runs, by name: lower-case letters, digits and `-`.", {
        web: { image: "registry.acme.example/web:1.4.2", port: 3000 },
      }),
      timers: about(named(timer, "timer"), "Commands that run at fixed times, by name.", {
        "clean-up": { schedule: "30 3 * * *", service: "web", command: "bin/clean-up" },
      }),
    },
    {
      title: "a Convox manifest (racks/<rack>/apps/<app>/convox.yml)",
      description:
        "What the app is made of, as Convox reads it (YAML 1.1). Convox ignores a key that it does not know.",
      examples: [
        {
          environment: ["LOG_LEVEL=info", "DATABASE_URL"],
          services: {
            web: { image: "registry.acme.example/web:1.4.2", port: 3000, health: "/healthz", scale: { count: 2 } },
          },
        },
      ],
    },
  ),
);
