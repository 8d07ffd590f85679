// The line that a finding stands on, fit to be printed: what may be a secret left out, a long one cut, its columns kept.
import stringWidth from "string-width";
import { fileKindOf, type FileKind } from "../manifest/repo-paths.ts";
import type { FindingRule, RuleName } from "../manifest/rule-names.ts";
import type { Finding } from "../manifest/types.ts";
import { visibleInPlace } from "./visible.ts";

export interface SourceLine {
  readonly text: string;
  /** Columns of a terminal before the place that is meant. */
  readonly before: number;
  /** Columns that are meant, at least 1. */
  readonly width: number;
}

const SHOWN_CHARACTERS = 110;

/** These say something of the file, or of the pull request, not of a line. */
const OF_NO_LINE: ReadonlySet<FindingRule> = new Set<RuleName>([
  "bad-path",
  "empty-file",
  "file-mode",
  "file-too-large",
  "last-administrator",
  "merge-conflict",
  "missing-file",
  "not-used-yet",
  "not-utf8",
  "submodule",
  "symlink",
  "unattributed-commit",
  "unknown-file",
]);

/** These mean a place where something is missing or begins, not the word that stands there. */
const OF_A_PLACE: ReadonlySet<FindingRule> = new Set<RuleName>([
  "hash-or-oidc",
  "missing-key",
  "more-findings",
  "one-build",
  "one-requirement",
  "test-form",
  "unknown-subject",
  "yaml-syntax",
]);

export interface SourceOptions {
  /** Of the whole file. */
  readonly text: string;
  /** A secret was found on this line: then no value of it is shown, whatever the file. */
  readonly holdsSecret: boolean;
}

/** null: nothing of it may or need be shown. */
export function sourceLineOf(
  { file, line, column, rule }: Finding,
  { text, holdsSecret }: SourceOptions,
): SourceLine | null {
  const kind = fileKindOf(file);
  // What names a file wrongly is said of the file, at its beginning.
  const isOfFile = (rule === "bad-name" || rule === "duplicate-name") && line === 1 && column === 1;
  if (kind === null || isOfFile || OF_NO_LINE.has(rule)) return null;
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/);
  const whole = lines[line - 1];
  if (whole === undefined || whole.trim() === "") return null;
  const shown = withoutSecrets(lines, line - 1, holdsSecret ? NO_KEYS : OPEN_KEYS[kind]).trimEnd();
  const start = Math.min(column - 1, shown.length);
  const length = OF_A_PLACE.has(rule) ? 1 : tokenLength(shown, start);
  return cut(shown, start, length);
}

/** A quoted text, or a plain one up to what ends it within a line. */
const TOKEN = /"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|(?:[^\s,[\]{}:#"']|:(?=[^\s,[\]{}])| +(?=[^\s,[\]{}:#]))+/y;

function tokenLength(line: string, start: number): number {
  TOKEN.lastIndex = start;
  return Math.max(1, TOKEN.exec(line)?.[0].length ?? 1);
}

/** A long line is shown around the place that is meant. */
function cut(line: string, start: number, length: number): SourceLine {
  const from = start + length <= SHOWN_CHARACTERS ? 0 : Math.max(0, start - SHOWN_CHARACTERS / 2);
  const to = from + SHOWN_CHARACTERS;
  const lead = from > 0 ? "…" : "";
  const part = (begin: number, end: number): string => printed(line.slice(begin, Math.min(end, to)));
  const before = lead + part(from, start);
  const meant = part(start, start + length);
  const text = before + meant + part(start + length, to) + (line.length > to ? "…" : "");
  return { text, before: stringWidth(before), width: Math.max(1, stringWidth(meant)) };
}

function printed(text: string): string {
  return visibleInPlace(text.replace(/\t/g, "    "));
}

const NO_KEYS: ReadonlySet<string> = new Set();

/** Keys whose values are no secrets, by kind of file; null: nothing in such a file is one. */
const OPEN_KEYS: Readonly<Record<FileKind, ReadonlySet<string> | null>> = {
  settings: null,
  role: null,
  bindings: null,
  tests: null,
  app: null,
  environment: NO_KEYS,
  "deploy-key": new Set("apps commands description expires oidc racks ref repository role".split(" ")),
  rack: new Set("mode production reason recipients suspend until user version".split(" ")),
  manifest: new Set(
    (
      "agent balancers count cpu deployment domain drain gpu grace health image init internal internalRouter interval " +
      "limit max maximum memory min minimum path port ports privileged protocol resources runAsUser scale schedule " +
      "scheme service services singleton sticky termination threshold timeout timers type volumes whitelist"
    ).split(" "),
  ),
};
/** Below these of convox.yml anything may be a secret. */
const SECRET_BELOW =
  /^(environment|imagePullSecrets|configs|options|command|params|budget|args|annotations|ingressAnnotations)$/;

/**
 * Output ends up in logs of CI, and what was meant to be sealed and was not stands in these files. Of a line that may hold it
 * there is left what leads to the value, its key at most.
 */
function withoutSecrets(lines: readonly string[], index: number, open: ReadonlySet<string> | null): string {
  const line = lines[index] ?? "";
  if (open === null) return line;
  const lead = /^\s*(?:- +)*(?:[A-Za-z_][\w.-]*:(?=\s|$) ?)?/.exec(line)?.[0] ?? "";
  const above = keysAbove(lines, index);
  const keys = keysIn(line);
  const own = keys.length > 0 ? keys : above.slice(0, 1);
  const isOpen = own.length > 0 && own.every((key) => open.has(key)) && !above.some((key) => SECRET_BELOW.test(key));
  if ((isOpen && !line.includes("=")) || lead.trimEnd() === line.trimEnd()) return line;
  return `${lead}…`;
}

function keysIn(line: string): readonly string[] {
  return [...line.matchAll(/([^\s,{}[\]:"']+)["']?:(?=\s|$)/g)].map(([, key]) => key ?? "");
}

/** The keys that a line stands below, by indentation, the nearest first. */
function keysAbove(lines: readonly string[], index: number): readonly string[] {
  const keys: string[] = [];
  let below = lines[index] ?? "";
  for (let above = index - 1; above >= 0; above -= 1) {
    const line = lines[above] ?? "";
    const [key] = keysIn(line);
    // A list may stand as far out as the key that it belongs to.
    const reach = isItem(below) && !isItem(line) ? indentOf(below) : indentOf(below) - 1;
    if (key === undefined || indentOf(line) > reach) continue;
    keys.push(key);
    below = line;
  }
  return keys;
}

function isItem(line: string): boolean {
  return /^\s*-(\s|$)/.test(line);
}

function indentOf(line: string): number {
  return /^\s*/.exec(line)?.[0].length ?? 0;
}
