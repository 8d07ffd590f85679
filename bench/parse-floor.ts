// The floor of reading a config repo: every blob once through one `git cat-file --batch`, and each parsed once, with the places of
// all that stands in it, by the same YAML library on workers that are kept.
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { run } from "./config-repo.ts";

const BATCH_BYTES = 256 * 1024;

export interface ParseFloor {
  /** Parses every distinct blob of the commit. @returns how many */
  parseAll(repo: string, commit: string): Promise<number>;
  close(): Promise<void>;
}

export function openParseFloor(): ParseFloor {
  const workers = Array.from(
    { length: availableParallelism() },
    () => new Worker(new URL("./parse-floor-worker.js", import.meta.url)),
  );
  return {
    parseAll: async (repo, commit) => {
      const listed = await run(repo, ["ls-tree", "-r", "-z", "--format=%(objectname)", commit]);
      const blobs = [...new Set(listed.split("\0").filter((id) => id !== ""))];
      await parseBlobs(workers, repo, blobs);
      return blobs.length;
    },
    close: async () => {
      for (const worker of workers) await worker.terminate();
    },
  };
}

async function parseBlobs(workers: readonly Worker[], repo: string, blobs: readonly string[]): Promise<void> {
  const git = spawn("git", ["cat-file", "--batch"], { cwd: repo, stdio: ["pipe", "pipe", "inherit"] });
  git.stdin.end(blobs.map((id) => `${id}\n`).join(""));
  const answered = workers.map((worker) => countAnswers(worker));
  const asked = workers.map(() => 0);
  let turn = 0;
  const send = (texts: readonly string[]): void => {
    const index = turn % workers.length;
    turn += 1;
    asked[index] = (asked[index] ?? 0) + 1;
    workers[index]?.postMessage(texts);
  };
  let texts: string[] = [];
  let bytes = 0;
  for await (const text of blobTexts(git.stdout)) {
    texts.push(text);
    bytes += text.length;
    if (bytes < BATCH_BYTES) continue;
    send(texts);
    texts = [];
    bytes = 0;
  }
  send(texts);
  await Promise.all(answered.map((until, index) => until(asked[index] ?? 0)));
}

/** One listener for all answers of a worker: of several that wait for the next message, the first message ends each. */
function countAnswers(worker: Worker): (count: number) => Promise<void> {
  let seen = 0;
  let check = (): void => undefined;
  const listen = (): void => {
    seen += 1;
    check();
  };
  worker.on("message", listen);
  return (count) =>
    new Promise((resolve) => {
      check = () => {
        if (seen < count) return;
        worker.off("message", listen);
        resolve();
      };
      check();
    });
}

/** Cuts `<id> blob <size>`, content and line end, over and over. */
async function* blobTexts(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let buffer: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    buffer = Buffer.concat([buffer, chunk]);
    for (;;) {
      const end = buffer.indexOf(10);
      const size = end < 0 ? Number.POSITIVE_INFINITY : Number(buffer.toString("latin1", 0, end).split(" ")[2]);
      if (buffer.length < end + size + 2) break;
      yield buffer.toString("utf8", end + 1, end + 1 + size);
      buffer = buffer.subarray(end + size + 2);
    }
  }
}
