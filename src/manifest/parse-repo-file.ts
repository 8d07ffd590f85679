// One file of the tree to what it says, through the cache: a blob of a kind is parsed once, whatever paths it stands at.
import { LineCounter } from "yaml";
import { fileFault } from "./file-faults.ts";
import { inFile, type Position } from "./findings.ts";
import { cached, createParseCache, type Cached, type ParseCache } from "./kept.ts";
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
import { fileKindOf, type FileKind } from "./repo-paths.ts";
import type { ConfiguredValue, Finding, RepoFile, Settings } from "./types.ts";

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

export function parseRepoFile<K extends OwnKind>(file: RepoFile, kind: K, cache: ParseCache): ParsedFile<ValueOf[K]> {
  return keepRepoFile(file, kind, cache).value;
}

export function keepRepoFile<K extends OwnKind>(
  file: RepoFile,
  kind: K,
  cache: ParseCache,
): Cached<ParsedFile<ValueOf[K]>> {
  return cached(cache, keyOfFile(kind, file), () => PARSERS[kind](file.text ?? ""));
}

/** What is parsed is kept by this. */
export function keyOfFile(kind: OwnKind, { blob }: Pick<RepoFile, "blob">): string {
  return `${kind}:${blob}`;
}

export function findingsIn(file: Pick<RepoFile, "path">, parsed: ParsedFile<unknown>): readonly Finding[] {
  return [...parsed.findings, ...parsed.secrets].map((finding) => inFile(file.path, finding));
}

/** Secrets in plain text in one file, whatever its neighbours are. */
export function fileSecrets(file: RepoFile, cache: ParseCache = createParseCache()): readonly Finding[] {
  const kind = file.text === null || fileFault(file) !== null ? null : fileKindOf(file.path);
  if (kind === null) return secretsOfUnread(file, cache);
  const { secrets } = kind === "manifest" ? parseManifest(file.text ?? "", null) : parseRepoFile(file, kind, cache);
  return secrets.map((finding) => inFile(file.path, finding));
}

/** In a file that is not read, since it does not belong where it stands. */
export function secretsOfUnread({ path, blob, mode, text }: RepoFile, cache: ParseCache): readonly Finding[] {
  if (text === null || mode === "120000") return [];
  const { value: found } = cached(cache, `unread:${blob}`, () => {
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

/** A file that becomes a link to the same bytes is another thing, with the same blob. */
export function wholeBlob({ mode, blob }: Pick<RepoFile, "mode" | "blob">): string {
  return mode === "100644" || mode === "100755" ? blob : `${mode}:${blob}`;
}
