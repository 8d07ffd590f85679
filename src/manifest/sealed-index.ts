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
  const places = new Map<string, readonly SealedPlace[]>();
  const repeated = new Set<string>();
  let now: ReadonlyMap<string, RackPart> = new Map();

  const put = (sealed: string, at: readonly SealedPlace[]): void => {
    if (at.length === 0) places.delete(sealed);
    else places.set(sealed, at);
    if (at.length > 1) repeated.add(sealed);
    else repeated.delete(sealed);
  };
  const moveFolder = (from: FolderFiles | undefined, to: FolderFiles | undefined): void => {
    if (from?.sealed === to?.sealed) return;
    for (const place of from?.sealed ?? []) {
      const others = (places.get(place.sealed) ?? []).filter((one) => one !== place);
      put(place.sealed, others);
    }
    for (const place of to?.sealed ?? []) put(place.sealed, [...(places.get(place.sealed) ?? []), place]);
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
      return [...repeated].flatMap((sealed) => sealedTwice(places.get(sealed) ?? []));
    },
  };
}
