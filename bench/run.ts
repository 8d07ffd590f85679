// `npm run bench`: each measure as a figure with its goal, by medians of alternating rounds in one run. Exit 1 where a goal is
// missed by more than 20 %. `npm run bench -- --apps 10 --racks 10 cold` for a smaller world, and the measures named so alone.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { accessMeasures } from "./access.ts";
import { matrixMeasures } from "./access-matrix.ts";
import { configMeasures } from "./config.ts";
import { judgeMeasures } from "./judge.ts";
import { recheckMeasures } from "./recheck.ts";
import { verdictMeasures } from "./verdict.ts";
import { webhookMeasures } from "./webhook.ts";
import { isMissed, runRounds, type Measure, type Result } from "./measure.ts";

const MEASURES: readonly Measure[] = [
  ...configMeasures,
  ...accessMeasures,
  ...matrixMeasures,
  ...judgeMeasures,
  ...verdictMeasures,
  ...recheckMeasures,
  ...webhookMeasures,
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    racks: { type: "string", default: "100" },
    apps: { type: "string", default: "100" },
    rounds: { type: "string" },
  },
});
const chosen = MEASURES.filter(({ name }) => positionals.every((word) => name.includes(word)));
const folder = await mkdtemp(join(tmpdir(), "signalbox-bench-"));
const world = { racks: Number(values.racks), appsPerRack: Number(values.apps), folder };
let missed = 0;
try {
  console.log(`${String(world.racks)} racks × ${String(world.appsPerRack)} apps, Node ${process.version}`);
  for (const measure of chosen) {
    const prepared = await measure.prepare(world);
    const result = await runRounds(prepared, roundsOf(measure));
    await prepared.close?.();
    console.log(lineOf(measure, result));
    if (isMissed(measure, result.figure)) missed += 1;
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exitCode = missed > 0 ? 1 : 0;

/** `--rounds` lowers them alone: some measures prepare what they need for as many as they name. */
function roundsOf({ rounds = 5 }: Measure): number {
  return Math.min(rounds, Number(values.rounds ?? rounds));
}

function lineOf(measure: Measure, { figure, ours, theirs }: Result): string {
  const { name, unit, goal } = measure;
  const wanted = "atMost" in goal ? `≤ ${String(goal.atMost)}` : `≥ ${String(goal.atLeast)}`;
  const sides = theirs === null ? "" : ` (${rounded(ours)} / ${rounded(theirs)})`;
  const verdict = isMissed(measure, figure) ? "MISSED" : "ok";
  return `${verdict.padEnd(6)} ${rounded(figure)} ${unit}, goal ${wanted}: ${name}${sides}`;
}

function rounded(figure: number): string {
  return figure >= 100 ? figure.toFixed(0) : figure.toPrecision(3);
}
