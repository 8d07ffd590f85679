// A domain belongs to one app. Who else has it is known between folders (shared-domains.ts); here it is said of an app.
import { FILE_START, type Position } from "../findings.ts";
import type { Guardrail } from "../guardrail.ts";
import { matchesSelector } from "../selector.ts";
import type { SharedDomain } from "../shared-domains.ts";
import type { AppName, ConfigRepo, Finding, RackName } from "../types.ts";
import { guardrailFinding, holdsOfApp, placesIn, settingOf } from "./guardrail-setting.ts";

/** @param isLookedAt of which apps it is to be said */
export function domainOwnerFindings(
  guardrails: readonly Guardrail[],
  { sharedDomains, racks }: ConfigRepo,
  isLookedAt: (app: SharedDomain) => boolean,
): readonly Finding[] {
  const said = settingOf(guardrails, "domain-owner");
  if (said.level === null) return [];
  const placeOf = placesOnce(racks);
  return sharedDomains.filter(isLookedAt).flatMap((shared) => {
    const { rack, app, service } = shared;
    if (!holdsOfApp(said, { rack, name: app }) || !matchesSelector(said.services, service)) return [];
    const fault = { path: ["services", service, "domain"], ...wordsOf(shared), about: service };
    const at = placeOf(shared)(fault);
    return [
      guardrailFinding({ fault, said, rule: "domain-owner" }, { file: `racks/${rack}/apps/${app}/convox.yml`, at }),
    ];
  });
}

type PlaceOf = ReturnType<typeof placesIn>;

/** An app's file is read once, however many of its domains are shared. */
function placesOnce(racks: ConfigRepo["racks"]): (app: Pick<SharedDomain, "rack" | "app">) => PlaceOf {
  const known = new Map<string, PlaceOf>();
  return ({ rack, app }) => {
    const key = `${rack}/${app}`;
    const manifest = racks.get(rack as RackName)?.apps.get(app as AppName)?.manifest ?? null;
    const placeOf = known.get(key) ?? (manifest === null ? (): Position => FILE_START : placesIn(manifest));
    known.set(key, placeOf);
    return placeOf;
  };
}

function wordsOf({ domain, others, more }: SharedDomain): { readonly message: string; readonly hint: string } {
  const named = others.map((other) => `\`${other}\``).join(", ");
  const rest = more === 0 ? "" : ` and ${more} more`;
  return {
    message: `expected a domain of this app alone, found \`${domain}\`, which overlaps with one of ${named}${rest}`,
    hint: "take it from all of them but one; a wildcard takes in every name below it",
  };
}
