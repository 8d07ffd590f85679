// All that everybody may do to every app, as bits, and what one changed binding makes of it.
import type { Access, Selector, Subject } from "../src/manifest/types.ts";
import { accessChangesOf } from "../src/rbac/access-changes.ts";
import { CELL_RIGHTS, accessMatrix, placesOf, type AccessRow, type Places } from "../src/rbac/access-matrix.ts";
import { bindingsInForce } from "../src/rbac/bindings-in-force.ts";
import { decide } from "../src/rbac/decide.ts";
import { accessWorld, everybodyIn, readAnew, type AccessWorld } from "./access-world.ts";
import type { Measure } from "./measure.ts";

const BINDINGS = 10_000;
const AT = 1_700_000_000_000;

function wholeMatrix(world: AccessWorld, access: Access, places: Places): readonly AccessRow[] {
  const matrix = accessMatrix(bindingsInForce(access, null, AT), places);
  return everybodyIn(world).map(({ boundAs }) => matrix.rowOf(boundAs));
}

/** Every cell of a few rows, against the decision. */
function compareWithDecisions(world: AccessWorld, rows: readonly AccessRow[], places: Places): void {
  let compared = 0;
  everybodyIn(world).forEach((asker, person) => {
    if (person % 100 !== 0) return;
    const row = rows[person] ?? new Uint32Array(0);
    for (const { rack, apps, offset, words } of places.racks) {
      CELL_RIGHTS.forEach(({ action, resource }, right) => {
        apps.forEach((name, app) => {
          const isSet = ((row[offset + right * words + (app >>> 5)] ?? 0) & (1 << (app & 31))) !== 0;
          if (isSet !== decide(world.access, asker, { action, resource, name, rack }, AT).allowed) {
            throw new Error(
              `the matrix and the decision differ: ${asker.subject} ${action} ${resource} ${name} ${rack}`,
            );
          }
          compared += 1;
        });
      });
    }
  });
  console.log(`       ${String(compared)} cells of the matrix equal the decision`);
}

function matrixMeasure(breadth: "tight" | "broad"): Measure {
  return {
    name: `the whole matrix: 2,000 people × every app × applications, environment × read, write, ${breadth}`,
    unit: "ms",
    goal: { atMost: 500 },
    prepare: ({ racks, appsPerRack }) => {
      const world = accessWorld(breadth, BINDINGS, { racks, apps: appsPerRack });
      compareWithDecisions(world, wholeMatrix(world, world.access, placesOf(world.racks)), placesOf(world.racks));
      const ours = (): undefined => void wholeMatrix(world, readAnew(world.access), placesOf(world.racks));
      return Promise.resolve({ ours });
    },
  };
}

/** The first binding gives somebody else more than anybody had. */
function withOneChanged({ roles, bindings, keys }: Access, subject: Subject): Access {
  const [first, ...others] = bindings;
  if (first === undefined) throw new Error("a world without bindings");
  const all: Selector = { kind: "all" };
  const permissions = [{ resource: "all", names: all, racks: all, action: "write" }] as const;
  const more = { name: "everything", description: "", permissions, file: "roles/everything.yml" };
  const changed = { ...first, role: "everything", subjects: [subject], racks: null };
  return { roles: new Map([...roles, ["everything", more]]), bindings: [...others, changed], keys };
}

function changeMeasure(subject: Subject, breadth: "tight" | "broad"): Measure {
  return {
    name: `who gains and loses by one changed binding of ${subject}, 10,000 bindings, ${breadth}`,
    unit: "ms",
    goal: { atMost: 20 },
    prepare: ({ racks, appsPerRack }) => {
      const world = accessWorld(breadth, BINDINGS, { racks, apps: appsPerRack });
      const sides = { before: world.access, people: world.people, racks: () => world.racks, at: AT };
      return Promise.resolve({
        ours: () => {
          const after = withOneChanged(world.access, subject);
          const start = performance.now();
          const changes = accessChangesOf({ ...sides, after });
          const took = performance.now() - start;
          // Where nearly all is allowed, nobody gains by one binding more: to find that takes as long.
          const isNothing = changes.length === 0;
          if (isNothing !== (breadth === "broad")) throw new Error("the change is not what it was made for");
          return took;
        },
      });
    },
  };
}

/** Somebody alone, a team of some, and one of a quarter of all people. */
const CHANGED: readonly Subject[] = ["user:person-7", "team:team-50", "team:team-3"];

export const matrixMeasures: readonly Measure[] = [
  matrixMeasure("tight"),
  matrixMeasure("broad"),
  ...CHANGED.flatMap((subject) => [changeMeasure(subject, "tight"), changeMeasure(subject, "broad")]),
];
