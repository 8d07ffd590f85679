// A sealed value opens only where it was sealed for, so one that stands elsewhere too was copied: by mistake, or to be opened there.
import { hash } from "node:crypto";
import { changeSetBetween } from "./change-set.ts";
import type { ComparableFile, RepoFiles, SealedPlace } from "./compared-files.ts";
import { errorAt, inFile } from "./findings.ts";
import type { ConfiguredValue, Finding } from "./types.ts";

type Place = Pick<SealedPlace, "path" | "field">;

/** The sealed values of one file. */
export function sealedPlaces({ path, fields, lines }: ComparableFile): readonly SealedPlace[] {
  return [...(fields ?? [])].flatMap(([field, text]) => {
    const sealed = sealedText(field, text);
    return sealed === null ? [] : [{ sealed, path, field, line: lines.get(field) ?? 1 }];
  });
}

/** The same of an env.yml, from its values. @param lines by key */
export function sealedValues(
  path: string,
  values: ReadonlyMap<string, ConfiguredValue>,
  lines: ReadonlyMap<string, number>,
): readonly SealedPlace[] {
  const places: SealedPlace[] = [];
  for (const [field, value] of values) {
    const sealed = value.kind === "sealed" ? digestOf(value.age) : null;
    if (sealed !== null) places.push({ sealed, path, field, line: lines.get(field) ?? 1 });
  }
  return places;
}

/** Of places with the same sealed text: at each but the first. */
export function sealedTwice(places: readonly SealedPlace[]): readonly Finding[] {
  const [first, ...others] = [...places].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line));
  if (first === undefined) return [];
  return others.map((place) => elsewhere(place, `stands as ${placeWords(first)} too`));
}

/** What a change puts somewhere that stood elsewhere before it and no longer does. What stands there still is found in the new tree. */
export function sealedBefore(base: RepoFiles, head: RepoFiles): readonly Finding[] {
  const changed = [...changeSetBetween(base, head)].flatMap(([key, { after }]) => {
    const end = key.indexOf("\0");
    const place = { path: key.slice(0, end), field: key.slice(end + 1) };
    const sealed = after === null ? null : sealedText(place.field, after);
    return sealed === null ? [] : [{ place, sealed }];
  });
  if (changed.length === 0) return [];
  const before = placesIn(base);
  return changed.flatMap(({ place, sealed }) => {
    const old = before.get(sealed);
    if (old === undefined || isSame(old, place) || sealedAt(head, old) === sealed) return [];
    const line = head.get(place.path)?.lines.get(place.field) ?? 1;
    return [elsewhere({ ...place, line }, `stood as ${placeWords(old)} before`)];
  });
}

const known = new WeakMap<RepoFiles, ReadonlyMap<string, Place>>();

/** Kept with the tree: the next change of the same base asks again. */
function placesIn(files: RepoFiles): ReadonlyMap<string, Place> {
  const kept = known.get(files);
  if (kept !== undefined) return kept;
  const places = new Map<string, Place>();
  for (const { own, apps } of files.racks.values()) {
    for (const folder of [own, ...apps.values()]) for (const place of folder.sealed) places.set(place.sealed, place);
  }
  known.set(files, places);
  return places;
}

function sealedAt(files: RepoFiles, { path, field }: Place): string | null {
  const text = files.get(path)?.fields?.get(field);
  return text === undefined ? null : sealedText(field, text);
}

/** A key of env.yml is one field, of rack.yml each leaf. */
const IN_FIELD = /^(?:\{"age":)?"([^"\\]*)"\}?$/;

function sealedText(field: string, text: string): string | null {
  if (!text.startsWith('{"age":"') && !field.endsWith(".age")) return null;
  const age = IN_FIELD.exec(text)?.[1];
  return age === undefined ? null : digestOf(age);
}

/** Shorter ones are no whole age files: they open nowhere. */
const SEALED = /^YWdlLWVuY3J5cHRpb24ub3JnL3Yx[A-Za-z0-9+/=]{172,}$/;

/** Stands for the text: ten thousand apps have a hundred thousand of them. */
function digestOf(age: string): string | null {
  return SEALED.test(age) ? hash("sha256", age, "base64url").slice(0, 22) : null;
}

function isSame(a: Place, b: Place): boolean {
  return a.path === b.path && a.field === b.field;
}

function placeWords({ path, field }: Place): string {
  return `\`${field.replace(/\.age$/, "")}\` in ${path}`;
}

function elsewhere({ path, field, line }: Omit<SealedPlace, "sealed">, found: string): Finding {
  const fault = {
    rule: "sealed-elsewhere",
    message: `expected a value that was sealed for \`${field.replace(/\.age$/, "")}\` here, found one that ${found}`,
    hint: "it opens only where it was sealed for: seal the value for this place with `signalbox env set`",
  } as const;
  return inFile(path, errorAt({ line, column: 1 }, fault));
}
