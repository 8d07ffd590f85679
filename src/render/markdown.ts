// Text of users is shown in code spans only: there it can neither link, mention, nor break out.

/** A code span that holds whatever it is given; control and bidirectional characters are shown as escapes. */
export function code(text: string): string {
  const visible = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escapeCharacter);
  const longest = Math.max(0, ...(visible.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = visible === "" || visible.startsWith("`") || visible.endsWith("`") ? " " : "";
  return `${fence}${pad}${visible}${pad}${fence}`;
}

/** A code span for a table's cell, where GitHub splits at `|` even inside code. */
export function cellCode(text: string): string {
  return code(text).replaceAll("|", "\\|");
}

/**
 * Our own words that quote users' ones. What stands between backticks is set as code, and so is a word that GitHub would link or
 * mention, since it looks for these after it has decoded entities; the rest is escaped.
 */
export function inert(text: string): string {
  return text
    .split(/`([^`]+)`/)
    .map((part, index) => (index % 2 === 1 ? code(part) : part.split(/(\s+)/).map(inertWord).join("")))
    .join("");
}

function inertWord(word: string): string {
  if (!/[@#]|:\/\/|www\./i.test(word)) return escapeWord(word);
  const [, before = "", middle = "", after = ""] = /^([([]*)(.*?)([)\].,;:!?]*)$/s.exec(word) ?? [];
  return `${escapeWord(before)}${code(middle)}${escapeWord(after)}`;
}

function escapeWord(word: string): string {
  return word
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escapeCharacter)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/[\\`*_{}[\]()+!|~]/g, "\\$&");
}

/** Lines as a fenced block that they cannot end. */
export function block(lines: readonly string[]): string {
  const text = lines.map((line) => line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escapeCharacter)).join("\n");
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}

export function details(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

/** Begins a sentence; names and code stand as they are. */
export function sentence(text: string): string {
  return /^[a-z]+(?![\w:[/.-])/.test(text) ? `${text.charAt(0).toUpperCase()}${text.slice(1)}` : text;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${String(count)} ${count === 1 ? one : many}`;
}

/** As a list, and how many more there are than are named. */
export function listOfSome(words: readonly string[], shown: number, last = "and"): string {
  const more = words.length - shown;
  return listOf(more > 0 ? [...words.slice(0, shown), `${String(more)} more`] : words, last);
}

/** "a", "a and b", "a, b and c". */
export function listOf(words: readonly string[], last = "and"): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1) ?? ""}`;
}

function escapeCharacter(character: string): string {
  if (character === "\t") return " ";
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`;
}
