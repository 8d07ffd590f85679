// What a custom guardrail is given to ask of, from what the repo says.
import { celValue, type CelMap, type CelValue } from "../cel/cel-value.ts";
import type { GuardrailSubject } from "../guardrail.ts";
import type { AppFolder, ConfiguredValue, Rack } from "../types.ts";
import { GUARDRAIL_VARIABLES, type AppVariables, type RackVariables } from "./variables.ts";

/** One thing that is judged. */
export interface Judged {
  /** As convox.yml calls it; the app's or rack's own name otherwise. */
  readonly name: string;
  /** Of a service, or of a timer, which runs in one. */
  readonly service: string | null;
  readonly values: CelMap;
}

export function judgedRack(rack: Rack): Judged {
  return { name: rack.name, service: null, values: { rack: rackValue(rack) } };
}

/** What there is of it in an app. Where there is nothing, the app itself is not looked at. */
export function judgedOfApp(each: Exclude<GuardrailSubject, "rack">, app: AppFolder, rack: Rack): readonly Judged[] {
  const items = each === "app" ? [app] : itemsOf(each, app);
  if (items.length === 0) return [];
  const around = { app: valueOf("app", appVariables(app)), rack: rackValue(rack) };
  if (each === "app") return [{ name: app.name, service: null, values: around }];
  return items.map((item) => ({
    name: item.name,
    service: each === "service" ? item.name : "service" in item ? item.service : null,
    values: { ...around, [each]: valueOf(each, item) },
  }));
}

interface Item {
  readonly name: string;
  /** Of a timer. */
  readonly service?: string;
}

function itemsOf(each: "service" | "timer" | "resource", { manifest }: AppFolder): readonly Item[] {
  if (manifest === null) return [];
  if (each === "service") return manifest.services;
  return each === "timer" ? manifest.timers : manifest.resources;
}

function valueOf(subject: GuardrailSubject, value: object): CelValue {
  const type = GUARDRAIL_VARIABLES[subject][subject];
  if (type === undefined) throw new TypeError(`${subject} has no variable of its name`);
  return celValue(value, type);
}

function rackValue(rack: Rack): CelValue {
  const variables: RackVariables = {
    ...rack,
    parameters: textsOf(rack.parameters, (value) => (value.kind === "plain" ? value.text : null)),
    secrets: [...rack.parameters].flatMap(([name, { kind }]) => (kind === "plain" ? [] : [name])),
  };
  return valueOf("rack", variables);
}

function appVariables({ name, app, manifest, environment }: AppFolder): AppVariables {
  return {
    name,
    build: app.build.kind,
    lock: app.lock,
    parameters: Object.fromEntries(app.parameters),
    environment: textsOf(environment, ({ kind }) => kind),
    services: manifest?.services ?? [],
    timers: manifest?.timers ?? [],
    resources: manifest?.resources ?? [],
  };
}

/** null: left out. */
function textsOf<T extends string>(
  values: ReadonlyMap<string, ConfiguredValue>,
  textOf: (value: ConfiguredValue) => T | null,
): Readonly<Record<string, T>> {
  const texts = [...values].flatMap(([name, value]) => {
    const text = textOf(value);
    return text === null ? [] : [[name, text] as const];
  });
  return Object.fromEntries(texts);
}
