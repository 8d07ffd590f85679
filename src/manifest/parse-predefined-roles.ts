import { parseRole } from "./parse-role.ts";
import type { Role } from "./types.ts";

/** The roles that ship with Signalbox, from file name to text. A broken one is a broken installation: throws. */
export function parsePredefinedRoles(files: ReadonlyMap<string, string>): readonly Role[] {
  return [...files].map(([fileName, text]) => {
    const { value, findings } = parseRole(text);
    const first = findings[0];
    if (value === null || first !== undefined) {
      const where = first === undefined ? "" : `:${first.line}:${first.column}: ${first.message}`;
      throw new Error(
        `The predefined role ${fileName} that came with Signalbox is broken${where}. Install Signalbox again.`,
      );
    }
    return { name: fileName.replace(/\.yml$/, ""), ...value, file: null };
  });
}
