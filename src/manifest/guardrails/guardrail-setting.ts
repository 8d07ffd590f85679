// What signalbox.yml says of a guardrail, and how a fault that it finds is said.
import { digestOf, errorAt, FILE_START, inFile, type Position } from "../findings.ts";
import type { BuiltInGuardrail, Guardrail } from "../guardrail.ts";
import { readYaml } from "../read-yaml.ts";
import type { FindingRule } from "../rule-names.ts";
import { matchesSelector } from "../selector.ts";
import type { Finding, Manifest } from "../types.ts";
import { entryOffsetAt } from "../yaml-tree.ts";
import type { GuardrailFault } from "./built-in.ts";

const ALL = { kind: "all" } as const;

/** Where signalbox.yml says nothing of it: on everything, as a warning, or off. */
export function settingOf(guardrails: readonly Guardrail[], name: BuiltInGuardrail): Guardrail {
  const level = name === "dangerous-parameter" ? "warning" : name === "no-plaintext-secret" ? "error" : null;
  const unsaid = { name, level, racks: ALL, apps: ALL, services: ALL, message: null, custom: null, line: 1 } as const;
  return guardrails.find((one) => one.name === name) ?? unsaid;
}

export function holdsOfRack({ level, racks }: Guardrail, rack: string): boolean {
  return level !== null && matchesSelector(racks, rack);
}

export function holdsOfApp(said: Guardrail, { rack, name }: { readonly rack: string; readonly name: string }): boolean {
  return holdsOfRack(said, rack) && matchesSelector(said.apps, name);
}

/** The file is read again for the exact place, but only where there is something to show there. */
export function placesIn({ text }: Manifest): (fault: GuardrailFault) => Position {
  const { root, positionAt } = readYaml(text, "convox");
  return ({ path }) => (root === null ? FILE_START : positionAt(entryOffsetAt(root, path)));
}

export interface Place {
  readonly file: string;
  readonly at: Position;
}

export interface Met {
  readonly fault: GuardrailFault;
  readonly said: Guardrail;
  readonly rule: FindingRule;
}

export function guardrailFinding({ fault, said, rule }: Met, { file, at }: Place): Finding {
  const { message, hint, about } = fault;
  const words = said.message === null ? message : `${said.message.replace(/[.:]$/, "")}: ${message}`;
  const local = errorAt(at, { rule, message: words, hint });
  return inFile(file, { ...local, level: said.level ?? "error", about: digestOf(about) });
}
