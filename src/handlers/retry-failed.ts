// `/signalbox retry`: the newest verified content of what failed is tried again, for whoever may write it.
import { outcomeOf, verifiedCommit, type AppliedAt, type LedgerState } from "../ledger/ledger-state.ts";
import type { RetryRecord } from "../ledger/record.ts";
import type { Unit } from "../manifest/types.ts";
import { loginAmong } from "../rbac/accounts.ts";
import { whyNotRetry } from "../rbac/may-retry.ts";
import { peopleByRecordedIds } from "../rbac/recorded-ids.ts";
import type { Account, Clock, GitHubReader, Ledger, PullRequest } from "./ports.ts";
import { readVerified, type ConfigSource } from "./read-config.ts";
import { placeOf } from "./report-update.ts";
import { filesNaming, teamsOf } from "./names-in.ts";

export interface RetryPorts extends ConfigSource {
  readonly github: Pick<GitHubReader, "people">;
  readonly ledger: Pick<Ledger, "state" | "append">;
  readonly clock: Pick<Clock, "now">;
}

export interface AskedRetry {
  readonly pull: PullRequest;
  readonly by: Account;
  /** Of the comment: the same command is recorded once. */
  readonly comment: number;
  /** `production`, `production/web`; null: all that failed. */
  readonly target: string | null;
}

/** What is tried again, and what is not with the reason; both empty: nothing of this pull request has failed. */
export interface Retried {
  readonly again: readonly AppliedAt[];
  readonly refused: readonly { readonly at: AppliedAt; readonly reason: string }[];
  /** `rack/app` of all that failed, whatever was asked for. */
  readonly failed: readonly string[];
}

export async function retryFailed(ports: RetryPorts, asked: AskedRetry): Promise<Retried> {
  const state = ports.ledger.state();
  const all = failedOf(state, asked.pull);
  const failed = all.filter((at) => isMeant(at, asked.target));
  const verified = await readVerified(ports, state);
  const at = ports.clock.now();
  const again: AppliedAt[] = [];
  const refused: Retried["refused"][number][] = [];
  if (verified !== null && failed.length > 0) {
    const now = await ports.github.people(teamsOf(verified));
    const people = peopleByRecordedIds(now, state.named, {
      apps: new Map(),
      filesOf: (name) => filesNaming(name, [verified]),
    });
    const login = loginAmong(now.ids, asked.by);
    const rights = { access: verified.access, people, at };
    for (const place of failed) {
      const reason = whyNotRetry(login, { ...place, app: place.app === "rack" ? null : place.app }, rights);
      if (reason === null) again.push(place);
      else refused.push({ at: place, reason });
    }
  }
  await ports.ledger.append(again.map((place) => recordOf(place, asked, at)));
  return { again, refused, failed: all.map(nameOf) };
}

/** Each unit of the merged pull request whose newest verified content has ended badly. */
function failedOf(state: LedgerState, pull: PullRequest): readonly AppliedAt[] {
  const update = state.updates.findLast((record) => record.pull === pull.number);
  return (update?.units ?? []).flatMap((unit) => failedIn(state, unit));
}

function failedIn(state: LedgerState, unit: Unit): readonly AppliedAt[] {
  const place = placeOf(unit);
  const commit = verifiedCommit(state, unit);
  if (place === null || commit === null) return [];
  const outcome = outcomeOf(state, { ...place, commit });
  const isOver = outcome?.result === "failed" || outcome?.result === "rolled-back";
  return isOver && outcome.retrying !== true ? [{ ...place, commit }] : [];
}

function isMeant(at: AppliedAt, target: string | null): boolean {
  return target === null || target === at.rack || target === nameOf(at);
}

function nameOf({ rack, app }: AppliedAt): string {
  return `${rack}/${app}`;
}

function recordOf(at: AppliedAt, { by, comment, pull }: AskedRetry, now: number): RetryRecord {
  return {
    id: `retry:${String(comment)}:${nameOf(at)}`,
    at: new Date(now).toISOString(),
    actor: `user:${by.login}`,
    via: "comment",
    action: "retry",
    result: "ok",
    pull: pull.number,
    ...at,
  };
}
