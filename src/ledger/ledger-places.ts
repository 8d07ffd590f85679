// Where a line of the ledger stands: the chain counts all lines, people look into the file of a day.

/** "2026/11/24.jsonl, line 3" for the line of that number (1-based) among all, the days in their order. */
export function placeOfLine(files: ReadonlyMap<string, string>, number: number): string {
  let rest = number;
  for (const path of [...files.keys()].sort()) {
    const text = files.get(path) ?? "";
    const count = text === "" ? 0 : text.replace(/\n$/, "").split("\n").length;
    if (rest <= count) return `${path}, line ${String(rest)}`;
    rest -= count;
  }
  return `line ${String(number)}`;
}
