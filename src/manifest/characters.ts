// Characters that a reader of a diff does not see, or sees as something else.
import { LIMITS } from "./limits.ts";

/** Control characters but tab and line ends; bidirectional and zero-width ones; a byte-order mark that is not at the start. */
const UNSEEN =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|\udb40[\udc00-\udfff]/g;

const GO_BREAKS: ReadonlySet<number> = new Set([0x85, 0x2028, 0x2029, 0xfeff]);

export interface UnseenCharacter {
  readonly offset: number;
  /** e.g. `U+202E`. */
  readonly codePoint: string;
  readonly isControl: boolean;
  /** gopkg.in/yaml.v2 ends a line here or refuses the file, where other readers see a character. */
  readonly breaksGo: boolean;
}

export function unseenCharacters(text: string): readonly UnseenCharacter[] {
  const found: UnseenCharacter[] = [];
  for (const match of text.matchAll(UNSEEN)) {
    const code = match[0].codePointAt(0) ?? 0;
    found.push({
      offset: match.index,
      codePoint: codePointName(code),
      isControl: code < 0xa0,
      breaksGo: code < 0xa0 || GO_BREAKS.has(code),
    });
    if (found.length === LIMITS.unseenCharacters) break;
  }
  return found;
}

export function codePointName(code: number): string {
  return `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}

const PATH_CHARACTER = /[A-Za-z0-9._/@+-]/;

/** null: fine. Otherwise the first character of a path that may look like another one, or be no character at all. */
export function pathFault(path: string): string | null {
  for (const character of path) {
    const code = character.codePointAt(0) ?? 0;
    if (!PATH_CHARACTER.test(character)) {
      return code > 0x20 && code < 0x7f ? `\`${character}\` (${codePointName(code)})` : codePointName(code);
    }
  }
  return null;
}

/** A path as it may be shown anywhere: what is not plain ASCII stands as its code point. */
export function shownPath(path: string): string {
  return Array.from(path, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code > 0x20 && code < 0x7f && character !== "`" ? character : `<${codePointName(code)}>`;
  }).join("");
}
