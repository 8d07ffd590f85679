/** A row as text of CSV, with its line end; nothing in it is run by a spreadsheet. */
export function csvRow(cells: readonly (string | number | undefined)[]): string {
  return `${cells.map((cell) => csvCell(String(cell ?? ""))).join(",")}\r\n`;
}

function csvCell(text: string): string {
  // A spreadsheet takes what begins so for a formula and runs it.
  const inert = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
