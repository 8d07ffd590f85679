// What the expressions of custom guardrails may ask of: the variables of each subject, with their types. Null means not given.
import { BOOL, INT, listOf, mapOf, maybe, STRING, type CelType, type Field } from "../cel/cel-type.ts";
import type { Variables } from "../cel/scope.ts";
import type { Resource, Timer } from "../convox/model.ts";
import type { CountRange } from "../convox/scale-model.ts";
import type { Health, Port, Service, Termination } from "../convox/service-model.ts";
import type { GuardrailSubject } from "../guardrail.ts";
import type { Rack } from "../types.ts";

/** Fields of the model, by its own names: one that it does not have does not compile. */
type FieldsOf<T> = { readonly [K in keyof T & string]?: Field };

function object(name: string, fields: Readonly<Record<string, Field>>): CelType {
  return { kind: "object", name, fields };
}

function field(type: CelType, description: string): Field {
  return { type, description };
}

const COUNT = object("a count", {
  min: field(INT, "Processes at least; a fixed count is both."),
  max: field(INT, "Processes at most."),
} satisfies FieldsOf<CountRange>);

const SCALE = object("a scale", {
  count: field(COUNT, "How many processes; 1 where nothing is said."),
  cpu: field(INT, "Millicores; default 250."),
  memory: field(INT, "MB; default 512."),
} satisfies FieldsOf<Service["scale"]>);

const PORT = object("a port", {
  port: field(INT, "Its number."),
  scheme: field(maybe(STRING), "`http`, `https`, `grpc`, …"),
} satisfies FieldsOf<Port>);

const HEALTH = object("a health check", {
  path: field(STRING, "Default `/`."),
  interval: field(INT, "Seconds; default 5."),
  grace: field(INT, "Seconds before the first."),
  timeout: field(INT, "Seconds."),
  disable: field(BOOL, "Switched off."),
} satisfies FieldsOf<Health>);

const TERMINATION = object("a termination", {
  grace: field(INT, "Seconds between SIGTERM and SIGKILL; default 30."),
} satisfies FieldsOf<Termination>);

const SERVICE = object("a service", {
  name: field(STRING, "As convox.yml has it."),
  image: field(maybe(STRING), "null: it is built."),
  command: field(maybe(STRING), "null: the image's own."),
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
  port: field(maybe(PORT), "The one that is routed to; null: none."),
  health: field(HEALTH, "Whether a process may be routed to."),
  scale: field(SCALE, "How many processes, and how large."),
  termination: field(TERMINATION, "How a process ends."),
  labels: field(mapOf(STRING), "With those of the whole file."),
  volumes: field(listOf(STRING), "`name:/path`, `/path`, or one of the host's folders."),
  whitelist: field(maybe(STRING), "CIDRs, with commas."),
  test: field(maybe(STRING), "What `convox test` runs."),
} satisfies FieldsOf<Service>);

const TIMER = object("a timer", {
  name: field(STRING, "As convox.yml has it."),
  command: field(maybe(STRING), "null: the service's own."),
  schedule: field(STRING, "Five fields of cron, in UTC."),
  service: field(STRING, "The service that it runs in."),
  concurrency: field(maybe(STRING), "`Allow`, `Forbid` or `Replace`."),
  parallelCount: field(INT, "Processes at a time."),
} satisfies FieldsOf<Timer>);

const RESOURCE = object("a resource", {
  name: field(STRING, "As convox.yml has it."),
  type: field(STRING, "`postgres`, `rds-postgres`, `redis`, …"),
  image: field(maybe(STRING), "null: Convox's own."),
  options: field(mapOf(STRING), "As convox.yml has them."),
} satisfies FieldsOf<Resource>);

/** As a guardrail sees an app: what app.yml, convox.yml and env.yml say of it. Secret values are nowhere in it. */
export interface AppVariables {
  readonly name: string;
  readonly build: string;
  readonly lock: boolean;
  readonly parameters: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  readonly services: readonly Service[];
  readonly timers: readonly Timer[];
  readonly resources: readonly Resource[];
}

const APP = object("an app", {
  name: field(STRING, "Its folder's name."),
  build: field(STRING, "`images`, `pushed`, `repository` or `from`."),
  lock: field(BOOL, "Convox's deletion lock."),
  parameters: field(mapOf(STRING), "Of app.yml."),
  environment: field(mapOf(STRING), "The plain values of env.yml."),
  secrets: field(listOf(STRING), "Keys of env.yml that are sealed or references."),
  services: field(listOf(SERVICE), "Of convox.yml, in its order."),
  timers: field(listOf(TIMER), "Of convox.yml."),
  resources: field(listOf(RESOURCE), "Of convox.yml."),
} satisfies FieldsOf<AppVariables>);

export interface RackVariables extends Pick<Rack, "name" | "production" | "mode" | "endpoint" | "user" | "version"> {
  readonly parameters: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
}

const RACK = object("a rack", {
  name: field(STRING, "Its folder's name."),
  production: field(BOOL, "As rack.yml says."),
  mode: field(STRING, "`apply` or `observe`."),
  endpoint: field(STRING, "The address of its API."),
  user: field(STRING, "`convox` or `jwt`."),
  version: field(maybe(STRING), "The wanted one."),
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
