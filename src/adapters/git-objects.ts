// Reads objects through one kept `git cat-file --batch-command`: starting git for each of them would cost 30 times as much.
// simple-git cannot keep a process, so this one is started here, in the same environment.
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { Socket } from "node:net";
import { gitEnvironment, type GitFolder } from "./git-command.ts";

export interface ObjectHeader {
  readonly type: string;
  readonly size: number;
}

export interface GitObjects {
  /** null: no such object here. */
  header(id: string): Promise<ObjectHeader | null>;
  /** null: no such object here. */
  content(id: string): Promise<(ObjectHeader & { readonly bytes: Buffer }) | null>;
  /**
   * Id of the commit that a ref points at, as it is now; null: there is no such ref.
   * @param ref a full name, checked by the caller
   */
  commitAt(ref: string): Promise<string | null>;
  close(): Promise<void>;
}

type Answer = (ObjectHeader & { readonly id: string; readonly bytes: Buffer }) | null;

interface Question {
  readonly wantsContent: boolean;
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

const OBJECT_ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

export function isObjectId(text: string): boolean {
  return OBJECT_ID.test(text);
}

export function checkedId(id: string): string {
  if (!isObjectId(id)) throw new TypeError("a commit id of 40 or 64 lower-case hex digits is needed");
  return id;
}

/** Objects that are not there are looked up anew each time: a fetch may have brought them. */
export function createGitObjects(at: GitFolder): GitObjects {
  let running: Conversation | null = null;
  const askAbout = (command: "info" | "contents", id: string): Promise<Answer> => {
    if (!isObjectId(id)) {
      return Promise.reject(new TypeError("an object id of 40 or 64 lower-case hex digits is needed"));
    }
    return ask(command, id);
  };
  const ask = (command: "info" | "contents", name: string): Promise<Answer> => {
    if (running === null || running.ended()) running = startConversation(at);
    return running.ask(command, name);
  };
  return {
    header: (id) => askAbout("info", id),
    content: (id) => askAbout("contents", id),
    commitAt: async (ref) => (await ask("info", `${ref}^{commit}`))?.id ?? null,
    close: async () => {
      await running?.end();
      running = null;
    },
  };
}

interface Conversation {
  ask(command: "info" | "contents", name: string): Promise<Answer>;
  ended(): boolean;
  end(): Promise<void>;
}

function startConversation(at: GitFolder): Conversation {
  const child = spawn("git", ["cat-file", "--batch-command"], { cwd: at.folder, env: gitEnvironment(at) });
  const waiting = createLine();
  const parse = createAnswerParser(waiting, () => letProcess(child, waiting.first() === undefined ? "unref" : "ref"));
  let stderr = "";
  let over = false;
  const closed = new Promise<void>((resolve) => {
    const fail = (reason: string): void => {
      over = true;
      for (let next = waiting.take(); next !== undefined; next = waiting.take()) next.reject(new Error(reason));
      resolve();
    };
    child.on("error", (error) => fail(`git cannot be started: ${error.message}`));
    child.on("close", () => fail(`git cat-file ended early: ${stderr.trim().slice(0, 500)}`));
  });
  child.stderr.on("data", (chunk: Buffer) => (stderr = (stderr + chunk.toString("utf8")).slice(-2000)));
  child.stdout.on("data", parse);
  // A write to a process that died is reported by its `close`; without a listener it would end ours.
  child.stdin.on("error", () => undefined);
  letProcess(child, "unref");
  return {
    ask: (command, name) =>
      new Promise((resolve, reject) => {
        waiting.add({ wantsContent: command === "contents", resolve, reject });
        letProcess(child, "ref");
        // What is asked in one turn goes in one write.
        if (child.stdin.writableCorked === 0) {
          child.stdin.cork();
          process.nextTick(() => child.stdin.uncork());
        }
        child.stdin.write(`${command} ${name}\n`);
      }),
    ended: () => over,
    end: async () => {
      letProcess(child, "ref");
      child.stdin.end();
      await closed;
    },
  };
}

/** An idle git (`unref`) must not keep a command-line run from ending; one that owes an answer (`ref`) must. */
function letProcess(child: ChildProcessWithoutNullStreams, verb: "ref" | "unref"): void {
  child[verb]();
  // The pipes of a child are sockets, though their type does not say so.
  for (const stream of [child.stdin, child.stdout, child.stderr]) if (stream instanceof Socket) stream[verb]();
}

/** Questions in the order in which git answers them. */
interface Line {
  add(question: Question): void;
  first(): Question | undefined;
  take(): Question | undefined;
}

/** Moving all that wait at each answer, as an array's `shift` does, would take minutes of a hostile tree. */
function createLine(): Line {
  let questions: Question[] = [];
  let taken = 0;
  return {
    add: (question) => void questions.push(question),
    first: () => questions[taken],
    take: () => {
      const question = questions[taken];
      if (question === undefined) return undefined;
      taken += 1;
      if (taken * 2 > questions.length) {
        questions = questions.slice(taken);
        taken = 0;
      }
      return question;
    },
  };
}

/** Cuts the stream into answers: a header line, and where content was asked for, that many bytes and a line end. */
function createAnswerParser(waiting: Line, onAnswer: () => void): (chunk: Buffer) => void {
  let chunks: Uint8Array[] = [];
  let length = 0;
  let needed = 1;
  let header: FoundHeader | null = null;
  const take = (buffer: Buffer): Buffer | null => {
    const question = waiting.first();
    if (question === undefined) return null;
    if (header === null) {
      const end = buffer.indexOf(10);
      if (end < 0) return null;
      const parsed = parseHeader(buffer.toString("latin1", 0, end));
      if (parsed !== null && question.wantsContent) header = parsed;
      else settle(question, parsed === null ? null : { ...parsed, bytes: Buffer.alloc(0) });
      return buffer.subarray(end + 1);
    }
    if (buffer.length <= header.size) {
      needed = header.size + 1;
      return null;
    }
    // A copy: a slice would keep the whole chunk in memory for as long as the object is cached.
    settle(question, { ...header, bytes: Buffer.from(buffer.subarray(0, header.size)) });
    const rest = buffer.subarray(header.size + 1);
    header = null;
    return rest;
  };
  const settle = (question: Question, answer: Answer): void => {
    waiting.take();
    question.resolve(answer);
  };
  return (chunk) => {
    chunks.push(chunk);
    length += chunk.length;
    if (length < needed) return;
    let buffer: Buffer = Buffer.concat(chunks, length);
    needed = 1;
    for (let rest = take(buffer); rest !== null; rest = take(buffer)) buffer = rest;
    chunks = buffer.length === 0 ? [] : [buffer];
    length = buffer.length;
    onAnswer();
  };
}

interface FoundHeader extends ObjectHeader {
  readonly id: string;
}

/** `<id> <type> <size>`, or `<name> missing`. */
function parseHeader(line: string): FoundHeader | null {
  const match = /^([0-9a-f]+) (commit|tree|blob|tag) (\d+)$/.exec(line);
  return match === null ? null : { id: match[1] ?? "", type: match[2] ?? "", size: Number(match[3]) };
}
