// What a command may do to the terminal it runs in: a parameter, so that commands can be run by tests and by each other.
import type { Variables } from "./serve-settings.ts";

/** 0: fine; 1: found something; 2: could not do it. */
export type ExitStatus = 0 | 1 | 2;

export interface Terminal {
  /** Standard output: results. */
  write(text: string): void;
  /** Standard error: what is wrong with the call, hints. */
  complain(text: string): void;
  readonly variables: Variables;
  readonly folder: string;
  /** Standard output is a screen: what was on it may be cleared away. */
  readonly isScreen: boolean;
  /** Colour may be used on standard output. */
  readonly colour: boolean;
  /** Resolves when the process is asked to end (Ctrl-C, SIGTERM, or the end of a standard input that its parent holds). */
  stopped(): Promise<void>;
  /** All of standard input, or what is typed at a hidden prompt. */
  readSecret(prompt: string): Promise<string>;
  /** What is typed at a prompt. @throws StalledError where nobody is there to type */
  ask(prompt: string): Promise<string>;
}

export async function untilStopped(terminal: Terminal): Promise<void> {
  await terminal.stopped();
}
