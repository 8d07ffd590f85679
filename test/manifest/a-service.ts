import type { Service } from "../../src/manifest/convox/service-model.ts";
import { parseManifest } from "../../src/manifest/parse-manifest.ts";

/** A service with every default of Convox, and `fields` over them. */
export function aService(fields: Partial<Service> = {}): Service {
  const service = parseManifest("services:\n  web:\n    image: acme/web:1\n", null).manifest?.services[0];
  if (service === undefined) throw new Error("the smallest manifest has a service");
  return { ...service, ...fields };
}

/** null: a range, which Convox moves in. */
export function countedAs(count: number | null): Pick<Service, "scale"> {
  const { scale } = aService();
  return { scale: { ...scale, count: count === null ? { min: 1, max: 2 } : { min: count, max: count } } };
}

export const NO_MANIFEST_PARTS = {
  services: [],
  resources: [],
  timers: [],
  balancers: [],
  configs: [],
  labels: {},
  params: {},
  budget: null,
  appSettings: null,
} as const;
