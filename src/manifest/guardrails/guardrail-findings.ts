// What guardrails say of a rack and of an app. Whose guardrails they are, the caller decides: a policy judges by its own.
import { FILE_START, type Position } from "../findings.ts";
import { isCustom, type Guardrail } from "../guardrail.ts";
import type { Steps } from "../cel/compile.ts";
import { fieldAtPath } from "../comparable-fields.ts";
import type { RepoFiles } from "../compared-files.ts";
import { matchesSelector } from "../selector.ts";
import type { AppFolder, ConfigRepo, Finding, Manifest, Rack } from "../types.ts";
import type { CustomFault, GuardrailFault, RackGuardrail, ServiceGuardrail } from "./built-in.ts";
import { createSteps, customAppFaults, customRackFaults } from "./custom-guardrails.ts";
import { dangerousParameter } from "./dangerous-parameter.ts";
import { domainOwnerFindings } from "./domain-owner.ts";
import {
  guardrailFinding,
  holdsOfApp,
  holdsOfRack,
  placesIn,
  settingOf,
  type Met,
  type Place,
} from "./guardrail-setting.ts";
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

/** What else there is to judge by. */
interface Around {
  readonly files: RepoFiles;
  /** For custom guardrails; left out: those of one app or rack. */
  readonly steps?: Steps;
}

/** Of rack.yml. */
export function rackGuardrailFindings(
  guardrails: readonly Guardrail[],
  rack: Rack,
  { files, steps = createSteps() }: Around,
): readonly Finding[] {
  const isInScope = (said: Guardrail): boolean => holdsOfRack(said, rack.name);
  const builtIn = OF_RACKS.flatMap((one) => {
    const said = settingOf(guardrails, one.name);
    if (!isInScope(said)) return [];
    return one.check(rack).map((fault) => ({ fault, said, rule: one.name }));
  });
  const custom = customRackFaults(guardrails.filter(isCustom).filter(isInScope), rack, steps).map(customMet);
  const file = `racks/${rack.name}/rack.yml`;
  return [...builtIn, ...custom].map((met) => guardrailFinding(met, { file, at: placeInRack(rack, met.fault, files) }));
}

/** A parameter's own place, the line of anything else. */
function placeInRack({ name, parameterPlaces }: Rack, { path }: GuardrailFault, files: RepoFiles): Position {
  const [first, parameter] = path;
  const known = first === "parameters" ? parameterPlaces.get(String(parameter)) : undefined;
  return known ?? lineIn(files, `racks/${name}/rack.yml`, path);
}

/** Where the field begins; the file's first line for what is not there. */
function lineIn(files: RepoFiles, file: string, path: GuardrailFault["path"]): Position {
  const field = fieldAtPath(path.map(String));
  const lines = path.length === 0 ? [] : [...(files.get(file)?.lines ?? [])];
  const found = lines.find(([one]) => one === field || one.startsWith(`${field}.`) || one.startsWith(`${field}[`));
  return found === undefined ? FILE_START : { line: found[1], column: 1 };
}

/** Of convox.yml, and of the app's other files where the app itself is judged. */
export function appGuardrailFindings(
  guardrails: readonly Guardrail[],
  { app, rack }: { readonly app: AppFolder; readonly rack: Rack },
  { files, steps = createSteps() }: Around,
): readonly Finding[] {
  const isInScope = (said: Guardrail): boolean => holdsOfApp(said, app);
  const builtIn = OF_SERVICES.map((one) => ({ one, said: settingOf(guardrails, one.name) })).filter(({ said }) =>
    isInScope(said),
  );
  const custom = guardrails.filter(isCustom).filter(isInScope);
  const { manifest } = builtIn.length + custom.length === 0 ? { manifest: null } : app;
  const met = [
    ...(manifest === null ? [] : builtIn.flatMap(({ one, said }) => serviceFaults(one, said, manifest))),
    ...customAppFaults(custom, { app, rack }, steps).map(customMet),
  ];
  if (met.length === 0) return [];
  const placeOf = placesOf(app, met.some(({ file }) => file === "convox.yml") ? manifest : null, files);
  return met.map((one) => guardrailFinding(one, placeOf(one)));
}

interface MetInFile extends Met {
  /** In the folder of the app. */
  readonly file: CustomFault["file"];
}

/** Where a convox.yml comes with the builds of CI there is none to point into. */
function placesOf(app: AppFolder, manifest: Manifest | null, files: RepoFiles): (met: MetInFile) => Place {
  const folder = `racks/${app.rack}/apps/${app.name}`;
  const inManifest = manifest === null ? null : placesIn(manifest);
  return ({ fault, file: name }) => {
    const file = `${folder}/${name}`;
    if (name !== "convox.yml") return { file, at: lineIn(files, file, fault.path) };
    return inManifest === null ? { file: `${folder}/app.yml`, at: FILE_START } : { file, at: inManifest(fault) };
  };
}

function serviceFaults(one: ServiceGuardrail, said: Guardrail, manifest: Manifest): readonly MetInFile[] {
  return manifest.services
    .filter(({ name }) => matchesSelector(said.services, name))
    .flatMap((service) => one.check(service, manifest))
    .map((fault) => ({ fault, said, rule: one.name, file: "convox.yml" }));
}

function customMet(fault: CustomFault): MetInFile {
  const { said, file } = fault;
  return { fault, said, rule: `custom/${said.name}`, file };
}

/** Of every rack and app. */
export function repoGuardrailFindings(guardrails: readonly Guardrail[], repo: ConfigRepo): readonly Finding[] {
  const inFolders = [...repo.racks.values()].flatMap(({ rack, apps }) => [
    ...rackGuardrailFindings(guardrails, rack, repo),
    ...Array.from(apps.values()).flatMap((app) => appGuardrailFindings(guardrails, { app, rack }, repo)),
  ]);
  return [...inFolders, ...domainOwnerFindings(guardrails, repo, () => true)];
}
