// Which sealed values stand more than once in a tree. Of a hundred thousand of them a change moves a few, so the places are kept
// from tree to tree, and those of folders that differ are put in and taken out.
import type { FolderFiles, RackFiles, SealedPlace } from "./compared-files.ts";
import type { RackPart } from "./load-rack.ts";
import { sealedTwice } from "./sealed-places.ts";
import type { Finding } from "./types.ts";

export interface SealedIndex {
  /** A rack as it is in the tree that is asked about next. */
  move(rack: RackPart): void;
  repeatedIn(racks: ReadonlyMap<string, RackPart>): readonly Finding[];
}

export function createSealedIndex(): SealedIndex {
  const places = new Map<string, SealedPlace>();
  /** All places of those that stand more than once: few do, and a set for each of the others is more than they take themselves. */
  const repeated = new Map<string, Set<SealedPlace>>();
  const now = new Map<string, RackPart>();

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
    if (from === to) return;
    moveFolder(from?.own, to?.own);
    for (const [app, files] of from?.apps ?? []) moveFolder(files, to?.apps.get(app));
    for (const [app, files] of to?.apps ?? []) if (from?.apps.has(app) !== true) moveFolder(undefined, files);
  };
  const move = (rack: RackPart): void => {
    const before = now.get(rack.own.name);
    if (before === rack) return;
    moveRack(before?.files, rack.files);
    now.set(rack.own.name, rack);
  };
  return {
    move,
    repeatedIn: (racks) => {
      for (const [name, { files }] of now) {
        if (racks.has(name)) continue;
        moveRack(files, undefined);
        now.delete(name);
      }
      for (const rack of racks.values()) move(rack);
      return [...repeated.values()].flatMap((at) => sealedTwice([...at]));
    },
  };
}
