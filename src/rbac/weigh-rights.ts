// What differs for one subject between two policies: each right that a binding gives before or after is weighed on both sides, so
// that a specific permission that caps a wider one shows as the loss that it is.
import type { Access, AppName, Instant, RackName, Selector, Subject } from "../manifest/types.ts";
import { placesOf } from "./access-matrix.ts";
import { askerOfSubject } from "./asker.ts";
import { bindingsInForce, type HeldRole, type InForce } from "./bindings-in-force.ts";
import { cellDifferences, cellSides, type CellSides } from "./cell-changes.ts";
import type { ChangedBindings } from "./changed-bindings.ts";
import type { People } from "./proposal.ts";
import {
  createRightMemory,
  differenceOf,
  givenBy,
  widestOf,
  type Difference,
  type GivenRight,
  type RightMemory,
} from "./right-changes.ts";
import { rightsOf } from "./rights.ts";

export interface Weighing {
  readonly people: People;
  readonly before: InForce;
  readonly after: InForce;
  /** What is in force on one side alone, of both sides. */
  readonly changed: ReadonlyMap<Subject, readonly HeldRole[]>;
  readonly memory: RightMemory;
  /** By their text: equal ones are the same object. */
  readonly rights: Map<string, GivenRight>;
  readonly selectors: Map<string, Selector>;
  readonly cells: CellSides;
}

/** @param subjects whoever is to be weighed, by every name that bindings may know them by */
export function weigh(
  sides: {
    readonly before: Access;
    readonly after: Access;
    readonly people: People;
    readonly at: Instant;
    racks(): ReadonlyMap<RackName, readonly AppName[]>;
  },
  changes: ReadonlyMap<Subject, ChangedBindings>,
  subjects: ReadonlySet<Subject>,
): Weighing {
  const { people, at } = sides;
  const before = bindingsInForce(sides.before, subjects, at);
  const changedAfter = bindingsInForce(sides.after, new Set(changes.keys()), at);
  // What did not change is the same on both sides, and looked at once.
  const after: InForce = { heldAs: (one) => (changes.has(one) ? changedAfter : before).heldAs(one) };
  const memory = createRightMemory();
  const changed = new Map(
    [...changes].map(([subject, own]) => {
      const gone = before.heldAs(subject).filter(({ binding }) => own.before.includes(binding));
      const come = after.heldAs(subject).filter(({ binding }) => own.after.includes(binding));
      return [subject, [...gone, ...come]] as const;
    }),
  );
  const cells = cellSides({ before, after, memory }, placesOf(sides.racks()), new Set(changes.keys()));
  return { people, before, after, changed, memory, rights: new Map(), selectors: new Map(), cells };
}

/** The names by which bindings know a subject: what a binding says of somebody is told even if they are no member yet. */
export function boundNamesOf(subject: Subject, people: People): readonly Subject[] {
  return askerOfSubject(subject, people).boundAs;
}

/** All that either side's bindings of the subject itself give, or gave. */
export function rightsGiven(subject: Subject, weighing: Weighing): readonly GivenRight[] {
  const held = new Set([...weighing.before.heldAs(subject), ...weighing.after.heldAs(subject)]);
  return [
    ...new Set(
      [...held].flatMap(({ role, binding }) =>
        rightsOf(role, binding.racks)
          .flat()
          .map(({ scope }) => oneRight(scope, weighing)),
      ),
    ),
  ];
}

function oneRight({ resource, names, racks }: GivenRight, { rights, selectors }: Weighing): GivenRight {
  const place = JSON.stringify(racks);
  const key = `${resource} ${JSON.stringify(names)} ${place}`;
  const known = rights.get(key);
  if (known !== undefined) return known;
  const on = racks === null ? null : (selectors.get(place) ?? racks);
  if (on !== null) selectors.set(place, on);
  const made = { resource, names, racks: on };
  rights.set(key, made);
  return made;
}

export function differencesOf(
  subject: Subject,
  rights: readonly GivenRight[],
  weighing: Weighing,
): readonly Difference[] {
  const { people, changed, memory } = weighing;
  const names = boundNamesOf(subject, people);
  // What no changed binding gives, both sides say alike.
  const differing = names.flatMap((name) => changed.get(name) ?? []);
  const touched = [...new Set(rights)].filter((right) =>
    differing.some((held) => givenBy(held, right, memory) !== null),
  );
  const found = widestOf(touched.flatMap((right) => differenceOf(right, names, weighing) ?? []));
  const inCells = cellDifferences(names, found, weighing.cells);
  return [...found, ...inCells.map((one) => ({ ...one, right: oneRight(one.right, weighing) }))];
}
