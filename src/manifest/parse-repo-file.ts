// One file of the tree to what it says, through the cache: a blob of a kind is parsed once, whatever paths it stands at.
import { LineCounter } from "yaml";
import { fileFault } from "./file-faults.ts";
import { inFile, type Position } from "./findings.ts";
import { parseApp, type AppFile } from "./parse-app.ts";
import { parseBindings, type LocalBinding } from "./parse-bindings.ts";
import { parseDeployKey, type DeployKeyFile } from "./parse-deploy-key.ts";
import { parseEnvironment } from "./parse-environment.ts";
import { parseManifest } from "./parse-manifest.ts";
import { parseRack, type RackFile } from "./parse-rack.ts";
import { parseRole, type RoleFile } from "./parse-role.ts";
import { parseSettings } from "./parse-settings.ts";
import { parseTests, type LocalTest } from "./parse-tests.ts";
import type { ParsedFile } from "./parsed-file.ts";
import { plainSecrets } from "./plain-secrets/plain-secrets.ts";
import { silencesIn } from "./plain-secrets/silences.ts";
import { changeKindOf, fileKindOf, type FileKind } from "./repo-paths.ts";
import type { ComparableFile, ConfiguredValue, Finding, RepoFile, Settings } from "./types.ts";

/** By blob id and kind of file. Values are read only by what put them in, and never changed. */
export interface ParseCache {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
}

/** What a file of each kind says. */
export interface ValueOf {
  readonly settings: Settings;
  readonly role: RoleFile;
  readonly bindings: readonly LocalBinding[];
  readonly "deploy-key": DeployKeyFile;
  readonly tests: readonly LocalTest[];
  readonly rack: RackFile;
  readonly app: AppFile;
  readonly environment: ReadonlyMap<string, ConfiguredValue>;
}

/** convox.yml is missing here: what it says depends on its env.yml. */
type OwnKind = Exclude<FileKind, "manifest">;

const PARSERS: { readonly [K in OwnKind]: (text: string) => ParsedFile<ValueOf[K]> } = {
  settings: parseSettings,
  role: parseRole,
  bindings: parseBindings,
  "deploy-key": parseDeployKey,
  tests: parseTests,
  rack: parseRack,
  app: parseApp,
  environment: parseEnvironment,
};

/** What `make` gives, made once a key. */
export function cached<T>(cache: ParseCache, key: string, make: () => T): T {
  const known = cache.get(key);
  // The key names the maker, so what is found there is what `make` returns.
  if (known !== undefined) return known as T;
  const made = make();
  cache.set(key, made);
  return made;
}

export function parseRepoFile<K extends OwnKind>(file: RepoFile, kind: K, cache: ParseCache): ParsedFile<ValueOf[K]> {
  return cached(cache, `${kind}:${file.blob}`, () => PARSERS[kind](file.text ?? ""));
}

export function findingsIn(file: RepoFile, parsed: ParsedFile<unknown>): readonly Finding[] {
  return [...parsed.findings, ...parsed.secrets].map((finding) => inFile(file.path, finding));
}

/** Secrets in plain text in one file, whatever its neighbours are. */
export function fileSecrets(file: RepoFile, cache: ParseCache = new Map<string, unknown>()): readonly Finding[] {
  const kind = file.text === null || fileFault(file) !== null ? null : fileKindOf(file.path);
  if (kind === null) return secretsOfUnread(file, cache);
  const { secrets } = kind === "manifest" ? parseManifest(file.text ?? "", null) : parseRepoFile(file, kind, cache);
  return secrets.map((finding) => inFile(file.path, finding));
}

/** In a file that is not read, since it does not belong where it stands. */
export function secretsOfUnread({ path, blob, mode, text }: RepoFile, cache: ParseCache): readonly Finding[] {
  if (text === null || mode === "120000") return [];
  const found = cached(cache, `unread:${blob}`, () => {
    const lines = new LineCounter();
    lines.addNewLine(0);
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) lines.addNewLine(end + 1);
    const positionAt = (offset: number): Position => {
      const { line, col } = lines.linePos(offset);
      return { line, column: col };
    };
    return plainSecrets({ text, root: null, named: [], positionAt, silences: silencesIn(text, positionAt) });
  });
  return found.map((finding) => inFile(path, finding));
}

/** `isReadable`: nothing is wrong with the entry itself. */
export function comparableFile(
  file: RepoFile,
  { isReadable, cache }: { readonly isReadable: boolean; readonly cache: ParseCache },
): ComparableFile {
  const { path, blob } = file;
  const kind = changeKindOf(path);
  const fileKind = fileKindOf(path);
  if (!isReadable || fileKind === null) return { path, blob: wholeBlob(file), kind, fields: null, lines: new Map() };
  if (fileKind === "manifest") return { path, blob, kind, fields: new Map([["", blob]]), lines: new Map([["", 1]]) };
  const { compared } = parseRepoFile(file, fileKind, cache);
  return { path, blob, kind, fields: compared?.fields ?? null, lines: compared?.lines ?? new Map<string, number>() };
}

/** A file that becomes a link to the same bytes is another thing, with the same blob. */
function wholeBlob({ mode, blob }: RepoFile): string {
  return mode === "100644" || mode === "100755" ? blob : `${mode}:${blob}`;
}
