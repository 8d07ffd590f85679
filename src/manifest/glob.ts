import { Minimatch } from "minimatch";
import { LIMITS } from "./limits.ts";

const COMPILED_KEPT = 10_000;
const compiled = new Map<string, Minimatch>();

/** Only `*`, `**` and `?` mean something; dot files are matched like all others. */
export function matchesGlob(glob: string, path: string): boolean {
  return globMatcher(glob)(path);
}

/** `matchesGlob` for one glob that is to be held against many paths. */
export function globMatcher(glob: string): (path: string) => boolean {
  if (globFault(glob) !== null) return () => false;
  const made = compile(glob);
  return (path) => made.match(path);
}

/** null: fine. Otherwise what is wrong with the glob. */
export function globFault(glob: string): string | null {
  if (glob === "") return "it is empty";
  if (glob.length > LIMITS.patternCharacters) return `it is longer than ${LIMITS.patternCharacters} characters`;
  const special = /[!{}[\]()+@#\\|]/.exec(glob);
  if (special !== null) return `\`${special[0]}\` is not part of a glob here`;
  if (glob.startsWith("/") || glob.endsWith("/")) return "it begins or ends with `/`";
  const odd = glob.split("/").find((part) => part === "" || part === "." || part === "..");
  if (odd !== undefined) return odd === "" ? "it has an empty part (`//`)" : `\`${odd}\` is no name of a folder`;
  return /(^|\/)[^/]*\*\*[^/]/.test(glob) || /[^/]\*\*/.test(glob) ? "`**` must stand alone between slashes" : null;
}

function compile(glob: string): Minimatch {
  const known = compiled.get(glob);
  if (known !== undefined) return known;
  const made = new Minimatch(glob, {
    dot: true,
    nobrace: true,
    noext: true,
    nonegate: true,
    nocomment: true,
    platform: "linux",
  });
  if (compiled.size >= COMPILED_KEPT) compiled.clear();
  compiled.set(glob, made);
  return made;
}
