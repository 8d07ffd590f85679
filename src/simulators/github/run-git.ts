/** Runs git as a child process. The only place of the simulator that starts one, besides git-http.ts. */
import { spawn } from "node:child_process";

export interface GitResult {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface Git {
  /** Stdout of a command that must succeed. @throws Error with git's own words otherwise. */
  text(args: readonly string[], input?: string | Buffer): Promise<string>;
  bytes(args: readonly string[]): Promise<Buffer>;
  /** For commands whose exit status is an answer. */
  attempt(args: readonly string[], input?: string | Buffer): Promise<GitResult>;
  /** Whether it prints more than so many bytes; it is stopped there. */
  saysMoreThan(args: readonly string[], bytes: number): Promise<boolean>;
}

/** @param gitDir the bare repository. */
export function createGit(gitDir: string): Git {
  const here = [`--git-dir=${gitDir}`, "-c", "core.quotePath=false"];
  const attempt = (args: readonly string[], input?: string | Buffer): Promise<GitResult> =>
    runGit([...here, ...args], input);
  const bytes = async (args: readonly string[], input?: string | Buffer): Promise<Buffer> => {
    const result = await attempt(args, input);
    if (result.status !== 0) throw new Error(`git ${args[0] ?? ""} failed: ${result.stderr.trim()}`);
    return result.stdout;
  };
  return {
    attempt,
    bytes,
    text: async (args, input) => (await bytes(args, input)).toString("utf8"),
    saysMoreThan: (args, most) => saysMoreThan([...here, ...args], most),
  };
}

function saysMoreThan(args: readonly string[], most: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn("git", args, { stdio: ["ignore", "pipe", "ignore"] });
    let bytes = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > most) child.kill("SIGKILL");
    });
    child.on("error", reject);
    child.on("close", () => {
      resolve(bytes > most);
    });
  });
}

export function runGit(args: readonly string[], input?: string | Buffer): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn("git", args, { stdio: ["pipe", "pipe", "pipe"] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.on("error", reject);
    // git may answer without reading its input to the end; what it then says by its exit status is the answer.
    child.stdin.on("error", () => undefined);
    child.on("close", (code) => {
      resolve({ status: code ?? 1, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString("utf8") });
    });
    child.stdin.end(input ?? "");
  });
}
