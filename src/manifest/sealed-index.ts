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
  const places = new Map<string, Set<SealedPlace>>();
  const repeated = new Set<string>();
  let now: ReadonlyMap<string, RackPart> = new Map();

  const take = (place: SealedPlace): void => {
    const at = places.get(place.sealed);
    at?.delete(place);
    if (at?.size === 0) places.delete(place.sealed);
    if (at?.size === 1) repeated.delete(place.sealed);
  };
  const put = (place: SealedPlace): void => {
    const at = places.get(place.sealed) ?? new Set();
    places.set(place.sealed, at.add(place));
    if (at.size > 1) repeated.add(place.sealed);
  };
  const moveFolder = (from: FolderFiles | undefined, to: FolderFiles | undefined): void => {
    if (from?.sealed === to?.sealed) return;
    for (const place of from?.sealed ?? []) take(place);
    for (const place of to?.sealed ?? []) put(place);
  };
  const moveRack = (from: RackFiles | undefined, to: RackFiles | undefined): void => {
    moveFolder(from?.own, to?.own);
    for (const app of new Set([...(from?.apps.keys() ?? []), ...(to?.apps.keys() ?? [])])) {
      moveFolder(from?.apps.get(app), to?.apps.get(app));
    }
  };
  return {
    repeatedIn: (racks) => {
      for (const name of new Set([...now.keys(), ...racks.keys()])) {
        const [from, to] = [now.get(name)?.files, racks.get(name)?.files];
        if (from !== to) moveRack(from, to);
      }
      now = racks;
      return [...repeated].flatMap((sealed) => sealedTwice([...(places.get(sealed) ?? [])]));
    },
  };
}
