// Who may do what: for a terminal, for a spreadsheet and for other programs; each of one subject at a time, however many there are.
import type { AccessRow } from "../rbac/access-rows.ts";
import { selectorWords } from "../rbac/phrases.ts";
import { columns } from "./columns.ts";
import { csvRow } from "./csv.ts";
import { visible } from "./visible.ts";

/** A subject's rights below its name. */
export function accessText(subject: string, rows: readonly AccessRow[]): string {
  const lines = columns(rows.map((row) => rowCells(row).map(visible))).map((line) => `  ${line}`);
  return `${[visible(subject), ...lines].join("\n")}\n`;
}

function rowCells(row: AccessRow): readonly string[] {
  const { action, resources, names, racks, role, binding, subject, through, until, except } = row;
  const what = `${action} ${resources.join(", ")}${names.kind === "all" ? "" : ` ${selectorWords(names)}`}`;
  const notes = [
    ...(through === subject ? [] : [`through ${through}`]),
    ...(until === null ? [] : [`until ${new Date(until).toISOString()}`]),
    ...(except.length === 0 ? [] : [`except as "${except.join('", "')}" says`]),
  ];
  return [what, racks === null ? "" : `on ${selectorWords(racks)}`, role, binding, notes.join("; ")];
}

export const ACCESS_CSV_HEAD = csvRow(
  "subject,action,resources,names,racks,role,binding,through,until,except".split(","),
);

export function accessCsv(rows: readonly AccessRow[]): string {
  return rows
    .map((row) => {
      const { subject, action, resources, names, role, binding, through, except } = row;
      const { racks, until } = accessJson(row);
      return csvRow([
        subject,
        action,
        resources.join(" "),
        selectorWords(names),
        racks,
        role,
        binding,
        through,
        until,
        except.join("; "),
      ]);
    })
    .join("");
}

interface AccessJson extends Omit<AccessRow, "names" | "racks" | "until"> {
  readonly names: string;
  readonly racks?: string;
  readonly until?: string;
}

/** Selectors as reasons write them. */
export function accessJson({ names, racks, until, ...row }: AccessRow): AccessJson {
  return {
    ...row,
    names: selectorWords(names),
    ...(racks === null ? {} : { racks: selectorWords(racks) }),
    ...(until === null ? {} : { until: new Date(until).toISOString() }),
  };
}
