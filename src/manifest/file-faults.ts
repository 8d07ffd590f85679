// What is wrong with an entry of the tree before anything is read in it.
import { pathFault, shownPath } from "./characters.ts";
import { FILE_START, errorAt, inFile, type Fault } from "./findings.ts";
import { LIMITS } from "./limits.ts";
import { nearest } from "./near-miss.ts";
import { fileKindOf } from "./repo-paths.ts";
import { appNameFault, isRoleOrKeyName, rackNameFault } from "./names.ts";
import type { Finding, RepoFile } from "./types.ts";

/** null: an entry that may be read. */
export function fileFault(file: RepoFile): Finding | null {
  const fault =
    modeFault(file.mode) ??
    pathRuleFault(file.path) ??
    unknownFault(file.path) ??
    oddNameFault(file.path) ??
    contentFault(file);
  return fault === null ? null : inFile(file.path, errorAt(FILE_START, fault));
}

function modeFault(mode: string): Fault | null {
  switch (mode) {
    case "100644":
    case "100755":
      return null;
    case "120000":
      return { rule: "symlink", message: "expected a file, found a symbolic link", hint: "put the file itself here" };
    case "160000":
      return {
        rule: "submodule",
        message: "expected a file, found a submodule",
        hint: "put the files themselves here",
      };
    default:
      return { rule: "file-mode", message: "expected a file of mode 100644, found another mode" };
  }
}

function pathRuleFault(path: string): Fault | null {
  const character = pathFault(path);
  if (character !== null) {
    const message = `expected a path of letters, digits, \`-\`, \`_\` and \`.\`, found ${character} in ${shownPath(path)}`;
    return { rule: "bad-path", message, hint: "rename it; a letter may look like another one" };
  }
  if (path.length > LIMITS.pathCharacters) {
    return {
      rule: "bad-path",
      message: `expected a path of at most ${LIMITS.pathCharacters} characters, found a longer one`,
    };
  }
  return null;
}

/** Names that a shell, a file system or git takes for something else. Those of racks and apps are their folders'. */
function oddNameFault(path: string): Fault | null {
  if (path.startsWith("racks/")) return null;
  const odd = path.split("/").find((part) => /^[-.]|\.$/.test(part));
  if (odd === undefined) return null;
  const message = `expected a name that begins with a letter or digit and does not end in \`.\`, found \`${shownPath(odd)}\``;
  return { rule: "bad-path", message, hint: "rename it" };
}

const KNOWN_FILES: Readonly<Record<string, string>> = {
  roles: "roles/<role>.yml",
  bindings: "bindings/<any>.yml",
  "deploy-keys": "deploy-keys/<key>.yml",
  tests: "tests/<any>.yml",
  racks: "racks/<rack>/rack.yml, and app.yml, convox.yml and env.yml in racks/<rack>/apps/<app>/",
};

function unknownFault(path: string): Fault | null {
  if (fileKindOf(path) !== null) return nameFault(path);
  const known = KNOWN_FILES[path.split("/")[0] ?? ""] ?? "signalbox.yml";
  const message = `expected ${known} in this folder, found a file that is none of them`;
  const hint = unknownHint(path);
  return { rule: "unknown-file", message, ...(hint === null ? {} : { hint }) };
}

function unknownHint(path: string): string | null {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (isDotenv(name)) return "bring its values in with `signalbox env import`, and delete it";
  const meant = nameMeant(path);
  if (meant === null || meant === name) return null;
  return name.endsWith(".yaml") ? `rename it to \`${meant}\`` : `did you mean \`${meant}\`?`;
}

function isDotenv(name: string): boolean {
  return /^\.env|\.env$/.test(name);
}

function nameMeant(path: string): string | null {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (name.endsWith(".yaml")) return name.replace(/yaml$/, "yml");
  if (!path.startsWith("racks/")) return null;
  return nearest(name, path.includes("/apps/") ? ["app.yml", "convox.yml", "env.yml"] : ["rack.yml"]);
}

/** The path that a faulty file stands at, or seems to be meant for; null where there is none that Signalbox knows. */
export function pathMeant(path: string): string | null {
  if (fileKindOf(path) !== null) return path;
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const meant = `${folder}${isDotenv(path.slice(folder.length)) ? "" : (nameMeant(path) ?? "")}`;
  return fileKindOf(meant) === null ? null : meant;
}

/** Racks and apps are named by their folders, which several files share: that is said once, by the loader. */
function nameFault(path: string): Fault | null {
  const kind = fileKindOf(path);
  const name = path.slice(path.indexOf("/") + 1).replace(/\.yml$/, "");
  if ((kind !== "role" && kind !== "deploy-key") || isRoleOrKeyName(name)) return null;
  const what = kind === "role" ? "role" : "deploy key";
  const message = `expected a name of a ${what}: letters, digits and \`-\`, beginning with a letter, at most 63, found \`${shownPath(name)}\``;
  return { rule: "bad-name", message, hint: "rename the file" };
}

function contentFault({ size, text }: RepoFile): Fault | null {
  if (size > LIMITS.fileBytes) {
    return { rule: "file-too-large", message: `expected at most 1 MiB, found ${size} bytes` };
  }
  return text === null ? { rule: "not-utf8", message: "expected a text in UTF-8, found other bytes" } : null;
}

export function rackFolderFault(rack: string): Finding | null {
  const expected = rackNameFault(rack);
  return expected === null ? null : folderFault(`racks/${rack}/rack.yml`, expected, rack);
}

export function appFolderFault(rack: string, app: string): Finding | null {
  const expected = appNameFault(rack, app);
  return expected === null ? null : folderFault(`racks/${rack}/apps/${app}/app.yml`, expected, app);
}

function folderFault(file: string, expected: string, name: string): Finding {
  const message = `expected ${expected}, found \`${shownPath(name)}\``;
  return inFile(file, errorAt(FILE_START, { rule: "bad-name", message, hint: "rename the folder" }));
}
