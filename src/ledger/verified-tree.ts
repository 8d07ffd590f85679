// What is in force: the tip, with every held unit as it was last verified.
import { createParseCache } from "../manifest/kept.ts";
import { joinRack, loadRackOwn, type RackOwnPart, type RackPart } from "../manifest/load-rack.ts";
import type { RepoParts } from "../manifest/join-repo.ts";
import type { Unit } from "../manifest/types.ts";

/** `held`: for each held unit a tree in which its last verified files stand; other files of those trees do not matter. */
export function composeParts(tip: RepoParts, held: ReadonlyMap<Unit, RepoParts | null>): RepoParts {
  const access = held.get("access");
  const heldRacks = new Set(Array.from(held.keys()).flatMap((unit) => (unit === "access" ? [] : [rackOf(unit)])));
  const racks = new Map(tip.racks);
  for (const rack of heldRacks) {
    const composed = composeRack(rack, tip, held);
    if (composed === null) racks.delete(rack);
    else racks.set(rack, composed);
  }
  return { top: access?.top ?? tip.top, racks };
}

function rackOf(unit: Unit): string {
  return unit.split("/")[1] ?? "";
}

/** null: none of its files is left. */
function composeRack(name: string, tip: RepoParts, held: ReadonlyMap<Unit, RepoParts | null>): RackPart | null {
  const now = tip.racks.get(name);
  const ownHeld = held.get(`racks/${name}/rack.yml`);
  const own = (ownHeld === undefined ? now : ownHeld?.racks.get(name))?.own ?? absentRack(name);
  const apps = new Map(now?.apps);
  for (const [unit, parts] of held) {
    const app = /^racks\/([^/]+)\/apps\/([^/]+)$/.exec(unit);
    if (app?.[1] !== name || app[2] === undefined) continue;
    const part = parts?.racks.get(name)?.apps.get(app[2]);
    if (part === undefined) apps.delete(app[2]);
    else apps.set(app[2], part);
  }
  return own.files.length === 0 && apps.size === 0 ? null : joinRack(own, [...apps.values()]);
}

function absentRack(rack: string): RackOwnPart {
  return loadRackOwn({ rack, id: "", files: [] }, createParseCache());
}
