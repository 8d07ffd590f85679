import type { Terminal } from "./terminal.ts";

export type Format = "text" | "json";

export function writeJson(value: object, terminal: Terminal): void {
  terminal.write(`${JSON.stringify(value, null, 2)}\n`);
}
