// Policy tests (tests/): what a policy says, held against what it should say. They ask the decision and the judge that everybody
// else asks, about people and pull requests that need not exist.
import type { AskedRight, Instant, PolicyTest, RackName, ConfigRepo, RightsTest } from "../manifest/types.ts";
import { askerOfSubject } from "./asker.ts";
import { decideOnRacks, type Decisions } from "./decide-on-racks.ts";
import { reasonsWords } from "./decision-words.ts";
import { resourceWords } from "./phrases.ts";
import type { People } from "./proposal.ts";
import { belongsToRack } from "./resource-types.ts";
import { judgeExample, type Judge } from "./test-proposal.ts";

/** `expected` and `got` are the ends of "expected …, found …"; `why` is a sentence without a full stop. */
export interface TestFailure {
  readonly line: number;
  readonly column: number;
  readonly expected: string;
  readonly got: string;
  readonly why: string;
}

export interface TestResult {
  readonly test: PolicyTest;
  readonly failures: readonly TestFailure[];
}

/** In the order of the files. `repo` is both what is judged by and what is judged. */
export function runPolicyTests(repo: ConfigRepo, at: Instant, judge: Judge): readonly TestResult[] {
  return repo.tests.map((test) => ({ test, failures: failuresOf(test, { repo, at: test.at ?? at, judge }) }));
}

interface Running {
  readonly repo: ConfigRepo;
  readonly at: Instant;
  readonly judge: Judge;
}

function failuresOf(test: PolicyTest, running: Running): readonly TestFailure[] {
  if (test.kind === "rights") return test.asked.flatMap((asked) => rightFailure(test, asked, running));
  const { line, column, expect } = test;
  const { outcome, why } = judgeExample(test, running);
  return outcome === expect ? [] : [{ line, column, expected: expect, got: outcome, why }];
}

function rightFailure(test: RightsTest, asked: AskedRight, { repo, at }: Running): readonly TestFailure[] {
  const asker = askerOfSubject(test.as, peopleOf(test));
  const racks = racksOf(repo);
  const decideOn = (question: AskedRight): Decisions => decideOnRacks(repo.access, asker, question, { racks, at });
  const { line, column, action } = asked;
  const words = `${action} ${resourceWords(asked)}`;
  if (asked.expect === "may") {
    const decisions = decideOn(asked);
    if (decisions[0].allowed) return [];
    return [{ line, column, expected: `${test.as} may ${words}`, got: "no", why: reasonsWords(decisions) }];
  }
  const allowed = eachPart(asked, repo)
    .map(decideOn)
    .find(([decision]) => decision.allowed);
  if (allowed === undefined) return [];
  return [{ line, column, expected: `${test.as} may not ${words}`, got: "yes", why: reasonsWords(allowed) }];
}

/** Everybody in a test is a member of the organisation. */
function peopleOf({ as, teams }: RightsTest): People {
  const name = as.slice(as.indexOf(":") + 1);
  const logins = as.startsWith("user:") ? [name] : [];
  return {
    members: new Set(logins),
    teams: new Map(teams.map((team) => [team, new Set(logins)])),
    changed: new Map(),
  };
}

/** Who may not do something may do it nowhere: what leaves the name or the rack open is asked of each that there is. */
function eachPart(asked: AskedRight, repo: ConfigRepo): readonly AskedRight[] {
  const isOpen = asked.rack === null && belongsToRack(asked.resource) && asked.resource !== "racks";
  const racks = isOpen ? [null, ...racksOf(repo)] : [asked.rack];
  return racks.flatMap((rack) =>
    (asked.name === null ? [null, ...namesOf(asked, rack, repo)] : [asked.name]).map((name) => ({
      ...asked,
      rack,
      name,
    })),
  );
}

function namesOf({ resource, rack }: AskedRight, on: RackName | null, repo: ConfigRepo): readonly string[] {
  if (resource === "racks") return rack === null ? racksOf(repo) : [];
  if (belongsToRack(resource)) {
    const folders = on === null ? [...repo.racks.values()] : [repo.racks.get(on)];
    return [...new Set(folders.flatMap((folder) => [...(folder?.apps.keys() ?? [])]))];
  }
  return resource === "roles" ? [...repo.access.roles.values()].map(({ name }) => name) : [];
}

function racksOf(repo: ConfigRepo): readonly RackName[] {
  return [...repo.racks.keys()].sort();
}
