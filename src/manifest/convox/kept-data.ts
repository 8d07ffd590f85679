// What of an app keeps data that a promotion of another convox.yml may take away: resources and volumes (convox.md §4.3, §4.5).
import type { ConvoxModel } from "./model.ts";
import { isHostVolume } from "./reaching-keys.ts";
import type { Service } from "./service-model.ts";

export interface KeptData {
  /** As `delete` in app.yml names it: a resource's name, a volume's name or id, the path of one that has none. */
  readonly name: string;
  /** e.g. "the volume `files` of the service `web`". */
  readonly what: string;
  /** Another one means other data, though it has the same name. */
  readonly type: string;
}

export interface LostData extends KeptData {
  /** After `what`. */
  readonly how: string;
}

export function keptData({ services, resources }: Pick<ConvoxModel, "services" | "resources">): readonly KeptData[] {
  const all = [
    ...resources.map(({ name, type }) => ({ name, what: `the resource \`${name}\``, type })),
    ...services.flatMap(volumesOf),
  ];
  return [...new Map(all.map((one) => [`${one.what} ${one.type}`, one])).values()];
}

/** `after` null: nobody can tell yet, since a build brings its own convox.yml. */
export function lostData(before: readonly KeptData[], after: ConvoxModel | null): readonly LostData[] {
  if (after === null || before.length === 0) return [];
  const types = new Map<string, Set<string>>();
  for (const { what, type } of keptData(after)) types.set(what, (types.get(what) ?? new Set()).add(type));
  return before.flatMap((one) => {
    const now = types.get(one.what);
    if (now?.has(one.type) === true) return [];
    return [{ ...one, how: now === undefined ? "leaves convox.yml" : "changes its type in convox.yml" }];
  });
}

/** A volume with a name is one for all services. An `emptyDir` is empty at each start. */
function volumesOf({ name: service, volumes, volumeOptions }: Service): readonly KeptData[] {
  const ofService = (name: string): string => `the volume \`${name}\` of the service \`${service}\``;
  return [
    ...volumes.flatMap((volume) => {
      if (isHostVolume(volume)) return [];
      const [name = "", path] = volume.split(":");
      return [{ name, what: path === undefined ? ofService(name) : `the volume \`${name}\``, type: "volume" }];
    }),
    ...volumeOptions.flatMap(({ kind, id }) =>
      kind === "emptyDir" ? [] : [{ name: id, what: ofService(id), type: kind }],
    ),
  ];
}
