// Which paths of a config repo are Signalbox's, what each file is, and with which unit it is verified and held.
import type { Unit } from "./types.ts";
import type { ChangeKind } from "./compared-files.ts";

export type FileKind =
  "settings" | "role" | "bindings" | "deploy-key" | "tests" | "rack" | "app" | "manifest" | "environment";

export const SETTINGS_PATH = "signalbox.yml";
const FOLDERS = ["roles", "bindings", "deploy-keys", "racks", "tests"] as const;

/** What a reader must fetch; everything else in the repo is left alone. A file in the place of a folder is Signalbox's too. */
export function isSignalboxPath(path: string): boolean {
  return path === SETTINGS_PATH || FOLDERS.some((folder) => path === folder || path.startsWith(`${folder}/`));
}

const APP_FILES: ReadonlyMap<string, FileKind> = new Map<string, FileKind>([
  ["app.yml", "app"],
  ["convox.yml", "manifest"],
  ["env.yml", "environment"],
]);
const FLAT_FOLDERS: ReadonlyMap<string, FileKind> = new Map<string, FileKind>([
  ["roles", "role"],
  ["bindings", "bindings"],
  ["deploy-keys", "deploy-key"],
  ["tests", "tests"],
]);

/** null: a file that Signalbox does not know. */
export function fileKindOf(path: string): FileKind | null {
  if (path === SETTINGS_PATH) return "settings";
  const parts = path.split("/");
  const [folder, second, third, , fifth] = parts;
  if (folder === "racks") {
    if (parts.length === 3 && third === "rack.yml") return "rack";
    return parts.length === 5 && third === "apps" && fifth !== undefined ? (APP_FILES.get(fifth) ?? null) : null;
  }
  if (parts.length !== 2 || folder === undefined || second === undefined) return null;
  return /^.+\.yml$/.test(second) ? (FLAT_FOLDERS.get(folder) ?? null) : null;
}

const CHANGE_KIND: Readonly<Record<FileKind, ChangeKind>> = {
  settings: "settings",
  role: "roles",
  bindings: "bindings",
  "deploy-key": "keys",
  tests: "tests",
  rack: "rack",
  app: "app",
  manifest: "manifest",
  environment: "environment",
};

/** What a change of this path is, unknown files included: those count as their folder's. */
export function changeKindOf(path: string): ChangeKind {
  const kind = fileKindOf(path);
  if (kind !== null) return CHANGE_KIND[kind];
  const parts = path.split("/");
  if (parts[0] === "racks") return parts[2] === "apps" && parts.length > 3 ? "app" : "rack";
  const flat = FLAT_FOLDERS.get(parts[0] ?? "");
  return flat === undefined ? "settings" : CHANGE_KIND[flat];
}

/** Whether other pull requests are judged by it: who may do what, who approves, which racks are production. */
export function isPolicyPath(path: string): boolean {
  const unit = unitOf(path);
  return unit === "access" || unit?.endsWith("/rack.yml") === true;
}

/** What is held and verified as one (spec §4). null: no path of Signalbox's. */
export function unitOf(path: string): Unit | null {
  if (!isSignalboxPath(path)) return null;
  const [folder, rack, apps, app] = path.split("/");
  if (folder !== "racks" || rack === undefined) return "access";
  return apps === "apps" && app !== undefined ? `racks/${rack}/apps/${app}` : `racks/${rack}/rack.yml`;
}

/** As git sorts folders: as if their names ended in `/`. */
export function inFolderOrder<T>(folders: Iterable<T>, nameOf: (folder: T) => string): readonly T[] {
  const named = Array.from(folders, (folder) => ({ folder, name: `${nameOf(folder)}/` }));
  return named.sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ folder }) => folder);
}
