// The question of `can-i` and `who-can`, as its arguments put it.
import { resolve } from "node:path";
import type { AppName, ConfigRepo, RackName, Action, ResourceType } from "../manifest/types.ts";
import { didYouMean } from "../manifest/near-miss.ts";
import type { Question } from "../rbac/decide.ts";
import { belongsToRack } from "../rbac/resource-types.ts";
import { isFolder } from "./open-config.ts";
import type { Terminal } from "./terminal.ts";

export interface QuestionOptions {
  readonly action: Action;
  readonly resource: ResourceType;
  readonly name?: string;
  readonly dir?: string;
  readonly rack?: string;
}

/** The name may be left out before the folder: what has a slash or only dots, and is a folder, is one. */
export async function placeFolder<T extends QuestionOptions>(options: T, terminal: Terminal): Promise<T> {
  const { name, ...rest } = options;
  if (name === undefined || options.dir !== undefined || !/\/|^\.+$/.test(name)) return options;
  return (await isFolder(resolve(terminal.folder, name))) ? ({ ...rest, dir: name } as T) : options; // the same, one field moved
}

/** The racks of the repo, those with errors included: nothing may be allowed because a file cannot be read. */
export function rackNames(repo: ConfigRepo): readonly RackName[] {
  return [...repo.files.racks.keys()].sort() as RackName[]; // what a repo calls a rack is one; a bad name is an error of `validate`
}

/** A rack or app that the repo does not have is asked about all the same, with a word about it: a typo answers "no" otherwise. */
export function questionOf(options: QuestionOptions, repo: ConfigRepo, terminal: Terminal): Question {
  const { action, resource, name } = options;
  const rack = options.rack ?? (resource === "racks" ? name : undefined);
  const racks = rackNames(repo);
  if (rack !== undefined && !racks.some((known) => known === rack)) hint(`a rack named ${rack}`, rack, racks, terminal);
  if (name !== undefined && belongsToRack(resource) && resource !== "racks") {
    const apps = [...new Set([...repo.racks.values()].flatMap((folder): AppName[] => [...folder.apps.keys()]))];
    if (!apps.some((known) => known === name)) hint(`an app named ${name}`, name, apps, terminal);
  }
  return { action, resource, name: name ?? null, rack: (options.rack ?? null) as RackName | null }; // only ever compared
}

function hint(what: string, word: string, known: readonly string[], terminal: Terminal): void {
  const near = didYouMean(word, known);
  terminal.complain(`note: the config repo has no file of ${what}${near === undefined ? "" : `; ${near}`}\n`);
}
