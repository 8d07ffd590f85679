// Parts that the declarations of commands share.
import { InvalidArgumentError, Option, type Command } from "commander";
import type { ExitStatus, Terminal } from "./terminal.ts";

/** Runs a command and keeps its status. */
export type Run = (command: (terminal: Terminal) => Promise<ExitStatus>) => Promise<void>;

/** Examples and the exit statuses, below a command's options. */
export function teach(
  command: Command,
  lesson: { readonly examples: readonly string[]; readonly statuses: readonly string[] },
): Command {
  const examples = lesson.examples.map((example) => `  $ ${example}`);
  const statuses = lesson.statuses.map((status) => `  ${status}`);
  return command.addHelpText("after", `\nExamples:\n${examples.join("\n")}\n\nExit status:\n${statuses.join("\n")}`);
}

export function formatOption(...formats: readonly string[]): Option {
  return new Option("--format <format>", "how the result is printed").choices(formats).default("text");
}

/** The folder of a command's last argument, left out where it is not given. */
export function inFolder<T extends object>(dir: string | undefined, options: T): T & { readonly dir?: string } {
  return dir === undefined ? options : { ...options, dir };
}

/** For an option that may be given several times. */
export function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value];
}

export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError("expected a port, 0 to 65535");
  return port;
}
