#!/usr/bin/env node
// The executable: the process as a terminal, its arguments to the program, the program's answer as the exit status.
import { createProcessTerminal } from "./commands/process-terminal.ts";
import { runProgram } from "./commands/program.ts";

// Not process.exit: what is still to be written is written, and what keeps the process alive after its end is a mistake to see.
process.exitCode = await runProgram(process.argv.slice(2), createProcessTerminal());
