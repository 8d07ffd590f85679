// What an event costs at GitHub is the same however many apps, rules and teams there are.
import { expect, it } from "@jest/globals";
import { DEFAULT_PEOPLE, type People } from "../../src/commands/people-file.ts";
import { openTestWorld } from "./open-world.ts";
import { actAs, costOf, untilQuiet } from "./request-log.ts";

const LIMIT_MS = 240_000;
const PATH = "racks/production/apps/web/env.yml";

interface Size {
  readonly apps: number;
  readonly rules: number;
  readonly teams: number;
}

function peopleOf({ teams }: Size): People {
  const more = Array.from({ length: teams }, (_, index) => `team-${String(index)}`);
  return { ...DEFAULT_PEOPLE, lena: { teams: more }, luc: { teams: more } };
}

/** More apps on staging, more rules that this change meets, and more teams that bindings and rules name. */
function grow(files: Map<string, string>, { apps, rules, teams }: Size): void {
  for (let app = 0; app < apps; app += 1) {
    for (const name of ["app.yml", "convox.yml", "env.yml"]) {
      files.set(`racks/staging/apps/more-${String(app)}/${name}`, files.get(`racks/staging/apps/jobs/${name}`) ?? "");
    }
  }
  const settings = (files.get("signalbox.yml") ?? "").replace("interval: 1m", "interval: 1h");
  const more = Array.from(
    { length: rules },
    (_, rule) =>
      `  - { name: more-${String(rule)}, when: { production: true }, require: { count: 1, from: { teams: [team-${String(rule % teams)}] } } }\n`,
  );
  files.set("signalbox.yml", settings.replace("approvals:\n", `approvals:\n${more.join("")}`));
  const bindings = Array.from(
    { length: teams },
    (_, team) => `- { role: DeveloperV2, subjects: ["team:team-${String(team)}"] }\n`,
  );
  if (teams > 0) files.set("bindings/more.yml", bindings.join(""));
}

interface Cost {
  readonly push: readonly string[];
  readonly review: readonly string[];
}

async function costAt(size: Size): Promise<Cost> {
  const edit = (files: Map<string, string>): void => {
    grow(files, size);
  };
  const { world, stage, close } = await openTestWorld({ people: peopleOf(size), edit });
  try {
    const clone = await stage.person("pia").branch("measured");
    const push = async (round: number): Promise<void> => {
      await clone.write(PATH, (text) => `${text}K${String(round)}: "1"\n`);
      await clone.push("Change it");
    };
    await push(1);
    const pull = await stage.person("pia").openPullRequest("measured", "Change it");
    await stage.onlooker.check(pull, /^Waiting/);
    await untilQuiet(world);
    await fetch(`${world.info().github.control}/clock`, { method: "POST", body: JSON.stringify({ advance: "2m" }) });
    const repo = "/repos/acme/config";
    await costOf(world, () => actAs(world, "ana", `POST ${repo}/issues/${String(pull)}/labels`, { labels: ["warm"] }));
    const review = { event: "REQUEST_CHANGES", body: "No" };
    return {
      push: await costOf(world, () => push(2)),
      review: await costOf(world, () => actAs(world, "paul", `POST ${repo}/pulls/${String(pull)}/reviews`, review)),
    };
  } finally {
    await close();
  }
}

it(
  "a push costs six requests at most and a review five, however many apps, rules and teams there are",
  async () => {
    const small = await costAt({ apps: 0, rules: 0, teams: 0 });
    expect(small.push.length).toBeLessThanOrEqual(6);
    expect(small.review.length).toBeLessThanOrEqual(5);
    const sizes = [
      { apps: 12, rules: 0, teams: 0 },
      { apps: 0, rules: 12, teams: 6 },
    ];
    for (const size of sizes) {
      const cost = await costAt(size);
      const counts = { size, push: cost.push.length, review: cost.review.length };
      expect(counts).toEqual({ size, push: small.push.length, review: small.review.length });
    }
  },
  LIMIT_MS,
);
