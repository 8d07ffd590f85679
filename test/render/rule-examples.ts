// The examples of docs/rules.md as trees. Their notation is explained at the top of that file.
import { aTree } from "../manifest/a-tree.ts";
import type { RepoFile, RepoTree } from "../../src/manifest/types.ts";

export interface RuleExample {
  readonly kind: "Bad" | "Good";
  /** Another rule that a bad example cannot do without. */
  readonly beside: string | null;
  readonly tree: RepoTree;
}

const LEAD = /^(?:(Bad|Good)(?: \(beside ([a-z-]+)\))?|and), (without )?`([^`]+)`(?: ([a-z0-9 ]+))?[:.]$/;

export function examplesOf(page: string): readonly RuleExample[] {
  const examples: { kind: "Bad" | "Good"; beside: string | null; files: Map<string, RepoFile | null> }[] = [];
  const lines = page.split("\n");
  lines.forEach((line, index) => {
    const lead = LEAD.exec(line);
    if (lead === null) return;
    const [, kind, beside = null, without, path = "", how] = lead;
    if (kind === "Bad" || kind === "Good") examples.push({ kind, beside, files: new Map() });
    const files = examples.at(-1)?.files;
    if (files === undefined) throw new Error(`no example for \`${line}\` to go on`);
    const file = without === undefined ? aRepoFile(spell(path), blockBelow(lines, index), how) : null;
    files.set(spell(path), file);
  });
  return examples.map(({ kind, beside, files }) => ({ kind, beside, tree: laidOver(files) }));
}

/** Blocks of YAML or text that no line says the place of: they would be tested by nothing. */
export function strayBlocks(page: string): readonly string[] {
  const lines = page.split("\n");
  return lines.filter((line, index) => /^```(yaml|text)/.test(line) && !LEAD.test(lines[index - 2] ?? ""));
}

function blockBelow(lines: readonly string[], lead: number): string {
  const start = lead + 3;
  const end = lines.indexOf("```", start);
  if (!/^```(yaml|text)$/.test(lines[lead + 2] ?? "") || end < 0) throw new Error(`no block below \`${lines[lead]}\``);
  return lines.slice(start, end).join("\n");
}

function spell(text: string): string {
  return text
    .replace(/<U\+([0-9A-F]+)>/g, (_, code: string) => String.fromCodePoint(parseInt(code, 16)))
    .replace(/<([^<>]+?) × (\d+)>/g, (_, part: string, times: string) =>
      Array.from({ length: Number(times) }, (__, count) => part.replace(/#/g, String(count))).join(""),
    )
    .replace(/⏎/g, "\n");
}

const MODES: Readonly<Record<string, string>> = { "as a symbolic link": "120000", "as a submodule": "160000" };

function aRepoFile(path: string, block: string, how = "of mode 100644"): RepoFile {
  const mode = MODES[how] ?? /^of mode (\d{6})$/.exec(how)?.[1];
  if (mode === undefined) throw new Error(`no file is ${how}`);
  const isText = !/<byte [0-9A-F]{2}>/.test(block);
  const text = `${spell(block)}\n`;
  return { path, mode, blob: `${path}:${text}`, text: isText ? text : null, size: Buffer.byteLength(text) };
}

function laidOver(files: ReadonlyMap<string, RepoFile | null>): RepoTree {
  const tree = new Map(aTree());
  for (const [path, file] of files) {
    if (file === null) tree.delete(path);
    else tree.set(path, file);
  }
  return tree;
}
