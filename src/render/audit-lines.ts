// The ledger for people (one aligned line a record), for programs (JSON lines) and for spreadsheets (CSV).
import { csvRow } from "./csv.ts";
import type { AuditLine } from "../ledger/audit.ts";
import { columns } from "./columns.ts";
import { visible } from "./visible.ts";

export function auditText(lines: readonly AuditLine[]): string {
  const rows = lines.map((line) => [
    line.at.replace(/\.\d+Z$/, "Z"),
    line.result,
    line.action,
    visible(placeOf(line)),
    visible(line.actor),
    sourceOf(line),
    visible(detailOf(line)),
  ]);
  return columns(rows)
    .map((line) => `${line}\n`)
    .join("");
}

export function auditJson(lines: readonly AuditLine[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

const CSV_FIELDS = [
  "at",
  "actor",
  "via",
  "action",
  "rack",
  "app",
  "resource",
  "result",
  "pull",
  "commit",
  "approvedBy",
  "detail",
] as const satisfies readonly (keyof AuditLine)[];

/** RFC 4180, with a header. */
export function auditCsv(lines: readonly AuditLine[]): string {
  const rows = lines.map((line) => CSV_FIELDS.map((field) => cellOf(line[field])));
  return [CSV_FIELDS, ...rows].map(csvRow).join("");
}

function cellOf(value: AuditLine[keyof AuditLine]): string | number | undefined {
  return typeof value === "object" ? value.join(" ") : value;
}

function placeOf(line: AuditLine): string {
  if (line.rack !== undefined) return line.app === undefined ? line.rack : `${line.rack}/${line.app}`;
  return line.resource === undefined ? "-" : line.resource.replaceAll(" ", ", ");
}

function sourceOf(line: AuditLine): string {
  const commit = line.commit?.slice(0, 7);
  const pull = line.pull === undefined ? undefined : `#${String(line.pull)}`;
  return [pull, commit].filter((part) => part !== undefined).join(" ") || "-";
}

function detailOf(line: AuditLine): string {
  const release = line.rack !== undefined && line.action === "apply" ? line.resource : undefined;
  const approved = line.approvedBy?.length ? `approved by ${line.approvedBy.join(", ")}` : undefined;
  return [release, approved, line.detail].filter((part) => part !== undefined).join("; ");
}
