// What the expressions of custom guardrails may ask of: the variables of each subject, with their types.
import { BOOL, INT, listOf, mapOf, STRING, type CelType, type Field, type Variables } from "../cel/cel-type.ts";
import type { Resource, Timer } from "../convox/model.ts";
import type { CountRange } from "../convox/scale-model.ts";
import type { Health, Port, Service, Termination } from "../convox/service-model.ts";
import type { GuardrailSubject } from "../guardrail.ts";
import type { ConfiguredValue, Rack } from "../types.ts";

/** Fields of the model, by its own names: one that it does not have does not compile. */
type FieldsOf<T> = { readonly [K in keyof T & string]?: Field };

function object(name: string, fields: Readonly<Record<string, Field>>): CelType {
  return { kind: "object", name, fields };
}

function field(type: CelType, description: string): Field {
  return { type, description, isOptional: false };
}

function optional(type: CelType, description: string): Field {
  return { type, description, isOptional: true };
}

const COUNT = object("Count", {
  min: field(INT, "Processes at least; a fixed count is both."),
  max: field(INT, "Processes at most."),
} satisfies FieldsOf<CountRange>);

const SCALE = object("Scale", {
  count: field(COUNT, "How many processes; 1 where nothing is said."),
  cpu: field(INT, "Millicores; default 250."),
  memory: field(INT, "MB; default 512."),
} satisfies FieldsOf<Service["scale"]>);

const PORT = object("Port", {
  port: field(INT, "Its number."),
  scheme: optional(STRING, "`http`, `https`, `grpc`, …"),
} satisfies FieldsOf<Port>);

const HEALTH = object("Health", {
  path: field(STRING, "Default `/`."),
  interval: field(INT, "Seconds; default 5."),
  grace: field(INT, "Seconds before the first."),
  timeout: field(INT, "Seconds."),
  disable: field(BOOL, "Switched off."),
} satisfies FieldsOf<Health>);

const TERMINATION = object("Termination", {
  grace: field(INT, "Seconds between SIGTERM and SIGKILL; default 30."),
} satisfies FieldsOf<Termination>);

const SERVICE = object("Service", {
  name: field(STRING, "As convox.yml has it."),
  image: optional(STRING, "None where it is built."),
  command: optional(STRING, "Default: the image's own."),
  internal: field(BOOL, "Not reachable from outside the rack."),
  internalRouter: field(BOOL, "Reachable through the rack's internal router only."),
  privileged: field(BOOL, "Runs with all rights on its node."),
  agent: field(BOOL, "One process on each node."),
  singleton: field(BOOL, "Never two at a time."),
  sticky: field(BOOL, "A client stays with one process."),
  init: field(BOOL, "An init process in the container."),
  domain: field(listOf(STRING), "The domains that it answers to."),
  drain: field(INT, "Seconds for open connections to end; default 30."),
  timeout: field(INT, "Seconds for a request to be answered; default 60."),
  port: optional(PORT, "The one that is routed to."),
  health: field(HEALTH, "Whether a process may be routed to."),
  scale: field(SCALE, "How many processes, and how large."),
  termination: field(TERMINATION, "How a process ends."),
  labels: field(mapOf(STRING), "With those of the whole file."),
  volumes: field(listOf(STRING), "`name:/path`, `/path`, or one of the host's folders."),
  whitelist: optional(STRING, "CIDRs, with commas."),
  test: optional(STRING, "What `convox test` runs."),
} satisfies FieldsOf<Service>);

const TIMER = object("Timer", {
  name: field(STRING, "As convox.yml has it."),
  command: optional(STRING, "Default: the service's own."),
  schedule: field(STRING, "Five fields of cron, in UTC."),
  service: field(STRING, "The service that it runs in."),
  concurrency: optional(STRING, "`Allow`, `Forbid` or `Replace`."),
  parallelCount: field(INT, "Processes at a time."),
} satisfies FieldsOf<Timer>);

const RESOURCE = object("Resource", {
  name: field(STRING, "As convox.yml has it."),
  type: field(STRING, "`postgres`, `rds-postgres`, `redis`, …"),
  image: optional(STRING, "Default: Convox's own."),
  options: field(mapOf(STRING), "As convox.yml has them."),
} satisfies FieldsOf<Resource>);

/** As a guardrail sees an app: what app.yml, convox.yml and env.yml say of it. No value of env.yml is in it. */
export interface AppVariables {
  readonly name: string;
  readonly build: string;
  readonly lock: boolean;
  readonly parameters: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, ConfiguredValue["kind"]>>;
  readonly services: readonly Service[];
  readonly timers: readonly Timer[];
  readonly resources: readonly Resource[];
}

const APP = object("App", {
  name: field(STRING, "Its folder's name."),
  build: field(STRING, "`images`, `pushed`, `repository` or `from`."),
  lock: field(BOOL, "Convox's deletion lock."),
  parameters: field(mapOf(STRING), "Of app.yml."),
  environment: field(mapOf(STRING), "Keys of env.yml, each `plain`, `sealed` or `reference`; no values."),
  services: field(listOf(SERVICE), "Of convox.yml, in its order."),
  timers: field(listOf(TIMER), "Of convox.yml."),
  resources: field(listOf(RESOURCE), "Of convox.yml."),
} satisfies FieldsOf<AppVariables>);

export interface RackVariables extends Pick<Rack, "name" | "production" | "mode" | "endpoint" | "user" | "version"> {
  readonly parameters: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
}

const RACK = object("Rack", {
  name: field(STRING, "Its folder's name."),
  production: field(BOOL, "As rack.yml says."),
  mode: field(STRING, "`apply` or `observe`."),
  endpoint: field(STRING, "The address of its API."),
  user: field(STRING, "`convox` or `jwt`."),
  version: optional(STRING, "The wanted one."),
  parameters: field(mapOf(STRING), "The plain ones of rack.yml."),
  secrets: field(listOf(STRING), "Parameters that are sealed or references."),
} satisfies FieldsOf<RackVariables>);

/** By what a guardrail judges (`each`). */
export const GUARDRAIL_VARIABLES: Readonly<Record<GuardrailSubject, Variables>> = {
  service: { service: SERVICE, app: APP, rack: RACK },
  app: { app: APP, rack: RACK },
  rack: { rack: RACK },
  timer: { timer: TIMER, app: APP, rack: RACK },
  resource: { resource: RESOURCE, app: APP, rack: RACK },
};
