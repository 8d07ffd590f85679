// Names that a reader takes for each other. They are ASCII by their patterns, so what is left is case and letters that look alike.
import { errorAt, FILE_START, inFile, type Fault } from "./findings.ts";
import type { Reader } from "./parsed-file.ts";
import type { Finding } from "./types.ts";
import type { Step } from "./yaml-tree.ts";

/** Equal for names that differ by case alone, or that look alike in some common typeface. */
function skeletonOf(name: string): string {
  return name.toLowerCase().replace(/[1i]/g, "l").replace(/0/g, "o").replace(/rn/g, "m").replace(/vv/g, "w");
}

export interface TakenName {
  readonly name: string;
  /** Who has it, to follow "found that of"; e.g. "the predefined role `Administrator`". */
  readonly holder: string;
}

/** null: nothing that is taken looks like it. `what`: e.g. "a role's name". */
function nameFault(name: string, what: string, taken: ReadonlyMap<string, TakenName>): Fault | null {
  const other = taken.get(skeletonOf(name));
  if (other === undefined) return null;
  if (other.name.toLowerCase() === name.toLowerCase()) {
    const butForCase = other.name === name ? "" : ", but for case";
    const message = `expected ${what} that is not taken, found that of ${other.holder}${butForCase}`;
    return { rule: "duplicate-name", message, hint: "rename it, or delete one" };
  }
  const message = `expected ${what} that looks like no other, found \`${name}\`, which looks like that of ${other.holder}`;
  return { rule: "look-alike-name", message, hint: "rename it: a reader takes one for the other" };
}

/** Adds the name, unless one that looks like it is there already. */
function take(taken: Map<string, TakenName>, one: TakenName): void {
  const key = skeletonOf(one.name);
  if (!taken.has(key)) taken.set(key, one);
}

/**
 * Rules of a list in signalbox.yml. `taken`: names that none may look like; `replaceable`: those that one may have, as it is,
 * and which it then replaces.
 */
export function reportLookAlikes(
  rules: readonly { readonly name: string }[],
  of: { readonly path: readonly Step[]; readonly taken?: readonly string[]; readonly replaceable?: readonly string[] },
  reader: Reader,
): void {
  const replaceable = of.replaceable ?? [];
  const defaults = namesTaken(replaceable, "the default rule");
  const taken = namesTaken(of.taken ?? [], "the built-in rule");
  rules.forEach(({ name }, index) => {
    if (!reader.isWhole([...of.path, index, "name"])) return;
    const ofDefault = replaceable.includes(name) ? null : nameFault(name, "a rule's name", defaults);
    const fault = nameFault(name, "a rule's name", taken) ?? ofDefault;
    if (fault !== null) reader.error([...of.path, index, "name"], fault);
    take(taken, { name, holder: `the rule \`${name}\`` });
  });
}

function namesTaken(names: readonly string[], what: string): Map<string, TakenName> {
  const taken = new Map<string, TakenName>();
  for (const name of names) take(taken, { name, holder: `${what} \`${name}\`` });
  return taken;
}

/** Files whose names are those of roles or keys, in the order of their paths. Whose name is refused is in the set. */
export function fileNameFindings(
  files: readonly { readonly path: string; readonly name: string }[],
  what: string,
  predefined: readonly TakenName[],
): { readonly findings: readonly Finding[]; readonly refused: ReadonlySet<string> } {
  const taken = new Map<string, TakenName>();
  for (const one of predefined) take(taken, one);
  const findings: Finding[] = [];
  const refused = new Set<string>();
  for (const { path, name } of files) {
    const fault = nameFault(name, what, taken);
    take(taken, { name, holder: path });
    if (fault === null) continue;
    findings.push(inFile(path, errorAt(FILE_START, fault)));
    refused.add(path);
  }
  return { findings, refused };
}
