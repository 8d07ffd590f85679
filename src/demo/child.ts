// A process of the world: started, heard of, started again when it dies, and gone when the world ends.
import { spawn, type ChildProcess } from "node:child_process";

export interface ChildOptions {
  /** Program and arguments. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Every line that it writes. */
  onLine(line: string): void;
  /** Called whenever it was started again. */
  onRestart?(): void;
  /** Started again this long after it died; absent: it is not. */
  readonly restartAfterMs?: number;
}

export interface Child {
  pid(): number;
  kill(signal: NodeJS.Signals): void;
  /** Asks it to end; after a grace it is killed. */
  close(): Promise<void>;
}

const GRACE_MS = 5_000;

export function startChild(options: ChildOptions): Child {
  let closing = false;
  let child = start(options);
  const watch = (): void => {
    child.once("exit", () => {
      const { restartAfterMs } = options;
      if (closing || restartAfterMs === undefined) return;
      setTimeout(() => {
        if (closing) return;
        child = start(options);
        options.onRestart?.();
        watch();
      }, restartAfterMs);
    });
  };
  watch();
  return {
    pid: () => child.pid ?? 0,
    kill: (signal) => void child.kill(signal),
    close: async () => {
      closing = true;
      await end(child);
    },
  };
}

function start(options: ChildOptions): ChildProcess {
  const [program = "", ...argv] = options.command;
  // Standard input stays open for as long as this process lives: its end tells the child to go, whatever killed us.
  const child = spawn(program, argv, { env: options.environment, stdio: ["pipe", "pipe", "pipe"] });
  for (const stream of [child.stdout, child.stderr]) eachLine(stream, (line) => options.onLine(line));
  return child;
}

function eachLine(stream: NodeJS.ReadableStream, take: (line: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(take);
  });
  stream.on("end", () => {
    if (rest !== "") take(rest);
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGTERM");
  const timer = setTimeout(() => void child.kill("SIGKILL"), GRACE_MS);
  await gone;
  clearTimeout(timer);
}
