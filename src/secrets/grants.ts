// What the operator lets the config repo use of Signalbox's surroundings. Without a grant nothing is opened or connected to.
import { parseDocument } from "yaml";
import { StalledError } from "../errors.ts";
import type { AppName, RackName } from "../manifest/types.ts";

export interface Grant {
  /** null: holds for every rack. */
  readonly rack: string | null;
  /** null: holds for every app, and for what stands in a rack.yml. */
  readonly app: string | null;
  readonly hosts: readonly string[];
  readonly refs: readonly string[];
}

export interface GrantPlace {
  readonly rack: RackName;
  /** null: it stands in the rack's rack.yml. */
  readonly app: AppName | null;
}

const LISTS = ["hosts", "refs"] as const;
const TEXTS = ["rack", "app", "repository"] as const;

/** @throws StalledError naming the entry that is wrong; a grants file that is half understood would grant by accident */
export function parseGrants(text: string): readonly Grant[] {
  const document = parseDocument(text, { prettyErrors: false, uniqueKeys: true });
  const [fault] = document.errors;
  if (fault !== undefined) throw new StalledError(`the grants file is no YAML: ${fault.code}`);
  const entries: unknown = document.toJS({ maxAliasCount: 0 });
  if (entries === null) return [];
  if (!Array.isArray(entries)) throw new StalledError("the grants file: expected a list of entries");
  return entries.map(readGrant);
}

function readGrant(entry: unknown, index: number): Grant {
  const where = `the grants file, entry ${String(index + 1)}`;
  if (typeof entry !== "object" || entry === null) throw new StalledError(`${where}: expected a map`);
  for (const name of Object.keys(entry)) {
    const isKnown = [...LISTS, ...TEXTS].some((known) => known === name);
    if (!isKnown) {
      throw new StalledError(
        `${where}: ${JSON.stringify(name)} is not known; expected rack, app, hosts, refs or repository`,
      );
    }
  }
  const text = (name: (typeof TEXTS)[number]): string | null => {
    const value: unknown = Reflect.get(entry, name);
    if (value === undefined) return null;
    if (typeof value !== "string" || value === "") throw new StalledError(`${where}: ${name}: expected a text`);
    return value;
  };
  const list = (name: (typeof LISTS)[number]): readonly string[] => {
    const value: unknown = Reflect.get(entry, name);
    if (value === undefined) return [];
    const items: readonly unknown[] = Array.isArray(value) ? value : [];
    const texts = items.flatMap((item) => (typeof item === "string" && item !== "" ? [item] : []));
    if (!Array.isArray(value) || texts.length !== items.length) {
      throw new StalledError(`${where}: ${name}: expected a list of texts`);
    }
    return texts;
  };
  text("repository");
  return { rack: text("rack"), app: text("app"), hosts: list("hosts"), refs: list("refs") };
}

/** `host` without a port. In a pattern `*` is any run of characters without `.`. */
export function hostGranted(grants: readonly Grant[], rack: RackName, host: string): boolean {
  const place = { rack, app: null };
  return grants
    .filter((grant) => holdsFor(grant, place))
    .some(({ hosts }) =>
      hosts.some((pattern) => matches(pattern.toLowerCase(), host.toLowerCase(), { place, stop: "." })),
    );
}

/** In a pattern `*` is any run of characters without `/`; `{rack}` and `{app}` stand for where the reference is written. */
export function referenceGranted(grants: readonly Grant[], place: GrantPlace, uri: string): boolean {
  return grants
    .filter((grant) => holdsFor(grant, place))
    .some(({ refs }) => refs.some((pattern) => matches(pattern, uri, { place, stop: "/" })));
}

function holdsFor(grant: Grant, place: GrantPlace): boolean {
  const forRack = grant.rack === null || grant.rack === place.rack;
  return forRack && (grant.app === null || grant.app === place.app);
}

function matches(pattern: string, text: string, on: { readonly place: GrantPlace; readonly stop: string }): boolean {
  const { rack, app } = on.place;
  if (pattern.includes("{app}") && app === null) return false;
  const written = pattern.replaceAll("{rack}", rack).replaceAll("{app}", app ?? "");
  const source = written
    .split("*")
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"))
    .join(on.stop === "." ? "[^.]*" : "[^/]*");
  return new RegExp(`^${source}$`).test(text);
}
