// Every command of `signalbox`: its arguments, and the help that teaches it. What a command does is loaded when it is run, so
// that help is there at once.
import { Command, CommanderError } from "commander";
import { StalledError, WaitError } from "../errors.ts";
import type { Run } from "./declare.ts";
import { declareAccess } from "./declare-access.ts";
import { declareConfig } from "./declare-config.ts";
import { declareWorld } from "./declare-world.ts";
import type { ExitStatus, Terminal } from "./terminal.ts";
import { version } from "./version.ts";

const DESCRIPTION =
  "GitOps access control for Convox racks: what is merged into the config repo is what runs, and who may merge what is decided from the repo itself.";

const EPILOGUE = `
Begin with:
  signalbox demo                      a whole world on this machine, and a day in it
  signalbox init config               a config repo of your own, which says what each file is for

Exit statuses, for every command:
  0  fine
  1  found something: errors, blocked, waiting, denied, steps to do
  2  could not do it (the reason is on standard error)

signalbox <command> --help tells more of each.`;

/** Runs the command that the arguments name. Never throws: what went wrong is said to the terminal. */
export async function runProgram(args: readonly string[], terminal: Terminal): Promise<ExitStatus> {
  let status: ExitStatus = 0;
  const program = createProgram(terminal);
  const run: Run = async (command) => {
    status = await command(terminal);
  };
  declareWorld(program, run);
  declareConfig(program, run);
  declareAccess(program, run);
  try {
    await program.parseAsync([...args], { from: "user" });
    return status;
  } catch (error) {
    return explain(error, terminal);
  }
}

function createProgram(terminal: Terminal): Command {
  return new Command("signalbox")
    .description(DESCRIPTION)
    .version(version(), "-V, --version")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        terminal.write(text);
      },
      writeErr: (text) => {
        terminal.complain(text);
      },
      getOutHasColors: () => terminal.colour,
    })
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .showHelpAfterError("(add --help to see how it is called)")
    .addHelpText("after", EPILOGUE);
}

function explain(error: unknown, terminal: Terminal): ExitStatus {
  // Commander has said already what is wrong with the call; help and version end this way as well.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const debug = terminal.variables["SIGNALBOX_DEBUG"];
  if (debug !== undefined && debug !== "") {
    terminal.complain(`${stackOf(error)}\n`);
    return 2;
  }
  terminal.complain(`signalbox: ${messageOf(error)}\n`);
  if (!isExpected(error)) terminal.complain("(SIGNALBOX_DEBUG=1 shows where it happened)\n");
  return 2;
}

function isExpected(error: unknown): boolean {
  return error instanceof StalledError || error instanceof WaitError || codeOf(error) !== undefined;
}

/** What the system refused (a file, a port) says so in its message and has a code. */
function codeOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
}

function messageOf(error: unknown): string {
  if (typeof error === "object" && error !== null && "message" in error) return String(error.message);
  return String(error);
}

function stackOf(error: unknown): string {
  if (typeof error !== "object" || error === null || !("stack" in error)) return messageOf(error);
  const cause = "cause" in error ? `\ncaused by ${stackOf(error.cause)}` : "";
  return `${String(error.stack)}${cause}`;
}
