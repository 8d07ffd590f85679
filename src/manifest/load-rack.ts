// One rack's folder: its rack.yml, and its apps as they are known. What has an error in one of its files is left out whole.
import type { BuildSource } from "./build-circles.ts";
import { rackFolderFault } from "./file-faults.ts";
import { addAll, arrangeFindings, errorAt, inFile } from "./findings.ts";
import { fieldsOf, type ComparableFields } from "./comparable-fields.ts";
import type { ParseCache } from "./kept.ts";
import { missingFile, type AppContent, type AppFacts, type AppPart } from "./load-app.ts";
import { parseRackName } from "./names.ts";
import { findingsIn, parseRepoFile } from "./parse-repo-file.ts";
import type { RackEndpoint } from "./rack-endpoints.ts";
import { sealedPlaces } from "./sealed-places.ts";
import { comparableFiles, lazyFile, readFolder, wholeFields, type FileStub, type ReadFolder } from "./read-folder.ts";
import { fileKindOf, inFolderOrder } from "./repo-paths.ts";
import type { DomainClaim } from "./shared-domains.ts";
import type { AppFolder, AppName, Finding, Rack } from "./types.ts";
import type { ComparableFile, FolderFiles, RackFiles } from "./compared-files.ts";
import type { RackFolder, RackName, RepoFile } from "./types.ts";

/** The files of a rack's folder that are no app's. */
export interface RackSource {
  readonly rack: string;
  readonly id: string;
  readonly files: readonly RepoFile[];
}

/** What is known of these without looking into them again. Plain data. */
export interface RackOwnPart {
  readonly name: string;
  readonly id: string;
  readonly files: readonly ComparableFile[];
  readonly findings: readonly Finding[];
  /** null: with errors. */
  readonly rack: Rack | null;
  readonly endpoint: RackEndpoint | null;
  readonly unused: readonly string[];
}

export function loadRackOwn({ rack: name, id, files }: RackSource, cache: ParseCache): RackOwnPart {
  const read = readFolder(files, cache);
  const known = { name, id, files: comparableFiles(read, cache), rack: null, endpoint: null, unused: [] };
  const rackName = parseRackName(name);
  const fault = rackFolderFault(name);
  if (fault !== null || rackName === null) {
    return { ...known, findings: [...read.faults, ...(fault === null ? [] : [fault])] };
  }
  const { findings, ...loaded } = loadRackFile(rackName, read, cache);
  return { ...known, ...loaded, findings: [...read.faults, ...findings] };
}

type LoadedRackFile = Pick<RackOwnPart, "rack" | "endpoint" | "unused" | "findings">;

function loadRackFile(name: RackName, read: ReadFolder, cache: ParseCache): LoadedRackFile {
  const nothing = { rack: null, endpoint: null, unused: [] };
  const path = `racks/${name}/rack.yml`;
  const file = read.file(path);
  if (file === null) return { ...nothing, findings: [missingFile(path)] };
  if (file === "faulty") return { ...nothing, findings: [] };
  const parsed = parseRepoFile(file, "rack", cache);
  const findings = findingsIn(file, parsed);
  if (parsed.value === null) return { ...nothing, findings };
  const { endpointAt, ...rack } = parsed.value;
  const endpoint = { rack: name, endpoint: rack.endpoint, at: endpointAt };
  return { rack: { name, ...rack }, endpoint, unused: unusedOf({ name, ...rack }), findings };
}

function unusedOf(rack: Rack): readonly string[] {
  return [
    ...(rack.version === null ? [] : ["a rack's version"]),
    ...(rack.parameters.size === 0 ? [] : ["a rack's parameters"]),
    ...(rack.console === null ? [] : ["console"]),
    ...(rack.suspend === null ? [] : ["suspend"]),
  ];
}

/** A rack's folder, put together. */
export interface RackPart {
  readonly own: RackOwnPart;
  readonly apps: ReadonlyMap<string, AppPart>;
  readonly files: RackFiles;
  /** Of what its files say by themselves and of each other. */
  readonly findings: readonly Finding[];
  /** These, as they are shown where nothing comes to them from elsewhere. */
  readonly arranged: readonly Finding[];
  /** null where rack.yml has errors. */
  readonly folder: RackFolder | null;
  /** Equal texts have equal facts. */
  readonly factsText: string;
  readonly facts: () => RackFacts;
}

export interface AppNames {
  readonly name: string;
  /** null: not known. */
  readonly services: readonly string[] | null;
}

/** What files elsewhere may depend on. Plain data. */
export interface RackFacts {
  readonly name: string;
  readonly endpoint: RackEndpoint | null;
  /** Its folders of apps, those with errors included. */
  readonly apps: readonly AppNames[];
  readonly sources: readonly BuildSource[];
  readonly unused: readonly string[];
  readonly domains: readonly DomainClaim[];
  /** Every path in the folder. */
  readonly paths: readonly string[];
}

/** Costs what the rack's number of apps does, whatever stands in their files. */
export function joinRack(own: RackOwnPart, unsorted: readonly AppPart[]): RackPart {
  const sorted = inFolderOrder(unsorted, ({ app }) => app).map(joinedOf);
  const parts = sorted.map(({ part }) => part);
  const apps = new Map<AppName, AppFolder>();
  const findings: Finding[] = [...own.findings];
  const isProduction = own.rack?.production === true;
  for (const { part, folder } of sorted) {
    addAll(findings, part.findings);
    if (!part.facts.isUsable || own.rack === null) continue;
    const { source } = part.facts;
    if (isProduction && source !== null && !source.isNamed) findings.push(unnamedBuild(part, source));
    else apps.set(folder.name, folder);
  }
  return {
    own,
    apps: new Map(parts.map((part) => [part.app, part])),
    files: { own: ownFiles(own), apps: new Map(sorted.map(({ part, files }) => [part.app, files])) },
    findings,
    arranged: arrangeFindings(findings),
    folder: own.rack === null ? null : { rack: own.rack, apps },
    factsText: [ownFactsText(own), ...sorted.map(({ factsText }) => factsText)].join("\n"),
    facts: () => factsOf(own, parts),
  };
}

function ownFactsText({ name, endpoint, unused, files }: RackOwnPart): string {
  return JSON.stringify([name, endpoint, unused, files.map(({ path }) => path)]);
}

/** Of an app that has not changed what is made of it is not made again, though its rack is joined anew. */
function joinedOf(part: AppPart): JoinedApp {
  const known = joined.get(part);
  if (known !== undefined) return known;
  const { source, unused, services, domains } = part.facts;
  const paths = part.files.map(({ path }) => path);
  const made: JoinedApp = {
    part,
    folder: lazyFolder(part),
    files: appFiles(part),
    factsText: JSON.stringify([part.app, source, unused, services, domains, paths]),
  };
  joined.set(part, made);
  return made;
}

interface JoinedApp {
  readonly part: AppPart;
  readonly folder: AppFolder;
  readonly files: FolderFiles;
  readonly factsText: string;
}

const joined = new WeakMap<AppPart, JoinedApp>();

function factsOf(own: RackOwnPart, parts: readonly AppPart[]): RackFacts {
  const unused = new Set([...own.unused, ...parts.flatMap(({ facts }) => facts.unused)]);
  return {
    name: own.name,
    endpoint: own.endpoint,
    apps: parts.map(({ app, facts: { services } }) => ({ name: app, services })),
    sources: parts.flatMap(({ facts }) => facts.source ?? []),
    unused: [...unused],
    domains: parts.flatMap(({ app, facts }) => facts.domains.map((one) => ({ rack: own.name, app, ...one }))),
    paths: [...own.files, ...parts.flatMap(({ files }) => files)].map(({ path }) => path),
  };
}

/** What runs on a production rack is named in git, so that the approval is of that build. */
function unnamedBuild({ rack, app }: AppPart, { at }: NonNullable<AppFacts["source"]>): Finding {
  const message = "expected `build` and `digest` with `from` on a production rack, found neither";
  const fault = errorAt(at, { rule: "unnamed-build", message, hint: "`signalbox promote` writes both" });
  return inFile(`racks/${rack}/apps/${app}/app.yml`, fault);
}

function lazyFolder({ rack, app: name, content }: AppPart): AppFolder {
  return {
    rack: rack as RackName, // as below
    name: name as AppName, // only a folder whose name is one is usable
    get app() {
      const app = content.app?.value().value;
      if (app === undefined || app === null) throw new TypeError(`racks/${rack}/apps/${name} is no usable app`);
      return app.app;
    },
    get manifest() {
      return content.manifest?.value().manifest ?? null;
    },
    get environment() {
      return content.environment?.value().value ?? new Map();
    },
  };
}

function ownFiles({ id, files }: RackOwnPart): FolderFiles {
  return {
    id,
    paths: files.map(({ path }) => path),
    sealed: files.flatMap(sealedPlaces),
    get: (path) => files.find((file) => file.path === path),
  };
}

function appFiles({ id, files, content, sealed }: AppPart): FolderFiles {
  return {
    id,
    paths: files.map(({ path }) => path),
    sealed,
    get: (path) => {
      const stub = files.find((file) => file.path === path);
      return stub === undefined ? undefined : lazyFile(stub, () => comparedOf(stub, content));
    },
  };
}

function comparedOf({ path, blob }: FileStub, { app, environment, manifest }: AppContent): ComparableFields | null {
  const kind = fileKindOf(path);
  if (kind === "app") return app === null ? null : fieldsOf(app.value());
  if (kind === "environment") return environment === null ? null : fieldsOf(environment.value());
  return kind === "manifest" && manifest !== null ? wholeFields(blob) : null;
}
