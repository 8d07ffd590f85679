// `signalbox plan`: what an apply of the checked-out commit would do to the racks. It looks at them and writes nothing.
import { didYouMean } from "../manifest/near-miss.ts";
import type { AppFolder, ConfigRepo, CommitSha, RackFolder } from "../manifest/types.ts";
import { StalledError } from "../errors.ts";
import { readConfig } from "../handlers/read-config.ts";
import { appDigest } from "../reconcile/digest.ts";
import { isStalled, isWaiting, messageOf } from "../reconcile/outcome.ts";
import { planRack } from "../reconcile/plan-rack.ts";
import { countsOf } from "../render/findings-text.ts";
import { plansJson, plansText, type PlannedRack } from "../render/plan-text.ts";
import { writeJson, type Format } from "./format.ts";
import { withClone } from "./open-config.ts";
import { paintOf } from "./paint.ts";
import { openRackAccess, type RackAccess } from "./rack-access.ts";
import type { ExitStatus, Terminal } from "./terminal.ts";

export interface PlanOptions {
  readonly dir?: string;
  readonly rack?: string;
  readonly app?: string;
  readonly format: Format;
}

export async function plan(options: PlanOptions, terminal: Terminal): Promise<ExitStatus> {
  return withClone(options.dir, terminal, async (clone) => {
    const commit = await clone.git.tip();
    const repo = await readConfig(clone, commit);
    const errors = repo.findings.filter(({ level }) => level === "error");
    if (errors.length > 0) {
      terminal.complain(`note: ${countsOf(errors)}; what has errors is left out (\`signalbox validate\` shows them)\n`);
    }
    const chosen = chooseApps(repo, options);
    const access = await openRackAccess(terminal);
    const origin = { repo, repository: terminal.variables["SIGNALBOX_REPO"] ?? "", commit };
    const racks = await Promise.all(chosen.map((one) => planOne(access, one, origin)));
    if (options.format === "json") writeJson(plansJson(racks), terminal);
    else terminal.write(plansText(racks, paintOf(terminal)));
    return statusOf(racks);
  });
}

interface Chosen {
  readonly folder: RackFolder;
  readonly apps: readonly AppFolder[];
}

function chooseApps(repo: ConfigRepo, { rack, app }: Pick<PlanOptions, "rack" | "app">): readonly Chosen[] {
  const racks = [...repo.racks.values()];
  const ofRack = racks.filter((folder) => rack === undefined || folder.rack.name === rack);
  if (rack !== undefined && ofRack.length === 0) throw unknown("rack", rack, [...repo.racks.keys()]);
  if (ofRack.length === 0) throw new StalledError("the commit that is checked out has no rack that could be planned");
  const chosen = ofRack.map((folder) => ({
    folder,
    apps: [...folder.apps.values()].filter(({ name }) => app === undefined || name === app),
  }));
  if (app === undefined) return chosen;
  const withApp = chosen.filter(({ apps }) => apps.length > 0);
  if (withApp.length > 0) return withApp;
  throw unknown(
    "app",
    app,
    ofRack.flatMap((folder) => [...folder.apps.keys()]),
  );
}

function unknown(what: string, word: string, known: readonly string[]): StalledError {
  const near = didYouMean(word, known);
  const hint = near ?? (known.length === 0 ? "there is none" : `there are ${[...new Set(known)].sort().join(", ")}`);
  return new StalledError(`the commit that is checked out has no valid ${what} ${JSON.stringify(word)}: ${hint}`);
}

async function planOne(
  access: RackAccess,
  { folder, apps }: Chosen,
  from: { readonly repo: ConfigRepo; readonly repository: string; readonly commit: CommitSha },
): Promise<PlannedRack> {
  const { name } = folder.rack;
  try {
    const planned = await planRack(access, folder, {
      apps,
      // What a retry made on the rack is known to the ledger alone.
      origin: (app) => ({ ...from, digest: appDigest(from.repo, name, app.name), retries: 0 }),
    });
    return { ...planned, refusals: planned.refusals.map((refusal) => redacted(refusal, access)) };
  } catch (error) {
    // One rack out of reach keeps no other from being planned; what nobody foresaw ends the command.
    if (!isStalled(error) && !isWaiting(error)) throw error;
    return { rack: name, error: access.redact(messageOf(error)) };
  }
}

function redacted<T extends { readonly reason: string }>(refusal: T, access: RackAccess): T {
  return { ...refusal, reason: access.redact(refusal.reason) };
}

function statusOf(racks: readonly PlannedRack[]): ExitStatus {
  if (racks.every((rack) => rack.error !== undefined)) return 2;
  const isDone = racks.every((rack) => rack.error === undefined && rack.steps.length + rack.refusals.length === 0);
  return isDone ? 0 : 1;
}
