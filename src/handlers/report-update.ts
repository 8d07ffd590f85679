// What became of an update of the default branch, said where its people are: one comment on its pull request, edited as things end,
// one deployment per rack, an issue for what is held. All of it is derived from the ledger: saying it again says the same.
import type { AppName, CommitSha, RackName, Unit } from "../manifest/types.ts";
import { parseAppName, parseRackName } from "../manifest/names.ts";
import { outcomeOf, verifiedCommit, type LedgerState } from "../ledger/ledger-state.ts";
import type { ApplyRecord, RecordResult, VerifyRecord } from "../ledger/record.ts";
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

/** One app of an update: how it ended. */
export interface AppResult {
  readonly rack: RackName;
  readonly app: AppName;
  readonly production: boolean;
  /** `pending`: not known yet. `superseded`: a newer update took its place before anything ended. */
  readonly outcome: ApplyRecord | "pending" | "superseded";
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
  for (const unit of update.units) {
    const at = placeOf(unit);
    const folder = at === null ? undefined : verified?.racks.get(at.rack);
    if (at === null || folder === undefined) continue;
    const outcome = outcomeOf(state, { ...at, commit: update.commit }) ?? openOutcome(state, unit, update);
    // A rack's own record tells only what cannot be done; an app that left git is not touched.
    const isQuiet = typeof outcome === "string" && !folder.apps.has(at.app);
    if (!isQuiet) results.push({ ...at, production: folder.rack.production, outcome });
  }
  return results;
}

function openOutcome(state: LedgerState, unit: Unit, update: VerifyRecord): "pending" | "superseded" {
  return verifiedCommit(state, unit) === update.commit ? "pending" : "superseded";
}

/** Where outcomes of a unit are recorded: an app under its name, what rack.yml wants under the reserved name `rack`. */
export function placeOf(unit: Unit): { readonly rack: RackName; readonly app: AppName } | null {
  const [, rackText = "", part = "", appText] = unit.split("/");
  const rack = parseRackName(rackText);
  if (rack === null) return null;
  // No app can have this name, which is why it stands for the rack.
  if (part === "rack.yml") return { rack, app: "rack" as AppName };
  const app = appText === undefined ? null : parseAppName(rack, appText);
  return app === null ? null : { rack, app };
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
    description: ofRack.map((result) => `${result.app}: ${stateOf(result.outcome)}`).join(", "),
  }));
}

function deploymentState(results: readonly AppResult[]): DeploymentState {
  const states = results.map((result) => stateOf(result.outcome));
  if (states.includes("in progress")) return "in_progress";
  if (states.includes("failed") || states.includes("rolled-back")) return "failure";
  return states.every((state) => state === "superseded") ? "inactive" : "success";
}

function stateOf(outcome: AppResult["outcome"]): RecordResult | "in progress" {
  if (outcome === "superseded") return outcome;
  return outcome === "pending" || outcome.retrying === true ? "in progress" : outcome.result;
}
