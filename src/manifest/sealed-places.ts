// A sealed value opens only where it was sealed for, so one that stands elsewhere too was copied: by mistake, or to be opened there.
import { changeSetBetween } from "./change-set.ts";
import { errorAt, inFile } from "./findings.ts";
import type { ComparableFile, Finding } from "./types.ts";

type Files = ReadonlyMap<string, ComparableFile>;

interface Place {
  readonly path: string;
  /** As in `ComparableFile.fields`. */
  readonly field: string;
}

/** Of one tree: at each place but the first that has the same sealed text. */
export function sealedTwice(files: Files): readonly Finding[] {
  const first = new Map<string, Place>();
  const findings: Finding[] = [];
  for (const [sealed, place] of sealedIn(files)) {
    const other = first.get(sealed);
    if (other === undefined) first.set(sealed, place);
    else findings.push(elsewhere(files, place, `stands as ${placeWords(other)} too`));
  }
  return findings;
}

/** What a change puts somewhere that stood elsewhere before it and no longer does. What stands there still is found in the new tree. */
export function sealedBefore(base: Files, head: Files): readonly Finding[] {
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
    return [elsewhere(head, place, `stood as ${placeWords(old)} before`)];
  });
}

const known = new WeakMap<Files, ReadonlyMap<string, Place>>();

/** Kept with the tree: the next change of the same base asks again. */
function placesIn(files: Files): ReadonlyMap<string, Place> {
  const kept = known.get(files);
  if (kept !== undefined) return kept;
  const places = new Map(sealedIn(files));
  known.set(files, places);
  return places;
}

function* sealedIn(files: Files): Generator<readonly [string, Place]> {
  for (const { path, fields } of files.values()) {
    for (const [field, text] of fields ?? []) {
      const sealed = sealedText(field, text);
      if (sealed !== null) yield [sealed, { path, field }];
    }
  }
}

function sealedAt(files: Files, { path, field }: Place): string | null {
  const text = files.get(path)?.fields?.get(field);
  return text === undefined ? null : sealedText(field, text);
}

/** A key of env.yml is one field, of rack.yml each leaf. Shorter ones are no whole age files: they open nowhere. */
const SEALED = /^(?:\{"age":)?"(YWdlLWVuY3J5cHRpb24ub3JnL3Yx[A-Za-z0-9+/=]{172,})"/;

function sealedText(field: string, text: string): string | null {
  if (!text.startsWith('{"age":"') && !field.endsWith(".age")) return null;
  return SEALED.exec(text)?.[1] ?? null;
}

function isSame(a: Place, b: Place): boolean {
  return a.path === b.path && a.field === b.field;
}

function placeWords({ path, field }: Place): string {
  return `\`${field.replace(/\.age$/, "")}\` in ${path}`;
}

function elsewhere(files: Files, { path, field }: Place, found: string): Finding {
  const line = files.get(path)?.lines.get(field) ?? 1;
  const fault = {
    rule: "sealed-elsewhere",
    message: `expected a value that was sealed for \`${field.replace(/\.age$/, "")}\` here, found one that ${found}`,
    hint: "it opens only where it was sealed for: seal the value for this place with `signalbox env set`",
  } as const;
  return inFile(path, errorAt({ line, column: 1 }, fault));
}
