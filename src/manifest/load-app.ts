// One app's folder by itself: what its files say, what is wrong in them, and what of it others must know.
import type { BuildSource } from "./build-circles.ts";
import { appFolderFault } from "./file-faults.ts";
import { addAll, errorAt, FILE_START, hasErrors, inFile, type LocalFinding } from "./findings.ts";
import { cached, type Cached, type Kept, type ParseCache } from "./kept.ts";
import { parseAppName, parseRackName } from "./names.ts";
import { didYouMean } from "./near-miss.ts";
import type { AppFile } from "./parse-app.ts";
import { missingKeys, parseManifest, type ManifestFile } from "./parse-manifest.ts";
import type { ParsedFile } from "./parsed-file.ts";
import { findingsIn, keepRepoFile, keyOfFile, type ValueOf } from "./parse-repo-file.ts";
import { fileKindOf } from "./repo-paths.ts";
import { sealedPlaces, sealedValues } from "./sealed-places.ts";
import type { SealedPlace } from "./compared-files.ts";
import type { DomainClaim } from "./shared-domains.ts";
import { readFolder, type FileStub, type ReadFolder } from "./read-folder.ts";
import type { App, ConfiguredValue, Finding, Manifest, RepoFile } from "./types.ts";

/** A folder in racks/<rack>/apps/ as it stands in a tree. `id`: equal ids have equal files. */
export interface AppSource {
  readonly rack: string;
  readonly app: string;
  readonly id: string;
  readonly files: readonly RepoFile[];
}

/** What is known of an app's folder without looking into its files again. Plain data, `content` aside. */
export interface AppPart {
  readonly rack: string;
  readonly app: string;
  readonly id: string;
  readonly files: readonly FileStub[];
  readonly findings: readonly Finding[];
  readonly facts: AppFacts;
  readonly sealed: readonly SealedPlace[];
  readonly content: AppContent;
}

export interface AppFacts {
  /** Without errors in its own files: it is an app of its rack, unless what others say forbids it. */
  readonly isUsable: boolean;
  /** Where its builds come from, if from another app. */
  readonly source: (BuildSource & { readonly isNamed: boolean }) | null;
  /** Of what app.yml says and Signalbox does not use yet. */
  readonly unused: readonly string[];
  /** Names of its services; null where no convox.yml can be read. */
  readonly services: readonly string[] | null;
  /** That its services answer to. */
  readonly domains: readonly Pick<DomainClaim, "service" | "domain">[];
}

/** What its files say, each kept once however many apps have it; null: no file that can be read. */
export interface AppContent {
  readonly app: Kept<ParsedFile<AppFile>> | null;
  readonly environment: Kept<ParsedFile<ReadonlyMap<string, ConfiguredValue>>> | null;
  readonly manifest: Kept<ManifestFile> | null;
}

/** @param cache keeps what was parsed */
export function loadApp({ rack, app, id, files }: AppSource, cache: ParseCache): AppPart {
  const read = readFolder(files, cache);
  const loading: Loading = { read, cache, findings: [...read.faults], folder: `racks/${rack}/apps/${app}` };
  const rackName = parseRackName(rack);
  const fault = rackName === null ? null : appFolderFault(rackName, app);
  if (fault !== null) loading.findings.push(fault);
  const content = loadFiles(loading);
  const isApp = rackName !== null && parseAppName(rackName, app) !== null;
  const facts = isApp ? judgeApp(`${rack}/${app}`, content, loading) : NO_FACTS;
  const parts = { files: read.files, findings: loading.findings, facts, sealed: sealedIn(content, loading) };
  return { rack, app, id, ...parts, content: keptOf(content) };
}

const NO_FACTS: AppFacts = { isUsable: false, source: null, unused: [], services: null, domains: [] };

interface Loading {
  readonly read: ReadFolder;
  readonly cache: ParseCache;
  readonly findings: Finding[];
  /** Path of the folder. */
  readonly folder: string;
}

/** Parsed; null: not there, or no file that can be read. */
interface LoadedFiles {
  readonly app: Cached<ParsedFile<AppFile>> | null;
  readonly environment: Cached<ParsedFile<ReadonlyMap<string, ConfiguredValue>>> | null;
  readonly manifest: Cached<ManifestFile> | null;
}

function loadFiles(loading: Loading): LoadedFiles {
  const environment = loadOwn("env.yml", "environment", loading);
  return {
    app: loadOwn("app.yml", "app", loading),
    environment,
    manifest: loadManifest(environment?.value.value ?? null, loading),
  };
}

function sealedIn({ environment }: LoadedFiles, { read, folder }: Loading): readonly SealedPlace[] {
  const stub = read.files.find(({ path }) => path === `${folder}/env.yml`);
  if (stub === undefined || environment === null) return [];
  const { value, compared } = environment.value;
  if (compared === null) return [];
  if (value !== null) return sealedValues(stub.path, value, compared.lines);
  return sealedPlaces({ ...stub, ...compared });
}

function keptOf({ app, environment, manifest }: LoadedFiles): AppContent {
  return { app: app?.kept ?? null, environment: environment?.kept ?? null, manifest: manifest?.kept ?? null };
}

function loadOwn<K extends "app" | "environment">(
  name: string,
  kind: K,
  { read, folder, cache }: Loading,
): Cached<ParsedFile<ValueOf[K]>> | null {
  const file = read.file(`${folder}/${name}`);
  return file === null || file === "faulty" ? null : keepRepoFile(file, kind, cache);
}

/** Only a manifest that puts values in depends on env.yml. */
function loadManifest(
  environment: ReadonlyMap<string, ConfiguredValue> | null,
  { read, folder, cache }: Loading,
): LoadedFiles["manifest"] {
  const file = read.file(`${folder}/convox.yml`);
  if (file === null || file === "faulty") return null;
  const text = file.text ?? "";
  const other = read.file(`${folder}/env.yml`);
  const isAlone = environment === null || !putsIn(text) || other === null || other === "faulty";
  const key = keyOfManifest(file.blob, isAlone ? null : other.blob);
  return cached(cache, key, () => parseManifest(text, environment));
}

function putsIn(text: string): boolean {
  return text.includes("${");
}

/** @param environment blob of the env.yml that it depends on */
function keyOfManifest(blob: string, environment: string | null): string {
  return `manifest:${blob}:${environment ?? "alone"}`;
}

/** Of an app's files few change at a time: what the others said before need not be parsed again, wherever it was parsed. */
export function recallFiles({ files, content }: AppPart, cache: ParseCache): void {
  for (const file of files) {
    const kind = fileKindOf(file.path);
    if ((kind === "app" || kind === "environment") && content[kind] !== null) {
      cache.put(keyOfFile(kind, file), content[kind]);
    }
    if (kind !== "manifest" || content.manifest === null) continue;
    const { manifest } = content.manifest.value();
    if (manifest !== null && !putsIn(manifest.text)) cache.put(keyOfManifest(file.blob, null), content.manifest);
  }
}

/** Says what is wrong in the files, and what others must know of them. */
function judgeApp(place: string, files: LoadedFiles, loading: Loading): AppFacts {
  const { findings, folder } = loading;
  noteOwn("app.yml", files.app, loading);
  noteOwn("env.yml", files.environment, loading);
  const own = files.app?.value.value ?? null;
  const environment = files.environment?.value.value ?? null;
  const manifest = judgeManifest(files, loading);
  if (own === null) return NO_FACTS;
  const facts = { source: sourceOf(place, own), unused: unusedOf(own.app) };
  if (environment === null || manifest === "faulty") return { ...facts, services: null, domains: [], isUsable: false };
  const unknownServices = hookFindings(`${folder}/app.yml`, own, manifest);
  addAll(findings, unknownServices);
  const services = manifest?.services.map(({ name }) => name) ?? null;
  return { ...facts, services, domains: domainsOf(manifest), isUsable: !hasErrors(unknownServices) };
}

function domainsOf(manifest: Manifest | null): AppFacts["domains"] {
  return (manifest?.services ?? []).flatMap(({ name, domain }) =>
    domain.map((one) => ({ service: name, domain: one })),
  );
}

function noteOwn(name: string, file: Cached<ParsedFile<unknown>> | null, { read, folder, findings }: Loading): void {
  const path = `${folder}/${name}`;
  if (read.file(path) === null) findings.push(missingFile(path));
  if (file !== null) addAll(findings, findingsIn({ path }, file.value));
}

/** Said at the path where it should be. */
export function missingFile(path: string): Finding {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const hint = name === "env.yml" ? "add it; `{}` where there are no variables" : "add it";
  const message = `expected the file ${name}, found none`;
  return inFile(path, errorAt(FILE_START, { rule: "missing-file", message, hint }));
}

function judgeManifest(files: LoadedFiles, { read, folder, findings }: Loading): Manifest | null | "faulty" {
  const path = `${folder}/convox.yml`;
  const app = files.app?.value.value ?? null;
  const environment = files.environment?.value.value ?? null;
  if (read.file(path) === null) {
    // Where app.yml cannot be read, whether convox.yml may be absent is not known.
    if (app === null || app.app.build.kind === "pushed") return null;
    findings.push(missingFile(path));
  }
  if (files.manifest === null) return "faulty";
  const parsed = files.manifest.value;
  const local: readonly LocalFinding[] = [
    ...parsed.findings,
    ...(environment === null ? [] : missingKeys(parsed, environment)),
    ...(app?.app.build.kind === "images" ? imagesMissing(parsed) : []),
  ];
  for (const finding of [...local, ...parsed.secrets]) findings.push(inFile(path, finding));
  return parsed.manifest === null || hasErrors(local) ? "faulty" : parsed.manifest;
}

function imagesMissing({ withoutImage }: ManifestFile): readonly LocalFinding[] {
  return withoutImage.map(({ name, at }) => {
    const message = `expected an \`image\` for the service \`${name}\`, since app.yml says \`build: { images: true }\`, found none`;
    return errorAt(at, {
      rule: "image-missing",
      message,
      hint: "name its image, or let app.yml say where its build comes from",
    });
  });
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

function sourceOf(place: string, { app, fromAt }: AppFile): AppFacts["source"] {
  if (app.build.kind !== "from") return null;
  const from = `${app.build.rack}/${app.build.app}`;
  return { app: place, from, at: fromAt, isNamed: app.build.build !== null };
}

function unusedOf(app: App): readonly string[] {
  return [
    ...(app.build.kind === "images" ? [] : ["builds other than `images`"]),
    ...(app.before === null && app.after === null ? [] : ["release hooks"]),
    ...(app.suspend === null ? [] : ["suspend"]),
    ...(app.delete === true ? ["deletion of an app"] : []),
  ];
}
