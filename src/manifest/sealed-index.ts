// Which sealed values stand more than once in a tree. Of a hundred thousand of them a change moves a few, so the places are kept
// from tree to tree, and those of folders that differ are put in and taken out.
import type { FolderFiles, RackFiles, SealedPlace } from "./compared-files.ts";
import type { RackPart } from "./load-rack.ts";
import { sealedTwice } from "./sealed-places.ts";
import type { Finding } from "./types.ts";

export interface SealedIndex {
  repeatedIn(racks: ReadonlyMap<string, RackPart>): readonly Finding[];
}

export function createSealedIndex(): SealedIndex {
  const places = new Map<string, SealedPlace>();
  /** All places of those that stand more than once: few do, and a set for each of the others is more than they take themselves. */
  const repeated = new Map<string, Set<SealedPlace>>();
  let now: ReadonlyMap<string, RackPart> = new Map();

  const take = (place: SealedPlace): void => {
    const at = repeated.get(place.sealed);
    if (at === undefined) {
      places.delete(place.sealed);
      return;
    }
    at.delete(place);
    const [one] = at;
    if (one === undefined || at.size > 1) return;
    places.set(place.sealed, one);
    repeated.delete(place.sealed);
  };
  const put = (place: SealedPlace): void => {
    const one = places.get(place.sealed);
    if (one === undefined) places.set(place.sealed, place);
    else repeated.set(place.sealed, (repeated.get(place.sealed) ?? new Set([one])).add(place));
  };
  const moveFolder = (from: FolderFiles | undefined, to: FolderFiles | undefined): void => {
    if (from?.sealed === to?.sealed) return;
    for (const place of from?.sealed ?? []) take(place);
    for (const place of to?.sealed ?? []) put(place);
  };
  const moveRack = (from: RackFiles | undefined, to: RackFiles | undefined): void => {
    moveFolder(from?.own, to?.own);
    for (const [app, files] of from?.apps ?? []) moveFolder(files, to?.apps.get(app));
    for (const [app, files] of to?.apps ?? []) if (from?.apps.has(app) !== true) moveFolder(undefined, files);
  };
  return {
    repeatedIn: (racks) => {
      for (const name of new Set([...now.keys(), ...racks.keys()])) {
        const [from, to] = [now.get(name)?.files, racks.get(name)?.files];
        if (from !== to) moveRack(from, to);
      }
      now = racks;
      return [...repeated.values()].flatMap((at) => sealedTwice([...at]));
    },
  };
}
