// The stage on which the day is played, over a running world: its people, what can be seen of it, and the executable they use.
import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Stage } from "./day.ts";
import { createOnlooker } from "./onlooker.ts";
import { createPerson, type Person } from "./people.ts";
import { NotAsToldError, until } from "./until.ts";
import type { World } from "./world.ts";

export interface OpenStage extends Stage {
  /** What `signalbox audit` shows in a clone, once the hold that ends the day is in it. */
  audit(): Promise<string>;
  /** What a command of signalbox says in a fresh clone. */
  signalbox(argv: readonly string[]): Promise<string>;
}

export interface StageOptions {
  /** How `signalbox` is run: `[node, dist/main.js]`. */
  readonly command: readonly string[];
  readonly tell: (line: string) => void;
}

export async function openStage(world: World, options: StageOptions): Promise<OpenStage> {
  const { github, people, racks } = world.info();
  const folder = join(world.folder, "clones");
  await mkdir(folder, { recursive: true });
  const person = (login: string): Person =>
    createPerson({ login, token: people[login]?.token ?? "", ...github, folder });
  const anybody = Object.values(people)[0]?.token ?? "";
  const control = new Map(Object.entries(racks).map(([name, rack]) => [name, rack.control]));
  const onlooker = createOnlooker({ api: github.api, token: anybody, repo: github.repo, racks: control });
  const reader = person(Object.keys(people)[0] ?? "");
  let clones = 0;
  const signalbox = async (argv: readonly string[]): Promise<string> => {
    clones += 1;
    const clone = await reader.branch(`reading-${String(clones)}`);
    return run([...options.command, ...argv], { folder: clone.folder, input: "" });
  };
  return {
    person,
    onlooker,
    tell: options.tell,
    seal: async (clone, { app, key, value }) => {
      await run([...options.command, "env", "set", app, key], { folder: clone.folder, input: value });
    },
    failNextPromotion: async (rack, app) => {
      const body = JSON.stringify({ app, outcome: "fail" });
      await fetch(`${control.get(rack) ?? ""}/promotions`, { method: "POST", body });
    },
    audit: () =>
      until("the ledger to tell of the hold", async () => {
        const audit = await signalbox(["audit"]);
        return /\bheld\b/.test(audit) ? { found: audit, seen: "" } : { seen: audit };
      }),
    signalbox,
  };
}

async function run(
  command: readonly string[],
  on: { readonly folder: string; readonly input: string },
): Promise<string> {
  const [program = "", ...argv] = command;
  const child = spawn(program, argv, { cwd: on.folder, stdio: ["pipe", "pipe", "pipe"] });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => output.push(text));
  }
  child.stdin.end(on.input);
  const status = await new Promise<number | null>((resolve) => child.once("close", resolve));
  if (status !== 0) {
    throw new NotAsToldError(
      `expected ${argv.join(" ")} to end with 0; it ended with ${String(status)}: ${output.join("")}`,
    );
  }
  return output.join("");
}
