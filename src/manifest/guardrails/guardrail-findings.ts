// What guardrails say of a rack and of an app. Whose guardrails they are, the caller decides: a policy judges by its own.
import { FILE_START, type Position } from "../findings.ts";
import { isCustom, type Guardrail } from "../guardrail.ts";
import type { FindingRule } from "../rule-names.ts";
import { matchesSelector } from "../selector.ts";
import type { AppFolder, ConfigRepo, Finding, Manifest, Rack } from "../types.ts";
import type { GuardrailFault, RackGuardrail, ServiceGuardrail } from "./built-in.ts";
import { customAppFaults, customRackFaults } from "./custom-guardrails.ts";
import { dangerousParameter } from "./dangerous-parameter.ts";
import { domainOwnerFindings } from "./domain-owner.ts";
import { guardrailFinding, holdsOfApp, holdsOfRack, placesIn, settingOf, type Met } from "./guardrail-setting.ts";
import { healthCheck } from "./health-check.ts";
import { imagePinned } from "./image-pinned.ts";
import { internalService } from "./internal-service.ts";
import { minimumScale } from "./minimum-scale.ts";
import { noPrivileged } from "./no-privileged.ts";
import { privateRack } from "./private-rack.ts";

const OF_RACKS: readonly RackGuardrail[] = [privateRack, dangerousParameter];
const OF_SERVICES: readonly ServiceGuardrail[] = [
  internalService,
  imagePinned,
  noPrivileged,
  healthCheck,
  minimumScale,
];

/** Of rack.yml. */
export function rackGuardrailFindings(guardrails: readonly Guardrail[], rack: Rack): readonly Finding[] {
  const isInScope = (said: Guardrail): boolean => holdsOfRack(said, rack.name);
  const builtIn = OF_RACKS.flatMap((one) => {
    const said = settingOf(guardrails, one.name);
    return isInScope(said) ? one.check(rack).map((fault) => ({ fault, said, rule: one.name })) : [];
  });
  const custom = guardrails
    .filter(isCustom)
    .filter(isInScope)
    .flatMap((said) => customRackFaults(said, rack).map((fault) => ({ fault, said, rule: ruleOf(said) })));
  const file = `racks/${rack.name}/rack.yml`;
  return [...builtIn, ...custom].map((met) => guardrailFinding(met, { file, at: placeInRack(rack, met.fault) }));
}

/** A value's own place; the file's first line for what is not there. */
function placeInRack({ parameterPlaces }: Rack, { path: [, name] }: GuardrailFault): Position {
  return parameterPlaces.get(String(name)) ?? FILE_START;
}

/** Of convox.yml, and of app.yml where the app itself is judged. */
export function appGuardrailFindings(guardrails: readonly Guardrail[], app: AppFolder, rack: Rack): readonly Finding[] {
  const isInScope = (said: Guardrail): boolean => holdsOfApp(said, app);
  const builtIn = OF_SERVICES.map((one) => ({ one, said: settingOf(guardrails, one.name) })).filter(({ said }) =>
    isInScope(said),
  );
  const custom = guardrails.filter(isCustom).filter(isInScope);
  const { manifest } = builtIn.length + custom.length === 0 ? { manifest: null } : app;
  const met = [
    ...(manifest === null ? [] : builtIn.flatMap(({ one, said }) => serviceFaults(one, said, manifest))),
    ...custom.flatMap((said) => customAppFaults(said, app, rack).map((fault) => ({ fault, said, rule: ruleOf(said) }))),
  ];
  if (met.length === 0) return [];
  const folder = `racks/${app.rack}/apps/${app.name}`;
  const placeOf = manifest === null ? (): Position => FILE_START : placesIn(manifest);
  return met.map((one) => {
    const isOfConvox = one.fault.path.length > 0;
    const file = `${folder}/${isOfConvox ? "convox.yml" : "app.yml"}`;
    return guardrailFinding(one, { file, at: isOfConvox ? placeOf(one.fault) : FILE_START });
  });
}

function serviceFaults(one: ServiceGuardrail, said: Guardrail, manifest: Manifest): readonly Met[] {
  return manifest.services
    .filter(({ name }) => matchesSelector(said.services, name))
    .flatMap((service) => one.check(service, manifest).map((fault) => ({ fault, said, rule: one.name })));
}

/** Of every rack and app. */
export function repoGuardrailFindings(guardrails: readonly Guardrail[], repo: ConfigRepo): readonly Finding[] {
  const inFolders = [...repo.racks.values()].flatMap(({ rack, apps }) => [
    ...rackGuardrailFindings(guardrails, rack),
    ...Array.from(apps.values()).flatMap((app) => appGuardrailFindings(guardrails, app, rack)),
  ]);
  return [...inFolders, ...domainOwnerFindings(guardrails, repo, () => true)];
}

function ruleOf({ name }: Guardrail): FindingRule {
  return `custom/${name}`;
}
