// What became of an update of the default branch, said where its people are: one comment on its pull request, edited as things end,
// one deployment per rack, an issue for what is held. All of it is derived from the ledger: saying it again says the same.
import type { AppName, CommitSha, RackName, Unit } from "../manifest/types.ts";
import { parseAppName, parseRackName } from "../manifest/names.ts";
import { outcomeOf, type LedgerState } from "../ledger/ledger-state.ts";
import type { ApplyRecord, VerifyRecord } from "../ledger/record.ts";
import { holdMarker, RESULT_MARKER } from "../render/markers.ts";
import { renderHoldIssue } from "../render/hold-issue.ts";
import { renderResultComment } from "../render/result-comment.ts";
import { readVerified, type ConfigSource } from "./read-config.ts";
import type { DeploymentState, GitHubReader, GitHubWriter, Ledger } from "./ports.ts";

export interface ReportPorts extends ConfigSource {
  readonly github: Pick<GitHubReader, "pullRequest">;
  readonly writer: GitHubWriter;
  readonly ledger: Pick<Ledger, "state">;
}

/** One app of an update: how it ended, or null where that is not known yet. */
export interface AppResult {
  readonly rack: RackName;
  readonly app: AppName;
  readonly production: boolean;
  readonly outcome: ApplyRecord | null;
}

export async function reportUpdate(ports: ReportPorts, commit: CommitSha): Promise<void> {
  const state = ports.ledger.state();
  const update = state.updates.findLast((record) => record.commit === commit);
  if (update === undefined) return;
  const held = update.result === "held" ? update.units.filter((unit) => state.held.has(unit)) : [];
  if (update.result === "held") {
    const issue = renderHoldIssue({ update, held });
    await ports.writer.upsertIssue(holdMarker(commit), issue.title, held.length === 0 ? null : issue.body);
  }
  if (update.pull === undefined) return;
  const results = await resultsOf(ports, state, update);
  const pull = await ports.github.pullRequest(update.pull);
  await ports.writer.upsertComment(update.pull, RESULT_MARKER, renderResultComment({ update, held, pull, results }));
  for (const deployment of deploymentsOf(update, results)) await ports.writer.upsertDeployment(deployment);
}

async function resultsOf(ports: ReportPorts, state: LedgerState, update: VerifyRecord): Promise<readonly AppResult[]> {
  if (update.result === "held") return [];
  const verified = await readVerified(ports, state);
  const results: AppResult[] = [];
  for (const at of update.units.map(appOf)) {
    const folder = at === null ? undefined : verified?.racks.get(at.rack);
    if (at === null || folder === undefined) continue;
    const outcome = outcomeOf(state, { ...at, commit: update.commit }) ?? null;
    results.push({ ...at, production: folder.rack.production, outcome });
  }
  return results;
}

function appOf(unit: Unit): { readonly rack: RackName; readonly app: AppName } | null {
  const [, rackText = "", , appText] = unit.split("/");
  const rack = parseRackName(rackText);
  const app = rack === null || appText === undefined ? null : parseAppName(rack, appText);
  return rack === null || app === null ? null : { rack, app };
}

type Deployment = Parameters<GitHubWriter["upsertDeployment"]>[0];

function deploymentsOf(update: VerifyRecord, results: readonly AppResult[]): readonly Deployment[] {
  const racks = new Map<RackName, AppResult[]>();
  for (const result of results) racks.set(result.rack, [...(racks.get(result.rack) ?? []), result]);
  return [...racks].map(([rack, ofRack]) => ({
    commit: update.commit,
    environment: rack,
    production: ofRack.some((result) => result.production),
    state: deploymentState(ofRack),
    description: ofRack.map((result) => `${result.app}: ${result.outcome?.result ?? "in progress"}`).join(", "),
  }));
}

function deploymentState(results: readonly AppResult[]): DeploymentState {
  const outcomes = results.map((result) => result.outcome);
  if (outcomes.some((outcome) => outcome === null || outcome.retrying === true)) return "in_progress";
  const bad = outcomes.some((outcome) => outcome?.result === "failed" || outcome?.result === "rolled-back");
  if (bad) return "failure";
  return outcomes.every((outcome) => outcome?.result === "superseded") ? "inactive" : "success";
}
