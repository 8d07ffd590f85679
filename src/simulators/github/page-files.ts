/** Changed files with their differences, and what a check noted on their lines. */
import type { FileChange } from "./git-diff.ts";
import { note } from "./page-checks.ts";
import { markup } from "./page-markup.ts";
import type { Markup } from "./page-markup.ts";
import type { AnnotationRecord } from "./state.ts";

/** @param annotations of runs of the commit after the change; those on other files or lines are not shown here. */
export function filesContent(files: readonly FileChange[], annotations: readonly AnnotationRecord[]): Markup {
  return markup`${files.map((file, at) => fileBox(file, at, annotations))}`;
}

/** Where a line is shown on the page; undefined where it is not. */
export function lineAnchor(files: readonly FileChange[], path: string, line: number): string | undefined {
  const at = files.findIndex((file) => file.filename === path);
  const shown = diffRows(files[at]?.patch ?? "").some((row) => row.after === line);
  return shown ? `#${rowId(at, line)}` : undefined;
}

/** Longer ones begin folded. */
const maxOpenRows = 400;

function fileBox(file: FileChange, at: number, annotations: readonly AnnotationRecord[]): Markup {
  const rows = file.patch === null ? [] : diffRows(file.patch);
  const mine = annotations.filter((annotation) => annotation.path === file.filename);
  const name = file.previousFilename === null ? "" : `${file.previousFilename} → `;
  const body =
    file.patch === null
      ? markup`<p class="body none">${unshown(file)}</p>`
      : markup`<div class="diff"><table>${rows.map((row) => rowMarkup(row, at, mine))}</table></div>`;
  const open = rows.length > maxOpenRows ? "" : " open";
  return markup`<details class="box"${open}><summary><code>${name}${file.filename}</code><span class="soft">${file.status}</span>
<span class="end soft"><span class="good">+${file.additions}</span> <span class="bad">−${file.deletions}</span></span></summary>${body}</details>`;
}

function unshown(file: FileChange): string {
  return file.additions + file.deletions > 0
    ? "The difference is too large to be shown."
    : "There are no lines to show: a binary or empty file, or one that was only moved.";
}

interface DiffRow {
  readonly kind: "add" | "del" | "same" | "hunk";
  readonly before: number | null;
  readonly after: number | null;
  readonly text: string;
}

function diffRows(patch: string): DiffRow[] {
  let before = 0;
  let after = 0;
  return patch === ""
    ? []
    : patch.split("\n").map((text): DiffRow => {
        const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)/.exec(text);
        if (hunk !== null) [before, after] = [Number(hunk[1]), Number(hunk[2])];
        if (hunk !== null || text.startsWith("\\")) return { kind: "hunk", before: null, after: null, text };
        if (text.startsWith("+")) return { kind: "add", before: null, after: after++, text };
        if (text.startsWith("-")) return { kind: "del", before: before++, after: null, text };
        return { kind: "same", before: before++, after: after++, text };
      });
}

function rowMarkup(row: DiffRow, file: number, annotations: readonly AnnotationRecord[]): Markup {
  const id = row.after === null ? "" : markup` id="${rowId(file, row.after)}"`;
  const line = markup`<tr class="${row.kind}"${id}><td class="n">${row.before}</td><td class="n">${row.after}</td><td>${row.text}</td></tr>`;
  const said = annotations.filter((annotation) => annotation.end_line === row.after);
  if (said.length === 0) return line;
  return markup`${line}<tr><td class="said" colspan="3">${said.map((each) => note(each))}</td></tr>`;
}

function rowId(file: number, line: number): string {
  return `file-${String(file)}-line-${String(line)}`;
}
