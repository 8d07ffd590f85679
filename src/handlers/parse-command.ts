// What a comment asks of Signalbox: its first line alone, from its first character, in plain ASCII.

export type Command =
  | { readonly kind: "help" | "plan" | "explain" }
  /** `target`: one rack, or one app on it, as it is written; null: all that failed. */
  | { readonly kind: "retry"; readonly target: string | null }
  /** Known by name, and not here yet. */
  | { readonly kind: "later"; readonly name: "rollback" | "release" }
  | { readonly kind: "unknown" };

const LINE_CHARACTERS = 200;
const COMMAND = /^\/signalbox(?:[ \t]+([\x21-\x7e]+(?:[ \t]+[\x21-\x7e]+)*))?[ \t]*$/;
const TARGET = /^[a-z][a-z0-9-]*(\/[a-z][a-z0-9-]*)?$/;

/** null: no command, but something that people say to each other. */
export function parseCommand(body: string): Command | null {
  const [line = ""] = body.split(/\r?\n/, 1);
  const match = line.length > LINE_CHARACTERS ? null : COMMAND.exec(line);
  if (match === null) return null;
  const [verb = "", ...words] = (match[1] ?? "").split(/[ \t]+/);
  if (verb === "rollback" || verb === "release") return { kind: "later", name: verb };
  if (verb === "retry") return retryOf(words);
  const known = SIMPLE.find((name) => name === verb);
  return known === undefined || words.length > 0 ? { kind: "unknown" } : { kind: known };
}

const SIMPLE = ["help", "plan", "explain"] as const;

function retryOf([target, ...more]: readonly string[]): Command {
  if (target === undefined) return { kind: "retry", target: null };
  return more.length === 0 && TARGET.test(target) ? { kind: "retry", target } : { kind: "unknown" };
}
