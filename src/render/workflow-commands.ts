// Annotations as GitHub Actions takes them from a step's output: one workflow command a line.
import type { RenderedAnnotation } from "./check-run.ts";

const COMMANDS = { failure: "error", warning: "warning", notice: "notice" } as const;

/** @param root of the config repo below the workspace, ending in `/`, or empty where it is the workspace itself */
export function workflowCommands(annotations: readonly RenderedAnnotation[], root: string): string {
  return annotations.map((annotation) => `${workflowCommand(annotation, root)}\n`).join("");
}

function workflowCommand({ path, line, column, level, title, message }: RenderedAnnotation, root: string): string {
  const properties = { file: `${root}${path}`, line: String(line), col: String(column), title };
  const written = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(value)}`);
  return `::${COMMANDS[level]} ${written.join(",")}::${escapeData(message)}`;
}

/** What is not escaped would end the command, or begin another one. */
function escapeData(text: string): string {
  return text.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replace(/:/g, "%3A").replace(/,/g, "%2C");
}
