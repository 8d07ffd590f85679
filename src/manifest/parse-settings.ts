import { DEFAULT_RULE_NAMES, readApproval, withDefaultRules, type ApprovalJson } from "./read-approvals.ts";
import { parseStrictFile, type ParsedFile, type Reader } from "./parsed-file.ts";
import { reportLookAlikes } from "./look-alikes.ts";
import { readGuardrails, type GuardrailsJson } from "./read-guardrails.ts";
import { readDuration, readInstant, readRacks, type SelectorJson } from "./read-parts.ts";
import { createSchemaCheck } from "./schema-check.ts";
import { settingsSchema } from "./schemas/settings.ts";
import type { Freeze, Settings } from "./types.ts";
import type { Step } from "./yaml-tree.ts";

interface FreezeJson {
  readonly racks: SelectorJson;
  readonly from: string;
  readonly until: string;
  readonly reason: string;
}

interface SyncJson {
  readonly drift?: "report" | "heal";
  readonly interval?: string;
  readonly concurrency?: number;
  readonly order?: readonly SelectorJson[];
}

interface SettingsJson {
  readonly version: 1;
  readonly approvals?: readonly ApprovalJson[];
  readonly guardrails?: GuardrailsJson;
  readonly sync?: SyncJson;
  readonly freezes?: readonly FreezeJson[];
}

const check = createSchemaCheck<SettingsJson>(settingsSchema, { mayQuote: () => true, unknownKeys: "error" });

export const DEFAULT_SETTINGS: Settings = {
  approvals: withDefaultRules([]),
  sync: { drift: "report", intervalMs: 60_000, concurrency: 4, order: [] },
  freezes: [],
  guardrails: [],
};

export function parseSettings(text: string): ParsedFile<Settings> {
  return parseStrictFile(text, { check, convert: readSettings });
}

function readSettings(json: SettingsJson, reader: Reader): Settings {
  const approvals = (json.approvals ?? []).map((rule, index) => readApproval(rule, ["approvals", index], reader));
  reportLookAlikes(json.approvals ?? [], { path: ["approvals"], replaceable: DEFAULT_RULE_NAMES }, reader);
  return {
    approvals: withDefaultRules(approvals),
    sync: readSync(json.sync ?? {}, reader),
    freezes: (json.freezes ?? []).map((freeze, index) => readFreeze(freeze, ["freezes", index], reader)),
    guardrails: readGuardrails(json.guardrails ?? {}, reader),
  };
}

function readSync({ drift, interval, concurrency, order }: SyncJson, reader: Reader): Settings["sync"] {
  const { sync } = DEFAULT_SETTINGS;
  return {
    drift: drift ?? sync.drift,
    intervalMs: interval === undefined ? sync.intervalMs : readDuration(interval, ["sync", "interval"], reader),
    concurrency: concurrency ?? sync.concurrency,
    order: (order ?? []).map((group, index) => {
      const selector = readRacks(group, ["sync", "order", index], reader);
      reader.note(["sync", "order", index], { kind: "order", selector });
      return selector;
    }),
  };
}

function readFreeze(json: FreezeJson, path: readonly Step[], reader: Reader): Freeze {
  const racks = readRacks(json.racks, [...path, "racks"], reader);
  const from = readInstant(json.from, [...path, "from"], reader);
  const until = readInstant(json.until, [...path, "until"], reader);
  // What is no time reads as 0, and has been said.
  if (until > 0 && until <= from && reader.isWhole([...path, "from"])) {
    const message = "expected `until` after `from`, found it before or at the same time";
    reader.error([...path, "until"], { rule: "bad-date", message });
  }
  return { racks, from, until, reason: json.reason };
}
