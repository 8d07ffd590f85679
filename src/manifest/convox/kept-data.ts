// What of an app keeps data that a promotion of another convox.yml may take away: resources and volumes (convox.md §4.3, §4.5).
import { shownWord } from "../found-words.ts";
import type { ConvoxModel } from "./model.ts";
import { isHostVolume } from "./reaching-keys.ts";
import type { Service } from "./service-model.ts";

export interface KeptData {
  readonly kind: "resource" | "volume";
  /** As `delete` in app.yml names it: a resource's name, a volume's name or id, the path of one that has none. */
  readonly name: string;
  /** Of a volume that is one service's alone. */
  readonly service: string | null;
  /** Another one means other data, though it has the same name. */
  readonly type: string;
}

export interface LostData extends KeptData {
  /** What is lost and how, e.g. "the volume `files` of the service `web` leaves convox.yml". */
  readonly loss: string;
}

export function keptData({ services, resources }: Pick<ConvoxModel, "services" | "resources">): readonly KeptData[] {
  const all: readonly KeptData[] = [
    ...resources.map(({ name, type }) => ({ kind: "resource", name, service: null, type }) as const),
    ...services.flatMap(volumesOf),
  ];
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}

/** `after` null: nobody can tell yet, since a build brings its own convox.yml. */
export function lostData(before: readonly KeptData[], after: ConvoxModel | null): readonly LostData[] {
  if (after === null || before.length === 0) return [];
  const types = new Map<string, Set<string>>();
  for (const one of keptData(after)) types.set(placeOf(one), (types.get(placeOf(one)) ?? new Set()).add(one.type));
  return before.flatMap((one) => {
    const now = types.get(placeOf(one));
    if (now?.has(one.type) === true) return [];
    const how = now === undefined ? "leaves convox.yml" : "changes its type in convox.yml";
    return [{ ...one, loss: `${dataWords(one)} ${how}` }];
  });
}

function placeOf({ kind, name, service }: KeptData): string {
  return JSON.stringify([kind, name, service]);
}

export function dataWords({ kind, name, service }: KeptData): string {
  const of = service === null ? "" : ` of the service \`${shownWord(service)}\``;
  return `the ${kind} \`${shownWord(name)}\`${of}`;
}

/** A volume with a name is one for all services. An `emptyDir` is empty at each start. */
function volumesOf({ name: service, volumes, volumeOptions }: Service): readonly KeptData[] {
  return [
    ...volumes.flatMap((volume): readonly KeptData[] => {
      if (isHostVolume(volume)) return [];
      const [name = "", path] = volume.split(":");
      return [{ kind: "volume", name, service: path === undefined ? service : null, type: "volume" }];
    }),
    ...volumeOptions.flatMap(({ kind, id }): readonly KeptData[] =>
      kind === "emptyDir" ? [] : [{ kind: "volume", name: id, service, type: kind }],
    ),
  ];
}
