// The process that this is, as the Terminal that commands get.
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { createInterface } from "node:readline/promises";
import { StalledError } from "../errors.ts";
import { mayColour } from "./colour.ts";
import type { Terminal } from "./terminal.ts";

const END_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export function createProcessTerminal(): Terminal {
  // `signalbox audit | head`: whoever reads has had enough. The command goes on to its end and says how it ended.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", ignoreClosedPipe);
  let stopped: Promise<void> | null = null;
  return {
    write: (words) => void process.stdout.write(words),
    complain: (words) => void process.stderr.write(words),
    variables: process.env,
    folder: process.cwd(),
    isScreen: process.stdout.isTTY,
    colour: mayColour(process.env, { isScreen: process.stdout.isTTY }),
    stopped: () => (stopped ??= waitForStop()),
    readSecret: (prompt) => (process.stdin.isTTY ? askHidden(prompt) : readPiped()),
    ask,
  };
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE" && error.code !== "ERR_STREAM_DESTROYED") throw error;
}

/** Only a command that asks is told of signals; the others end by them as any program does. */
function waitForStop(): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      // A second Ctrl-C ends at once what does not end by itself.
      for (const signal of END_SIGNALS) process.off(signal, stop);
      if (attached) process.stdin.off("end", stop).off("close", stop).unref();
      resolve();
    };
    const attached = process.env["SIGNALBOX_ATTACHED"] === "1";
    for (const signal of END_SIGNALS) process.on(signal, stop);
    // The parent holds the other end: when it is gone, however it went, so is the reason to run.
    if (attached) process.stdin.on("end", stop).on("close", stop).resume();
  });
}

/** All of standard input; one line end at its end is the shell's, not the value's. */
async function readPiped(): Promise<string> {
  return (await text(process.stdin)).replace(/\r?\n$/, "");
}

async function askHidden(prompt: string): Promise<string> {
  const nowhere = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  process.stderr.write(`${prompt}: `);
  try {
    return await askOn(nowhere, "");
  } finally {
    process.stderr.write("\n");
  }
}

async function ask(prompt: string): Promise<string> {
  if (!process.stdin.isTTY) throw new StalledError(`nobody is there to be asked for ${prompt}; see --help`);
  return (await askOn(process.stderr, `${prompt}: `)).trim();
}

async function askOn(echo: Writable, prompt: string): Promise<string> {
  const line = createInterface({ input: process.stdin, output: echo, terminal: true });
  const cancelled = new Promise<never>((_resolve, reject) => {
    const cancel = (): void => {
      reject(new StalledError("cancelled; nothing was changed"));
    };
    line.on("SIGINT", cancel).on("close", cancel);
  });
  try {
    return await Promise.race([line.question(prompt), cancelled]);
  } finally {
    line.close();
  }
}
