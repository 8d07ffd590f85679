import colors from "picocolors";
import type { Paint } from "../render/paint.ts";
import type { Terminal } from "./terminal.ts";

export function paintOf(terminal: Terminal): Paint {
  return colors.createColors(terminal.colour);
}
