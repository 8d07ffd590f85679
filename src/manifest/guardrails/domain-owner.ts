// A domain belongs to one app. Who else has it is known between folders (shared-domains.ts); here it is said of an app.
import { FILE_START } from "../findings.ts";
import type { Guardrail } from "../guardrail.ts";
import { matchesSelector } from "../selector.ts";
import type { SharedDomain } from "../shared-domains.ts";
import type { AppName, ConfigRepo, Finding, RackName } from "../types.ts";
import { guardrailFinding, holdsOfApp, placesIn, settingOf } from "./guardrail-setting.ts";

const OTHERS_NAMED = 3;

/** @param isLookedAt of which apps it is to be said */
export function domainOwnerFindings(
  guardrails: readonly Guardrail[],
  { sharedDomains, racks }: ConfigRepo,
  isLookedAt: (app: SharedDomain) => boolean,
): readonly Finding[] {
  const said = settingOf(guardrails, "domain-owner");
  if (said.level === null) return [];
  return sharedDomains.filter(isLookedAt).flatMap((shared) => {
    const { rack, app, service } = shared;
    if (!holdsOfApp(said, { rack, name: app }) || !matchesSelector(said.services, service)) return [];
    const manifest = racks.get(rack as RackName)?.apps.get(app as AppName)?.manifest ?? null;
    const fault = { path: ["services", service, "domain"], ...wordsOf(shared) };
    const at = manifest === null ? FILE_START : placesIn(manifest)(fault);
    return [
      guardrailFinding({ fault, said, rule: "domain-owner" }, { file: `racks/${rack}/apps/${app}/convox.yml`, at }),
    ];
  });
}

function wordsOf({ domain, others }: SharedDomain): { readonly message: string; readonly hint: string } {
  const named = others.slice(0, OTHERS_NAMED).map((other) => `\`${other}\``);
  const more = others.length > OTHERS_NAMED ? ` and ${others.length - OTHERS_NAMED} more` : "";
  return {
    message: `expected a domain of this app alone, found \`${domain}\`, which overlaps with one of ${named.join(", ")}${more}`,
    hint: "take it from all of them but one; a wildcard takes in every name below it",
  };
}
