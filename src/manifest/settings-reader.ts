import type { Position } from "./findings.ts";
import type { Reader } from "./parsed-file.ts";
import type { Selector } from "./types.ts";

/** A name in signalbox.yml that must stand for something elsewhere in the repo. */
export type SettingsReference =
  | { readonly kind: "role"; readonly name: string; readonly at: Position }
  | { readonly kind: "racks"; readonly selector: Selector; readonly at: Position }
  | { readonly kind: "glob"; readonly glob: string; readonly at: Position };

/** Reads a part of signalbox.yml, and notes what must be looked up once the whole repo is there. */
export interface SettingsReader {
  readonly reader: Reader;
  readonly note: (reference: SettingsReference) => void;
}
