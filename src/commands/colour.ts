import type { Variables } from "./serve-settings.ts";

/** `NO_COLOR` takes colour away (no-color.org), `FORCE_COLOR` gives it to a pipe (CI that shows it), a dumb terminal has none. */
export function mayColour(variables: Variables, { isScreen }: { readonly isScreen: boolean }): boolean {
  const { NO_COLOR: none = "", FORCE_COLOR: forced = "", TERM: kind } = variables;
  if (none !== "" || forced === "0" || forced === "false") return false;
  return forced !== "" || (isScreen && kind !== "dumb");
}
