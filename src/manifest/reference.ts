// What a file names elsewhere in the repo. Noted while the file is read, looked up once the whole repo is there.
import type { Position } from "./findings.ts";
import type { Selector } from "./selector.ts";

/** One name or pattern: a list is one reference an item, so that a mistyped name does not hide behind its neighbours. */
export type Reference = NamedReference & { readonly at: Position };

export type NamedReference =
  /** Must exist. `orDeployKey`: or be the Console's command list, which is no role. */
  | { readonly kind: "role"; readonly name: string; readonly orDeployKey?: true }
  /** `order`: a group of racks, looked at with the other groups. */
  | { readonly kind: "rack" | "order" | "role-names" | "key-names"; readonly selector: Selector }
  /** On the racks that `racks` names. */
  | { readonly kind: "app"; readonly selector: Selector; readonly racks: Selector }
  /** In the apps that `apps` names, on the racks that `racks` names. */
  | { readonly kind: "service"; readonly selector: Selector; readonly racks: Selector; readonly apps: Selector }
  | { readonly kind: "glob"; readonly glob: string };
