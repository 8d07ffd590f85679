// Racks and their apps, from the files of their folders. What has an error in one of its files is left out whole.
import { buildFaults, type BuildSource } from "./build-circles.ts";
import { endpointFindings, type RackEndpoint } from "./rack-endpoints.ts";
import { addAll, errorAt, FILE_START, hasErrors, inFile } from "./findings.ts";
import { appFolderFault, rackFolderFault } from "./file-faults.ts";
import type { ParsedTree } from "./parsed-tree.ts";
import { parseAppName, parseRackName } from "./names.ts";
import { didYouMean } from "./near-miss.ts";
import type { AppFile } from "./parse-app.ts";
import { missingKeys, parseManifest, type ManifestFile } from "./parse-manifest.ts";
import { cached, findingsIn, parseRepoFile, type ValueOf } from "./parse-repo-file.ts";
import type { AppFolder, AppName, ConfiguredValue, Finding, Manifest, RackFolder, RackName } from "./types.ts";

export interface LoadedRacks {
  readonly racks: ReadonlyMap<RackName, RackFolder>;
  readonly findings: readonly Finding[];
  /** Names of the folders of apps, by that of their rack, those with errors included. */
  readonly folders: ReadonlyMap<string, ReadonlySet<string>>;
  /** Of what a rack.yml or app.yml says and Signalbox does not use yet. */
  readonly unused: ReadonlySet<string>;
}

interface Loading {
  readonly tree: ParsedTree;
  readonly findings: Finding[];
  readonly unused: Set<string>;
  readonly sources: BuildSource[];
  readonly endpoints: RackEndpoint[];
}

export function loadRacks(tree: ParsedTree): LoadedRacks {
  const folders = foldersOf(tree);
  const loading: Loading = { tree, findings: [], unused: new Set(), sources: [], endpoints: [] };
  const racks = new Map<RackName, RackFolder>();
  for (const [rackText, appTexts] of folders) {
    const fault = rackFolderFault(rackText);
    const rackName = parseRackName(rackText);
    if (fault !== null || rackName === null) {
      if (fault !== null) loading.findings.push(fault);
      continue;
    }
    const folder = loadRack(rackName, appTexts, loading);
    if (folder !== null) racks.set(rackName, folder);
  }
  const apps = new Set([...folders].flatMap(([rack, names]) => [...names].map((app) => `${rack}/${app}`)));
  const faults = buildFaults(loading.sources, apps);
  addAll(loading.findings, [...faults.findings, ...endpointFindings(loading.endpoints)]);
  return { racks: withoutApps(racks, faults.apps), findings: loading.findings, folders, unused: loading.unused };
}

/** `apps`: `rack/app`. */
function withoutApps(
  racks: ReadonlyMap<RackName, RackFolder>,
  apps: ReadonlySet<string>,
): ReadonlyMap<RackName, RackFolder> {
  if (apps.size === 0) return racks;
  return new Map(
    [...racks].map(([name, folder]) => [
      name,
      { ...folder, apps: new Map([...folder.apps].filter(([app]) => !apps.has(`${name}/${app}`))) },
    ]),
  );
}

function foldersOf(tree: ParsedTree): ReadonlyMap<string, ReadonlySet<string>> {
  const folders = new Map<string, Set<string>>();
  for (const path of tree.paths) {
    const [root, rack, third, app, file] = path.split("/");
    if (root !== "racks" || rack === undefined || third === undefined) continue;
    const apps = folders.get(rack) ?? new Set<string>();
    folders.set(rack, apps);
    if (third === "apps" && app !== undefined && file !== undefined) apps.add(app);
  }
  return folders;
}

function loadRack(name: RackName, appTexts: ReadonlySet<string>, loading: Loading): RackFolder | null {
  const { tree, findings, unused } = loading;
  const apps = new Map<AppName, AppFolder>();
  for (const appText of appTexts) {
    const fault = appFolderFault(name, appText);
    if (fault !== null) findings.push(fault);
    const appName = parseAppName(name, appText);
    const folder = appName === null ? null : loadApp(name, appName, loading);
    if (folder !== null) apps.set(folder.name, folder);
  }
  const file = tree.file(`racks/${name}/rack.yml`);
  if (file === null) return missing(`racks/${name}/rack.yml`, loading);
  if (file === "faulty") return null;
  const parsed = parseRepoFile(file, "rack", tree.cache);
  addAll(findings, findingsIn(file, parsed));
  if (parsed.value === null) return null;
  const { endpointAt, ...rack } = parsed.value;
  loading.endpoints.push({ rack: name, endpoint: rack.endpoint, at: endpointAt });
  if (rack.production) refuseUnnamedBuilds(name, apps, loading);
  if (rack.version !== null) unused.add("a rack's version");
  if (rack.parameters.size > 0) unused.add("a rack's parameters");
  if (rack.console !== null) unused.add("console");
  if (rack.suspend !== null) unused.add("suspend");
  return { rack: { name, ...rack }, apps };
}

/** Says so at the path where it should be. */
function missing(path: string, { findings }: Loading): null {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const hint = name === "env.yml" ? "add it; `{}` where there are no variables" : "add it";
  findings.push(
    inFile(path, errorAt(FILE_START, { rule: "missing-file", message: `expected the file ${name}, found none`, hint })),
  );
  return null;
}

function loadApp(rack: RackName, name: AppName, loading: Loading): AppFolder | null {
  const folder = `racks/${rack}/apps/${name}`;
  const app = readOwn(`${folder}/app.yml`, "app", loading);
  const environment = readOwn(`${folder}/env.yml`, "environment", loading);
  const manifest = loadManifest(folder, { app, environment }, loading);
  if (app === null) return null;
  noteUnused(app, loading);
  noteSource(rack, name, app, loading);
  if (environment === null || manifest === "faulty") return null;
  const unknownServices = hookFindings(`${folder}/app.yml`, app, manifest);
  addAll(loading.findings, unknownServices);
  if (hasErrors(unknownServices)) return null;
  return { rack, name, app: app.app, manifest, environment };
}

/** null: not there, or with errors; a finding says which. */
function readOwn<K extends "app" | "environment">(path: string, kind: K, loading: Loading): ValueOf[K] | null {
  const file = loading.tree.file(path);
  if (file === null) return missing(path, loading);
  if (file === "faulty") return null;
  const parsed = parseRepoFile(file, kind, loading.tree.cache);
  addAll(loading.findings, findingsIn(file, parsed));
  return parsed.value;
}

interface Neighbours {
  readonly app: AppFile | null;
  readonly environment: ReadonlyMap<string, ConfiguredValue> | null;
}

function loadManifest(
  folder: string,
  { app, environment }: Neighbours,
  loading: Loading,
): AppFolder["manifest"] | "faulty" {
  const { tree, findings } = loading;
  const path = `${folder}/convox.yml`;
  const file = tree.file(path);
  if (file === null) {
    // Where app.yml cannot be read, whether convox.yml may be absent is not known.
    if (app === null || app.app.build.kind === "pushed") return null;
    missing(path, loading);
    return "faulty";
  }
  if (file === "faulty") return "faulty";
  const text = file.text ?? "";
  // Only a manifest that puts values in depends on env.yml.
  const withBlob = text.includes("${") && environment !== null ? `:${blobOf(`${folder}/env.yml`, tree)}` : ":alone";
  const parsed = cached(tree.cache, `manifest:${file.blob}${withBlob}`, () => parseManifest(text, environment));
  const local = [
    ...parsed.findings,
    ...(environment === null ? [] : missingKeys(parsed, environment)),
    ...(app?.app.build.kind === "images" ? imagesMissing(parsed) : []),
  ];
  addAll(
    findings,
    [...local, ...parsed.secrets].map((finding) => inFile(path, finding)),
  );
  return parsed.manifest === null || hasErrors(local) ? "faulty" : parsed.manifest;
}

function blobOf(path: string, tree: ParsedTree): string {
  const file = tree.file(path);
  return file === null || file === "faulty" ? "" : file.blob;
}

function imagesMissing({ withoutImage }: ManifestFile): readonly ReturnType<typeof errorAt>[] {
  return withoutImage.map(({ name, at }) => {
    const message = `expected an \`image\` for the service \`${name}\`, since app.yml says \`build: { images: true }\`, found none`;
    return errorAt(at, {
      rule: "image-missing",
      message,
      hint: "name its image, or let app.yml say where its build comes from",
    });
  });
}

function noteSource(rack: RackName, name: AppName, { app, fromAt }: AppFile, { sources }: Loading): void {
  if (app.build.kind !== "from") return;
  sources.push({ app: `${rack}/${name}`, from: `${app.build.rack}/${app.build.app}`, at: fromAt });
}

/** What runs on a production rack is named in git, so that the approval is of that build. */
function refuseUnnamedBuilds(rack: RackName, apps: Map<AppName, AppFolder>, { sources, findings }: Loading): void {
  for (const [name, { app }] of apps) {
    const source = sources.find((one) => one.app === `${rack}/${name}`);
    if (source === undefined || app.build.kind !== "from" || app.build.build !== null) continue;
    const message = "expected `build` and `digest` with `from` on a production rack, found neither";
    const fault = errorAt(source.at, { rule: "unnamed-build", message, hint: "`signalbox promote` writes both" });
    findings.push(inFile(`racks/${rack}/apps/${name}/app.yml`, fault));
    apps.delete(name);
  }
}

function hookFindings(path: string, { hookServices }: AppFile, manifest: Manifest | null): readonly Finding[] {
  if (manifest === null) return [];
  const known = manifest.services.map(({ name }) => name);
  return hookServices.flatMap(({ service, at }) => {
    if (known.includes(service)) return [];
    const message = `expected a service of convox.yml, found \`${service}\`, which is none`;
    return [inFile(path, errorAt(at, { rule: "unknown-service", message, hint: didYouMean(service, known) }))];
  });
}

function noteUnused({ app }: AppFile, { unused }: Loading): void {
  if (app.build.kind !== "images") unused.add(`builds other than \`images\``);
  if (app.before !== null || app.after !== null) unused.add("release hooks");
  if (app.suspend !== null) unused.add("suspend");
  if (app.delete !== null) unused.add("delete");
}
