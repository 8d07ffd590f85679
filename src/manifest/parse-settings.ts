import { readApproval, withDefaultRules, type ApprovalJson } from "./read-approvals.ts";
import { parseStrictFile, type ParsedFile, type Reader } from "./parsed-file.ts";
import { readDuration, readInstant, readSelector, type SelectorJson } from "./read-parts.ts";
import { createSchemaCheck } from "./schema-check.ts";
import type { SettingsReader, SettingsReference } from "./settings-reader.ts";
import { settingsSchema } from "./schemas/settings.ts";
import type { Freeze, Settings } from "./types.ts";
import { nodeAt, type Step } from "./yaml-tree.ts";

interface FreezeJson {
  readonly racks: SelectorJson;
  readonly from: string;
  readonly until: string;
  readonly reason: string;
}

interface SettingsJson {
  readonly approvals?: readonly ApprovalJson[];
  readonly guardrails?: Readonly<Record<string, unknown>>;
  readonly sync?: {
    readonly drift?: "report" | "heal";
    readonly interval?: string;
    readonly concurrency?: number;
    readonly order?: readonly SelectorJson[];
  };
  readonly freezes?: readonly FreezeJson[];
}

export interface SettingsFile {
  readonly settings: Settings;
  readonly references: readonly SettingsReference[];
  readonly hasGuardrails: boolean;
}

const check = createSchemaCheck<SettingsJson>(settingsSchema, { mayQuote: () => true, unknownKeys: "error" });

export const DEFAULT_SETTINGS: Settings = {
  approvals: withDefaultRules([]),
  sync: { drift: "report", intervalMs: 60_000, concurrency: 4, order: [] },
  freezes: [],
};

export function parseSettings(text: string): ParsedFile<SettingsFile> {
  return parseStrictFile(text, { check, convert: readSettings });
}

function readSettings(json: SettingsJson, reader: Reader): SettingsFile {
  const references: SettingsReference[] = [];
  const note = (reference: SettingsReference): void => void references.push(reference);
  const approvals = (json.approvals ?? []).map((rule, index) =>
    readApproval(rule, ["approvals", index], { reader, note }),
  );
  reportRepeatedNames(json.approvals ?? [], ["approvals"], reader);
  readGuardrails(reader);
  const { sync } = json;
  const interval = sync?.interval;
  const settings: Settings = {
    approvals: withDefaultRules(approvals),
    sync: {
      drift: sync?.drift ?? DEFAULT_SETTINGS.sync.drift,
      intervalMs:
        interval === undefined
          ? DEFAULT_SETTINGS.sync.intervalMs
          : readDuration(interval, ["sync", "interval"], reader),
      concurrency: sync?.concurrency ?? DEFAULT_SETTINGS.sync.concurrency,
      order: (sync?.order ?? []).map((group, index) => {
        const path = ["sync", "order", index];
        const selector = readSelector(group, path, reader);
        note({ kind: "racks", selector, at: reader.at(path) });
        return selector;
      }),
    },
    freezes: (json.freezes ?? []).map((freeze, index) => readFreeze(freeze, ["freezes", index], { reader, note })),
  };
  return { settings, references, hasGuardrails: Object.keys(json.guardrails ?? {}).length > 0 };
}

function readFreeze(json: FreezeJson, path: readonly Step[], { reader, note }: SettingsReader): Freeze {
  const racks = readSelector(json.racks, [...path, "racks"], reader);
  note({ kind: "racks", selector: racks, at: reader.at([...path, "racks"]) });
  const from = readInstant(json.from, [...path, "from"], reader);
  const until = readInstant(json.until, [...path, "until"], reader);
  if (until <= from) {
    const message = "expected `until` after `from`, found it before or at the same time";
    reader.error([...path, "until"], { rule: "bad-date", message });
  }
  return { racks, from, until, reason: json.reason };
}

function reportRepeatedNames(rules: readonly { readonly name: string }[], path: readonly Step[], reader: Reader): void {
  const seen = new Set<string>();
  rules.forEach(({ name }, index) => {
    const key = name.toLowerCase();
    if (seen.has(key)) {
      const message = `expected a name of its own for each rule, found \`${name}\` again`;
      reader.error([...path, index, "name"], { rule: "duplicate-name", message });
    }
    seen.add(key);
  });
}

const SCOPES = ["racks", "apps", "services"] as const;

/** Guardrails are not judged by yet; what their schema cannot say (regular expressions) is checked all the same. */
function readGuardrails(reader: Reader): void {
  const guardrails = nodeAt(reader.root, ["guardrails"]);
  if (guardrails?.kind !== "map") return;
  for (const { key, value } of guardrails.entries) {
    const paths =
      value.kind === "list" ? value.items.map((_, index) => ["guardrails", key, index]) : [["guardrails", key]];
    for (const path of paths) {
      for (const scope of SCOPES) readScope([...path, scope], reader);
    }
  }
}

function readScope(path: readonly Step[], reader: Reader): void {
  const regex = nodeAt(reader.root, [...path, "regex"]);
  if (regex?.kind === "scalar" && typeof regex.value === "string") readSelector({ regex: regex.value }, path, reader);
}
