// The ledger as people and other programs read it: `signalbox audit`. Its fields may grow, never be renamed.
import type { CommitSha, Instant, Login } from "../manifest/types.ts";
import type { LedgerRecord, RecordResult } from "./record.ts";

export interface AuditLine {
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly actor: string;
  readonly via: string;
  readonly action: string;
  readonly rack?: string;
  readonly app?: string;
  /** What the action was done to: units of the config repo, or the release. */
  readonly resource?: string;
  readonly result: RecordResult;
  readonly pull?: number;
  readonly commit?: CommitSha;
  readonly approvedBy?: readonly Login[];
  readonly detail?: string;
}

export interface AuditFilter {
  /** `user:ana`, or `ana` alone. */
  readonly actor?: string;
  readonly rack?: string;
  readonly app?: string;
  readonly action?: string;
  readonly result?: string;
  /** From this instant on. */
  readonly since?: Instant;
  /** Before this instant. */
  readonly until?: Instant;
}

/** In the ledger's own order. */
export function auditLines(records: Iterable<LedgerRecord>, filter: AuditFilter = {}): readonly AuditLine[] {
  return Array.from(records, toAuditLine).filter((line) => matches(line, filter));
}

function toAuditLine(record: LedgerRecord): AuditLine {
  const { at, actor, via, action, result, pull, commit, approvedBy, detail } = record;
  return {
    at,
    actor,
    via,
    action,
    ...("rack" in record ? { rack: record.rack, app: record.app } : unitPlace(record)),
    ...resourceOf(record),
    result,
    ...(pull === undefined ? {} : { pull }),
    ...(commit === undefined ? {} : { commit }),
    ...(approvedBy === undefined ? {} : { approvedBy }),
    ...(detail === undefined ? {} : { detail }),
  };
}

/** An update of one app or rack is found under that rack and app; one of several is found through its resource. */
function unitPlace(record: LedgerRecord): { readonly rack?: string; readonly app?: string } {
  if (record.action !== "verify" || record.units.length !== 1) return {};
  const [, rack, , app] = record.units[0]?.split("/") ?? [];
  return { ...(rack === undefined ? {} : { rack }), ...(app === undefined ? {} : { app }) };
}

function resourceOf(record: LedgerRecord): { readonly resource?: string } {
  if (record.action === "verify") return record.units.length === 0 ? {} : { resource: record.units.join(" ") };
  if (record.action === "apply") return record.release === undefined ? {} : { resource: `release ${record.release}` };
  return {};
}

function matches(line: AuditLine, filter: AuditFilter): boolean {
  const instant = Date.parse(line.at);
  return (
    (filter.actor === undefined || isActor(line.actor, filter.actor)) &&
    (filter.rack === undefined || touches(line, filter.rack, filter.app)) &&
    (filter.app === undefined || touches(line, filter.rack, filter.app)) &&
    (filter.action === undefined || line.action === filter.action) &&
    (filter.result === undefined || line.result === filter.result) &&
    (filter.since === undefined || instant >= filter.since) &&
    (filter.until === undefined || instant < filter.until)
  );
}

function isActor(actor: string, wanted: string): boolean {
  const lower = wanted.toLowerCase();
  return actor === lower || (!lower.includes(":") && actor.slice(actor.indexOf(":") + 1) === lower);
}

/** Whether the line is of this rack and app, by its own fields or by any unit that it lists. */
function touches(line: AuditLine, rack: string | undefined, app: string | undefined): boolean {
  const units = line.action === "verify" ? (line.resource ?? "").split(" ").map((unit) => unit.split("/")) : [];
  const places = [[line.rack, line.app], ...units.map((parts) => [parts[1], parts[3]])];
  return places.some(
    ([ofRack, ofApp]) => (rack === undefined || ofRack === rack) && (app === undefined || ofApp === app),
  );
}
