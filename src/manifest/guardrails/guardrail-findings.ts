// What guardrails say of a rack and of an app. Whose guardrails they are, the caller decides: a policy judges by its own.
import { errorAt, FILE_START, inFile, type Position } from "../findings.ts";
import { BUILT_IN_GUARDRAILS, type Guardrail } from "../guardrail.ts";
import { readYaml } from "../read-yaml.ts";
import type { FindingRule } from "../rule-names.ts";
import { matchesSelector } from "../selector.ts";
import type { AppFolder, Finding, Manifest, Rack, RackFolder } from "../types.ts";
import { offsetAt } from "../yaml-tree.ts";
import type { GuardrailFault, RackGuardrail, ServiceGuardrail } from "./built-in.ts";
import { customAppFaults, customRackFaults } from "./custom-guardrails.ts";
import { dangerousParameter } from "./dangerous-parameter.ts";
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

const JUDGED: ReadonlySet<string> = new Set([...OF_RACKS, ...OF_SERVICES].map(({ name }) => name));

/** Those of signalbox.yml that are read and do not act yet, as it is said of them. */
export function guardrailsWithoutEffect(guardrails: readonly Guardrail[]): readonly string[] {
  const names = BUILT_IN_GUARDRAILS.filter((name) => !JUDGED.has(name) && guardrails.some((one) => one.name === name));
  return names.map((name) => `guardrails.${name}`);
}

/** Of rack.yml. */
export function rackGuardrailFindings(guardrails: readonly Guardrail[], rack: Rack): readonly Finding[] {
  const isInScope = (said: Guardrail): boolean => said.level !== null && matchesSelector(said.racks, rack.name);
  const builtIn = OF_RACKS.flatMap((one) => {
    const said = settingOf(guardrails, one);
    return isInScope(said) ? one.check(rack).map((fault) => ({ fault, said, rule: one.name })) : [];
  });
  const custom = customOf(guardrails)
    .filter(isInScope)
    .flatMap((said) => customRackFaults(said, rack).map((fault) => ({ fault, said, rule: ruleOf(said) })));
  const file = `racks/${rack.name}/rack.yml`;
  return [...builtIn, ...custom].map((met) => findingOf(met, { file, at: placeInRack(rack, met.fault) }));
}

/** A value's own place; the file's first line for what is not there. */
function placeInRack({ parameterPlaces }: Rack, { path: [, name] }: GuardrailFault): Position {
  return parameterPlaces.get(String(name)) ?? FILE_START;
}

/** Of convox.yml, and of app.yml where the app itself is judged. */
export function appGuardrailFindings(guardrails: readonly Guardrail[], app: AppFolder, rack: Rack): readonly Finding[] {
  const isInScope = (said: Guardrail): boolean => said.level !== null && isOfApp(said, app);
  const builtIn = OF_SERVICES.map((one) => ({ one, said: settingOf(guardrails, one) })).filter(({ said }) =>
    isInScope(said),
  );
  const custom = customOf(guardrails).filter(isInScope);
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
    return findingOf(one, { file, at: isOfConvox ? placeOf(one.fault) : FILE_START });
  });
}

function serviceFaults(one: ServiceGuardrail, said: Guardrail, manifest: Manifest): readonly Met[] {
  return manifest.services
    .filter(({ name }) => matchesSelector(said.services, name))
    .flatMap((service) => one.check(service, manifest).map((fault) => ({ fault, said, rule: one.name })));
}

/** Of a rack and all of its apps. */
export function folderGuardrailFindings(
  guardrails: readonly Guardrail[],
  { rack, apps }: RackFolder,
): readonly Finding[] {
  return [
    ...rackGuardrailFindings(guardrails, rack),
    ...Array.from(apps.values()).flatMap((app) => appGuardrailFindings(guardrails, app, rack)),
  ];
}

function customOf(guardrails: readonly Guardrail[]): readonly Guardrail[] {
  return guardrails.filter(({ custom }) => custom !== null);
}

function ruleOf({ name }: Guardrail): FindingRule {
  return `custom/${name}`;
}

function settingOf(
  guardrails: readonly Guardrail[],
  { name, defaultLevel }: RackGuardrail | ServiceGuardrail,
): Guardrail {
  const everywhere = { racks: ALL, apps: ALL, services: ALL, message: null, custom: null, line: 1 };
  return guardrails.find((one) => one.name === name) ?? { name, level: defaultLevel, ...everywhere };
}

const ALL = { kind: "all" } as const;

function isOfApp({ racks, apps }: Guardrail, app: AppFolder): boolean {
  return matchesSelector(racks, app.rack) && matchesSelector(apps, app.name);
}

/** The file is read again for the exact place, but only where there is something to show there. */
function placesIn({ text }: Manifest): (fault: GuardrailFault) => Position {
  const { root, positionAt } = readYaml(text, "convox");
  return ({ path }) => (root === null ? FILE_START : positionAt(offsetAt(root, path)));
}

interface Place {
  readonly file: string;
  readonly at: Position;
}

interface Met {
  readonly fault: GuardrailFault;
  readonly said: Guardrail;
  readonly rule: FindingRule;
}

function findingOf({ fault, said, rule }: Met, { file, at }: Place): Finding {
  const { message, hint } = fault;
  const words = said.message === null ? message : `${said.message.replace(/[.:]$/, "")}: ${message}`;
  const local = errorAt(at, { rule, message: words, hint });
  return inFile(file, { ...local, level: said.level ?? "error" });
}
