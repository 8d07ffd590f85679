// What guardrails say of a rack and of an app. Whose guardrails they are, the caller decides: a policy judges by its own.
import { errorAt, FILE_START, inFile, type Position } from "../findings.ts";
import { BUILT_IN_GUARDRAILS, type Guardrail } from "../guardrail.ts";
import { readYaml } from "../read-yaml.ts";
import type { RuleName } from "../rule-names.ts";
import { matchesSelector } from "../selector.ts";
import type { AppFolder, Finding, Manifest, Rack, RackFolder } from "../types.ts";
import { offsetAt } from "../yaml-tree.ts";
import type { GuardrailFault, RackGuardrail, ServiceGuardrail } from "./built-in.ts";
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
  return [
    ...names.map((name) => `guardrails.${name}`),
    ...(guardrails.some(({ custom }) => custom !== null) ? ["guardrails.custom"] : []),
  ];
}

/** Of rack.yml. It is kept without its text, so that they stand at its first line. */
export function rackGuardrailFindings(guardrails: readonly Guardrail[], rack: Rack): readonly Finding[] {
  return OF_RACKS.flatMap((one) => {
    const said = settingOf(guardrails, one);
    if (said.level === null || !matchesSelector(said.racks, rack.name)) return [];
    const place = { file: `racks/${rack.name}/rack.yml`, at: FILE_START };
    return one.check(rack).map((fault) => findingOf({ fault, said, rule: one.name }, place));
  });
}

/** Of convox.yml; an app without one has none. */
export function appGuardrailFindings(guardrails: readonly Guardrail[], app: AppFolder): readonly Finding[] {
  const inScope = OF_SERVICES.flatMap((one) => {
    const said = settingOf(guardrails, one);
    return said.level !== null && isOfApp(said, app) ? [{ one, said }] : [];
  });
  const { manifest } = inScope.length === 0 ? { manifest: null } : app;
  if (manifest === null) return [];
  const faults = inScope.flatMap(({ one, said }) =>
    manifest.services
      .filter(({ name }) => matchesSelector(said.services, name))
      .flatMap((service) => one.check(service, manifest).map((fault) => ({ fault, said, rule: one.name }))),
  );
  if (faults.length === 0) return [];
  const file = `racks/${app.rack}/apps/${app.name}/convox.yml`;
  const placeOf = placesIn(manifest);
  return faults.map((met) => findingOf(met, { file, at: placeOf(met.fault) }));
}

/** Of a rack and all of its apps. */
export function folderGuardrailFindings(guardrails: readonly Guardrail[], folder: RackFolder): readonly Finding[] {
  return [
    ...rackGuardrailFindings(guardrails, folder.rack),
    ...Array.from(folder.apps.values()).flatMap((app) => appGuardrailFindings(guardrails, app)),
  ];
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
  readonly rule: RuleName;
}

function findingOf({ fault, said, rule }: Met, { file, at }: Place): Finding {
  const { message, hint } = fault;
  const words = said.message === null ? message : `${said.message}: ${message}`;
  const local = errorAt(at, { rule, message: words, hint });
  return inFile(file, { ...local, level: said.level ?? "error" });
}
