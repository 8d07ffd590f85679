import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { plant } from "./scratch.ts";
import type { GateRun, Scratch } from "./scratch.ts";

/** Of ESLint's JSON what is read here. */
interface LintedFile {
  readonly filePath: string;
  readonly messages: readonly { readonly ruleId: string | null; readonly message: string }[];
}

const lines = (count: number): string => Array.from({ length: count }, (_, at) => `  use(${String(at)});\n`).join("");
const use = "declare function use(value: unknown): void;\n";

/** Each breach: what it is, the rule that must find it, where, and the text. */
const breaches: readonly (readonly [string, string, string, string])[] = [
  [
    "a floating promise",
    "@typescript-eslint/no-floating-promises",
    "src/adapters",
    "declare function send(): Promise<void>;\nexport function go(): void {\n  send();\n}\n",
  ],
  [
    "a switch that forgets a member",
    "@typescript-eslint/switch-exhaustiveness-check",
    "src/rbac",
    'export function rank(outcome: "ready" | "blocked"): number {\n  switch (outcome) {\n    case "ready":\n      return 1;\n  }\n  return 0;\n}\n',
  ],
  [
    "a switch over any text without a default",
    "@typescript-eslint/switch-exhaustiveness-check",
    "src/rbac",
    'export function rank(outcome: string): number {\n  switch (outcome) {\n    case "ready":\n      return 1;\n  }\n  return 0;\n}\n',
  ],
  [
    "a non-null assertion",
    "@typescript-eslint/no-non-null-assertion",
    "src/manifest",
    "export function first(list: readonly string[]): string {\n  return list[0]!;\n}\n",
  ],
  ["any", "@typescript-eslint/no-explicit-any", "src/adapters", "export type Anything = any;\n"],
  [
    "what an untyped value leads to",
    "@typescript-eslint/no-unsafe-return",
    "src/adapters",
    "export function read(text: string): string {\n  return JSON.parse(text);\n}\n",
  ],
  [
    "an export without its type",
    "@typescript-eslint/explicit-module-boundary-types",
    "src/render",
    "export function twice(x: number) {\n  return x * 2;\n}\n",
  ],
  [
    "five parameters",
    "@typescript-eslint/max-params",
    "src/render",
    "export function f(a: number, b: number, c: number, d: number, e: number): number {\n  return a + b + c + d + e;\n}\n",
  ],
  [
    "a function of 71 lines",
    "max-lines-per-function",
    "src/render",
    `${use}export function f(): void {\n${lines(69)}}\n`,
  ],
  ["a file of 401 lines", "max-lines", "src/render", "// x\n".repeat(401)],
  ["a file of 401 lines", "max-lines", "test", "// x\n".repeat(401)],
  [
    "four levels of nesting",
    "max-depth",
    "src/render",
    `${use}export function f(n: number): void {\n  if (n > 1) {\n    if (n > 2) {\n      if (n > 3) {\n        if (n > 4) use(n);\n      }\n    }\n  }\n}\n`,
  ],
  [
    "sixteen ways through a function",
    "complexity",
    "src/render",
    `${use}export function f(n: number): void {\n${Array.from({ length: 15 }, (_, at) => `  if (n === ${String(at)}) use(n);\n`).join("")}}\n`,
  ],
  ["console", "no-console", "src/commands", 'console.log("x");\n'],
  ["console", "no-console", "test", 'console.log("x");\n'],
  [
    "a comparison that converts",
    "eqeqeq",
    "src/rbac",
    "export const same = (a: string | null): boolean => a == null;\n",
  ],
  ["a class that is no error", "no-restricted-syntax", "src/render", "export class Table {\n  rows = 1;\n}\n"],
  [
    "a name that says nothing",
    "no-restricted-syntax",
    "src/render",
    "export class TableManagerError extends Error {}\nexport const tableHelper = 1;\n",
  ],
  [
    "an empty catch",
    "no-restricted-syntax",
    "src/adapters",
    "declare function send(): void;\nexport function go(): void {\n  try {\n    send();\n  } catch {\n    // whatever\n  }\n}\n",
  ],
  [
    "a double cast",
    "no-restricted-syntax",
    "src/adapters",
    "export const f = (x: string): number => x as unknown as number;\n",
  ],
  ["a barrel", "no-restricted-syntax", "src/adapters", 'export * from "./any.ts";\n'],
  ["a default export", "no-restricted-syntax", "src/adapters", "export default 1;\n"],
  [
    "a boolean parameter",
    "no-restricted-syntax",
    "src/adapters",
    "export const f = (loud: boolean): number => Number(loud);\n",
  ],
  [
    "the environment, read inside",
    "no-restricted-syntax",
    "src/adapters",
    'export const port = process.env["PORT"];\n',
  ],
  ["the end of the process, inside", "no-restricted-syntax", "src/simulators", "process.exit(1);\n"],
  [
    "the process by import",
    "no-restricted-syntax",
    "src/handlers",
    'import { env } from "node:process";\nexport const port = env["PORT"];\n',
  ],
  [
    "the clock where things are decided",
    "no-restricted-syntax",
    "src/rbac",
    "export const now = (): number => Date.now();\n",
  ],
  [
    "the clock where things are decided",
    "no-restricted-syntax",
    "src/ledger",
    "export const now = (): Date => new Date();\n",
  ],
  [
    "chance where things are decided",
    "no-restricted-syntax",
    "src/reconcile",
    "export const chance = (): number => Math.random();\n",
  ],
  [
    "chance from crypto where things are decided",
    "no-restricted-imports",
    "src/manifest",
    'import { randomUUID } from "node:crypto";\nexport const id = (): string => randomUUID();\n',
  ],
  ["the process where things are decided", "no-restricted-globals", "src/secrets", "export const pid = process.pid;\n"],
  ["a timer where things are decided", "no-restricted-globals", "src/manifest", `${use}setTimeout(() => use(1), 1);\n`],
  ["the network where things are decided", "no-restricted-globals", "src/handlers", 'await fetch("http://a.test");\n'],
  [
    "a disabled rule that was not needed",
    "null",
    "src/render",
    "// eslint-disable-next-line eqeqeq -- no reason\nexport const x = 1;\n",
  ],
];

/** What looks like a breach and is none. */
const allowed: readonly (readonly [string, string, string])[] = [
  ["the environment in a command", "src/commands", 'export const port = process.env["PORT"];\n'],
  ["a timer in an adapter", "src/adapters", `${use}setTimeout(() => use(Date.now()), 1);\n`],
  [
    "a digest where things are decided",
    "src/ledger",
    'import { createHash } from "node:crypto";\nexport const hash = (): string => createHash("sha256").digest("hex");\n',
  ],
  [
    "a given time where things are decided",
    "src/rbac",
    "export const year = (at: string): number => new Date(at).getUTCFullYear();\n",
  ],
  ["an error of our own", "src/adapters", "export class RefusedError extends Error {}\n"],
  ["a long function in a test", "test", `${use}export function f(): void {\n${lines(100)}}\n`],
];

const pathOf = (folder: string, at: number, kind: string): string => `${folder}/${kind}-${String(at)}.ts`;

describe("the linter", () => {
  let scratch: Scratch;
  let run: GateRun;
  const found = new Map<string, readonly string[]>();

  beforeAll(() => {
    const files = [
      ...breaches.map(([, , folder, text], at): [string, string] => [pathOf(folder, at, "breach"), text]),
      ...allowed.map(([, folder, text], at): [string, string] => [pathOf(folder, at, "allowed"), text]),
    ];
    scratch = plant(Object.fromEntries(files));
    run = scratch.run("lint", "--format", "json");
    for (const { filePath, messages } of JSON.parse(run.stdout) as readonly LintedFile[]) {
      const path = files.find(([planted]) => filePath.replaceAll("\\", "/").endsWith(`/${planted}`))?.[0];
      if (path !== undefined) found.set(path, [...new Set(messages.map(({ ruleId }) => String(ruleId)))]);
    }
  });
  afterAll(() => scratch.remove());

  it("fails the gate", () => {
    expect(run.status).toBe(1);
  });

  it.each(breaches.map(([what, rule, folder], at) => ({ what, rule, folder, at })))(
    "finds $what in $folder ($rule)",
    ({ rule, folder, at }) => {
      expect(found.get(pathOf(folder, at, "breach"))).toEqual([rule]);
    },
  );

  it.each(allowed.map(([what, folder], at) => ({ what, folder, at })))("lets $what be", ({ folder, at }) => {
    expect(found.get(pathOf(folder, at, "allowed"))).toEqual([]);
  });
});
