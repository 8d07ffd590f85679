// Text to tree, in two dialects: strict YAML 1.2 for Signalbox's own files, and YAML 1.1 as Convox reads it.
import { Composer, Lexer, LineCounter, Parser, Schema, type CST, type Document, type YAMLParseError } from "yaml";
import { unseenCharacters } from "./characters.ts";
import { addAll, errorAt, warningAt, type Fault, type LocalFinding, type Position } from "./findings.ts";
import { LIMITS } from "./limits.ts";
import type { RuleName } from "./rule-names.ts";
import { MERGE_CONFLICT, syntaxFault } from "./syntax-faults.ts";
import { buildTree, type Dialect, type Report } from "./build-tree.ts";
import type { YamlNode } from "./yaml-tree.ts";

export interface YamlReading {
  /** null where nothing of the file can be relied on. */
  readonly root: YamlNode | null;
  readonly findings: readonly LocalFinding[];
  readonly positionAt: (offset: number) => Position;
}

export function readYaml(source: string, dialect: Dialect): YamlReading {
  // Offsets are those of what an editor shows: no byte-order mark, and a lone carriage return ends a line.
  const text = source.replace(/^\uFEFF/, "").replace(/\r(?!\n)/g, "\n");
  const lines = new LineCounter();
  lines.addNewLine(0);
  const positionAt = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const findings: LocalFinding[] = [];
  const report = (offset: number, fault: Fault): void => void findings.push(errorAt(positionAt(offset), fault));

  const read = tokenize(text, lines);
  if ("fault" in read) {
    addRestOfLines(text, lines);
    return { root: null, findings: [errorAt(positionAt(read.offset), read.fault)], positionAt };
  }
  addAll(findings, unseenFindings(text, dialect, positionAt));
  const document = composeOne(read, { dialect, text, report });
  const root = document === null ? null : buildTree(document, { dialect, report });
  return { root, findings, positionAt };
}

/** So that places behind the one where reading ended have their lines, too. */
function addRestOfLines(text: string, lines: LineCounter): void {
  const last = lines.lineStarts.at(-1) ?? 0;
  for (let end = text.indexOf("\n", last); end >= 0; end = text.indexOf("\n", end + 1)) lines.addNewLine(end + 1);
}

interface TooMuch {
  readonly offset: number;
  readonly fault: Fault;
}

interface Tokens {
  readonly tokens: readonly CST.Token[];
  /** Whether some value may have a tag (`!…`). */
  readonly mayHaveTags: boolean;
}

/** Depth and size are counted while tokens come in: the composer recurses, and must not see what is too deep. */
function tokenize(text: string, lines: LineCounter): Tokens | TooMuch {
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  let count = 0;
  let mayHaveTags = false;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    count += 1;
    if (lexeme.startsWith("!")) mayHaveTags = true;
    if (count > LIMITS.tokensPerFile) {
      return tooMuch(
        parser.offset - lexeme.length,
        "file-too-large",
        `at most ${LIMITS.tokensPerFile} words and signs of YAML in a file, found more`,
      );
    }
    if (parser.stack.length > LIMITS.depth && depthOf(parser.stack) > LIMITS.depth) {
      return tooMuch(
        parser.offset - lexeme.length,
        "too-deep",
        `at most ${LIMITS.depth} levels of nesting, found more`,
      );
    }
  }
  for (const token of parser.end()) tokens.push(token);
  return { tokens, mayHaveTags };
}

const COLLECTIONS: ReadonlySet<string> = new Set(["block-map", "block-seq", "flow-collection"]);

function depthOf(stack: readonly CST.Token[]): number {
  return stack.filter(({ type }) => COLLECTIONS.has(type)).length;
}

function tooMuch(offset: number, rule: RuleName, expected: string): TooMuch {
  return { offset, fault: { rule, message: `expected ${expected}` } };
}

interface Composition {
  readonly dialect: Dialect;
  readonly text: string;
  readonly report: Report;
}

// Made once: a file may be smaller than its schema is.
const STRICT = schemaOf("core");
const CONVOX = schemaOf("yaml-1.1");
/** Takes every scalar for text: what a plain one means to Convox is told from its source. */
const CONVOX_WITHOUT_TAGS = schemaOf("failsafe");

function schemaOf(name: string): Schema {
  return new Schema({ schema: name, merge: false, resolveKnownTags: false });
}

function composeOne({ tokens, mayHaveTags }: Tokens, { dialect, text, report }: Composition): Document.Parsed | null {
  const isStrict = dialect === "strict";
  const directive = tokens.find(({ type }) => type === "directive");
  if (isStrict && directive !== undefined) {
    report(directive.offset, { rule: "directive", message: "expected no YAML directive (`%…`), found one" });
    return null;
  }
  const composer = new Composer({
    version: isStrict ? "1.2" : "1.1",
    schema: isStrict ? STRICT : mayHaveTags ? CONVOX : CONVOX_WITHOUT_TAGS,
    uniqueKeys: false,
    prettyErrors: false,
    merge: false,
  });
  const [document, second] = [...composer.compose(tokens, false, text.length)];
  if (document === undefined || isBlank(document)) {
    report(document?.contents?.range[0] ?? 0, {
      rule: "empty-file",
      message: "expected a YAML document, found an empty file",
      hint: "write `{}` where there is nothing to say, `[]` for an empty list",
    });
    return null;
  }
  const error = firstError(document.errors);
  if (error !== null) {
    const conflict = /^<{7} /m.exec(text);
    if (conflict === null) report(error.pos[0] + spacesAt(text, error.pos[0]), syntaxFault(error));
    else report(conflict.index, MERGE_CONFLICT);
    return null;
  }
  if (second !== undefined && isStrict) {
    const fault: Fault = {
      rule: "multiple-documents",
      message: "expected one YAML document, found another after `---`",
    };
    report(second.range[0], fault);
    return null;
  }
  return document;
}

function isBlank(document: Document.Parsed): boolean {
  const { contents } = document;
  return (
    contents === null ||
    (contents.range[0] === contents.range[1] && !("items" in contents) && contents.tag === undefined)
  );
}

type SyntaxMistake = Pick<YAMLParseError, "code" | "pos" | "message">;

/** The parser points before the indentation; a reader looks at what is indented. */
function spacesAt(text: string, offset: number): number {
  const [spaces] = /^ */.exec(text.slice(offset, offset + 200)) ?? [""];
  return spaces.length;
}

/** What follows from the first mistake is no mistake of its own. */
function firstError(errors: readonly SyntaxMistake[]): SyntaxMistake | null {
  return [...errors].sort((a, b) => a.pos[0] - b.pos[0])[0] ?? null;
}

function unseenFindings(
  text: string,
  dialect: Dialect,
  positionAt: YamlReading["positionAt"],
): readonly LocalFinding[] {
  return unseenCharacters(text).map(({ offset, codePoint, isControl, breaksGo }) => {
    const what = isControl ? "no control characters" : "no invisible or bidirectional characters";
    const fault: Fault = {
      rule: isControl ? "control-character" : "bidi-character",
      message: `expected ${what}, found ${codePoint}`,
      hint: "delete it, or write it as an escape in double quotes",
    };
    // Convox takes these as text; a reader of the diff should know all the same.
    const isWarning = dialect === "convox" && !breaksGo;
    return isWarning ? warningAt(positionAt(offset), fault) : errorAt(positionAt(offset), fault);
  });
}
