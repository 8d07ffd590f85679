// Who pushed what to the forks of pull requests, as events told it: GitHub keeps no record of it that could be read later.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Account, ForkPush } from "../handlers/ports.ts";
import { createDurableNotes, readJson } from "./durable-file.ts";
import { toSha } from "./github-repo.ts";

export interface ForkPushes {
  /** Resolves when it is on the disk. */
  note(pull: number, push: ForkPush): Promise<void>;
  /** Oldest first. */
  of(pull: number): readonly ForkPush[];
}

const FILE = "fork-pushes.json";
/** Pull requests, the oldest going first. */
const KEPT = 10_000;
/** Of one pull request. What is forgotten makes its commits nobody's. */
const PUSHES_KEPT = 1_000;

/** @param folder of this Signalbox's data; made where it is missing. Throws where the file there cannot be read. */
export async function openForkPushes(folder: string): Promise<ForkPushes> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, FILE);
  let known = pushesIn(await readJson(path), path);
  const keep = createDurableNotes(path, () => Object.fromEntries(known));
  return {
    note: (pull, push) => {
      const pushes = known.get(String(pull)) ?? [];
      // GitHub delivers twice now and then.
      if (!pushes.some((one) => isSame(one, push))) {
        const rest = [...known].filter(([number]) => number !== String(pull));
        known = new Map([...rest, [String(pull), [...pushes, push].slice(-PUSHES_KEPT)] as const].slice(-KEPT));
      }
      return keep();
    },
    of: (pull) => known.get(String(pull)) ?? [],
  };
}

function isSame(a: ForkPush, b: ForkPush): boolean {
  return a.before === b.before && a.after === b.after && a.by.id === b.by.id;
}

function pushesIn(content: unknown, path: string): ReadonlyMap<string, readonly ForkPush[]> {
  if (content === null) return new Map();
  if (typeof content !== "object") throw new Error(`${path} holds no pushes; move it away to go on without them`);
  return new Map(
    Object.entries(content).map(([pull, pushes]): [string, readonly ForkPush[]] => [
      pull,
      (Array.isArray(pushes) ? pushes : []).flatMap(pushIn),
    ]),
  );
}

function pushIn(entry: unknown): readonly ForkPush[] {
  if (typeof entry !== "object" || entry === null) return [];
  if (!("before" in entry && "after" in entry && "by" in entry)) return [];
  const { before, after } = entry;
  const by = accountIn(entry.by);
  if ((before !== null && typeof before !== "string") || typeof after !== "string") return [];
  return by === null ? [] : [{ before: before === null ? null : toSha(before), after: toSha(after), by }];
}

function accountIn(entry: unknown): Account | null {
  if (typeof entry !== "object" || entry === null || !("login" in entry && "id" in entry)) return null;
  const { login, id } = entry;
  return typeof login === "string" && typeof id === "number" ? { login, id } : null;
}
