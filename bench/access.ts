// Decisions: how many a second, however many bindings there are, and against what others make.
import type { Access } from "../src/manifest/types.ts";
import { boundSubjects } from "../src/rbac/access-index.ts";
import { decide } from "../src/rbac/decide.ts";
import { grantsTo } from "../src/rbac/who-may.ts";
import { accessWorld, readAnew, someQuestions, type AccessWorld, type Asked, type Breadth } from "./access-world.ts";
import { openCasbin } from "./casbin.ts";
import type { Measure, World } from "./measure.ts";

const QUESTIONS = 20_000;
const MANY = 10_000;
const FEW = 1_000;
const AT = 1_700_000_000_000;

function worldOf(breadth: Breadth, bindings: number, { racks, appsPerRack }: World): AccessWorld {
  return accessWorld(breadth, bindings, { racks, apps: appsPerRack });
}

const PASSES = 5;

/** Microseconds for each, the reason included, in the least disturbed of some passes. */
function timeDecisions(access: Access, asked: readonly Asked[]): number {
  return Math.min(...Array.from({ length: PASSES }, () => timeOnce(access, asked)));
}

/** The reasons are looked at, so that none can be left out. */
function timeOnce(access: Access, asked: readonly Asked[]): number {
  const start = performance.now();
  let reasons = 0;
  for (const { asker, question } of asked) if (decide(access, asker, question, AT).because !== "no-role") reasons += 1;
  const each = ((performance.now() - start) * 1_000) / asked.length;
  if (reasons !== asked.length) throw new Error("a decision without its reason");
  return each;
}

function decisionMeasures(breadth: Breadth): readonly Measure[] {
  const sides = (world: World): readonly [() => number, () => number] => {
    const [many, few] = [MANY, FEW].map((bindings) => {
      const { access, ...rest } = worldOf(breadth, bindings, world);
      const asked = someQuestions({ access, ...rest }, QUESTIONS);
      return () => timeDecisions(access, asked);
    });
    if (many === undefined || few === undefined) throw new Error("two sizes make two sides");
    return [many, few];
  };
  return [
    {
      name: `one decision with its reason, 10,000 bindings, ${breadth}`,
      unit: "µs",
      goal: { atMost: 1 },
      prepare: (world) => Promise.resolve({ ours: sides(world)[0] }),
    },
    {
      name: `one decision with its reason, 10,000 bindings / 1,000 bindings, ${breadth}`,
      unit: "×",
      goal: { atMost: 2 },
      prepare: (world) => {
        const [ours, theirs] = sides(world);
        return Promise.resolve({ ours, theirs });
      },
    },
  ];
}

const casbin: Measure = {
  name: "decisions a second / those of casbin 5.51.1, racks spelled out as domains, 10,000 bindings, tight",
  unit: "×",
  goal: { atLeast: 50 },
  prepare: async (world) => {
    const made = worldOf("tight", MANY, world);
    const asked = someQuestions(made, QUESTIONS);
    const enforce = await openCasbin(made);
    const few = asked.slice(0, CASBIN_QUESTIONS);
    for (const one of few) {
      if (enforce(one) === decide(made.access, one.asker, one.question, AT).allowed) continue;
      throw new Error(`casbin answers otherwise: ${JSON.stringify(one)}`);
    }
    return {
      ours: () => 1 / timeDecisions(made.access, asked),
      theirs: () => {
        const start = performance.now();
        for (const one of few) enforce(one);
        return few.length / ((performance.now() - start) * 1_000);
      },
    };
  },
};

const CASBIN_QUESTIONS = 1_000;

const loading: Measure = {
  name: "10,000 bindings, once parsed, to the first decision",
  unit: "ms",
  goal: { atMost: 50 },
  prepare: (world) => {
    const { access, ...rest } = worldOf("tight", MANY, world);
    const [first] = someQuestions({ access, ...rest }, 1);
    if (first === undefined) throw new Error("a world without questions");
    return Promise.resolve({
      ours: () => {
        const start = performance.now();
        decide(readAnew(access), first.asker, first.question, AT);
        return performance.now() - start;
      },
    });
  },
};

/** As `who-can` asks without `--rack`, in a process that has decided nothing yet. */
function whoMayMeasure(breadth: Breadth): Measure {
  return {
    name: `everybody who may read one app on every rack, 10,000 bindings, ${breadth}`,
    unit: "ms",
    goal: { atMost: 50 },
    prepare: (world) => {
      const { access, people, racks } = worldOf(breadth, MANY, world);
      const [name = null] = [...racks.values()].flat();
      const question = { action: "read", resource: "applications", name, rack: null } as const;
      return Promise.resolve({
        ours: () => {
          const asked = { access: readAnew(access), question, racks: [...racks.keys()], at: AT };
          const start = performance.now();
          grantsTo(boundSubjects(asked.access), { ...people }, asked);
          return performance.now() - start;
        },
      });
    },
  };
}

export const accessMeasures: readonly Measure[] = [
  ...decisionMeasures("tight"),
  ...decisionMeasures("broad"),
  casbin,
  loading,
  whoMayMeasure("tight"),
  whoMayMeasure("broad"),
];
