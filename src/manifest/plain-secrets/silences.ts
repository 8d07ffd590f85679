// `# signalbox: not a secret, because …` at the end of a line: somebody says of what stands there that it is none, and why.
import { Lexer } from "yaml";
import { errorAt, type Fault, type LocalFinding, type Position } from "../findings.ts";

export interface Silences {
  /** Line (1-based) → the reason. */
  readonly reasons: ReadonlyMap<number, string>;
  /** Comments that begin as one and are none. */
  readonly findings: readonly LocalFinding[];
}

const NONE: Silences = { reasons: new Map(), findings: [] };
const BEGINS = /#\s*signalbox:/i;
const FORM = /^#\s*signalbox: not a secret, because\s+(\S.*)$/;
const SHORTEST_REASON = 5;

/** Text in quotes that looks like such a comment is none: the lexer says what is one. */
export function silencesIn(text: string, positionAt: (offset: number) => Position): Silences {
  if (!BEGINS.test(text)) return NONE;
  const reasons = new Map<number, string>();
  const findings: LocalFinding[] = [];
  for (const { comment, offset } of commentsIn(text)) {
    if (!new RegExp(`^${BEGINS.source}`, "i").test(comment)) continue;
    const at = positionAt(offset);
    const reason = FORM.exec(comment.trimEnd())?.[1] ?? "";
    if (reason.length >= SHORTEST_REASON) reasons.set(at.line, reason);
    else findings.push(errorAt(at, EMPTY_REASON));
  }
  return { reasons, findings };
}

const EMPTY_REASON: Fault = {
  rule: "silence-without-reason",
  message: "expected `# signalbox: not a secret, because` and a reason, found another comment to Signalbox",
  hint: "say why what stands on this line is no secret, or delete the comment",
};

/** What the lexer puts before a plain or a block value, of which it does not say where it ends. */
const VALUE_BEGINS = "\u001f";
const HAS_NO_WIDTH: ReadonlySet<string> = new Set(["\u0002", "\u0018", VALUE_BEGINS]);

function* commentsIn(text: string): Generator<{ readonly comment: string; readonly offset: number }> {
  let offset = 0;
  let isValue = false;
  for (const lexeme of new Lexer().lex(text)) {
    if (HAS_NO_WIDTH.has(lexeme)) {
      isValue = lexeme === VALUE_BEGINS;
      continue;
    }
    if (!isValue && lexeme.startsWith("#")) yield { comment: lexeme, offset };
    isValue = false;
    offset += lexeme.length;
  }
}
