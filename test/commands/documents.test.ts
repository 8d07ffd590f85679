import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { SERVE_VARIABLES } from "../../src/commands/serve-settings.ts";
import { run } from "./run-command.ts";

const text = (path: string): string => readFileSync(join(import.meta.dirname, "../..", path), "utf8");

describe("docs/settings.md", () => {
  it("has the table of settings as serve knows them", () => {
    const rows = SERVE_VARIABLES.map(({ name, required, default: fallback, meaning }) => {
      const without = required ? "**required**" : (fallback ?? "");
      return `| \`${name}\` | ${without} | ${meaning} |`;
    });
    const [ofServe = ""] = text("docs/settings.md").split("## For all commands");
    const table = ofServe
      .split("\n")
      .filter((line) => line.startsWith("| `"))
      .map((line) => line.replace(/ +\|/g, " |"));
    expect(table).toEqual(rows);
  });
});

describe("docs/cli.md", () => {
  const document = text("docs/cli.md");
  const headings = [...document.matchAll(/^## `signalbox ([a-z- ]+)`/gm)].map(([, command]) => command ?? "");

  it("has a section for every command", async () => {
    const commands: string[] = [];
    for (const name of await subcommands([])) {
      const below = await subcommands([name]);
      const isGroup = name === "simulate" || name === "env";
      commands.push(...(isGroup ? [] : [name]), ...below.map((sub) => `${name} ${sub}`));
    }
    expect(commands.length).toBeGreaterThan(10);
    expect([...headings].sort()).toEqual(commands.sort());
  });

  it("names only options that the command has", async () => {
    for (const section of document.split(/^## /m).slice(1)) {
      const command = /^`signalbox ([a-z- ]+)`/.exec(section)?.[1]?.split(" ");
      if (command === undefined) continue;
      const { out } = await run([...command, "--help"], { folder: "/" });
      const options = [...section.matchAll(/ (--[a-z-]+)/g)].map(([, option]) => option ?? "");
      expect(
        options.filter((option) => !out.includes(option)).map((option) => `${command.join(" ")} ${option}`),
      ).toEqual([]);
    }
  });
});

/** The commands that a command's help lists. */
async function subcommands(command: readonly string[]): Promise<readonly string[]> {
  const { out } = await run([...command, "--help"], { folder: "/" });
  const [, listed = ""] = out.split(/^(?:Run it|Commands):\n/m);
  const [before = ""] = listed.split(/^(?:Begin with|Examples|Exit status|Settings)/m);
  return [...before.matchAll(/^ {2}([a-z-]+) /gm)].map(([, name]) => name ?? "").filter((name) => name !== "help");
}
