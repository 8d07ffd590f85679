import { relative, sep } from "node:path";
import type { Terminal } from "./terminal.ts";

export type Format = "text" | "json";

/** `github`: workflow commands, which GitHub Actions makes annotations of; `sarif`: SARIF 2.1.0. */
export type FindingsFormat = Format | "github" | "sarif";

export function writeJson(value: object, terminal: Pick<Terminal, "write">): void {
  terminal.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Where a folder lies below the one that a command runs in, ending in `/`; empty where it is that one, or elsewhere. */
export function rootBelow(folder: string, terminal: Terminal): string {
  const path = relative(terminal.folder, folder).split(sep).join("/");
  return path === "" || path.startsWith("..") ? "" : `${path}/`;
}
