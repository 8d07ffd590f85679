// What a plain scalar means to gopkg.in/yaml.v2, which reads convox.yml: YAML 1.1, but for base-60 numbers.
import type { Scalar } from "./yaml-tree.ts";

const NULLS: ReadonlySet<string> = new Set(["", "~", "null", "Null", "NULL"]);
const YES: ReadonlySet<string> = new Set("y Y yes Yes YES on On ON true True TRUE".split(" "));
const NO: ReadonlySet<string> = new Set("n N no No NO off Off OFF false False FALSE".split(" "));
const INFINITE = /^[-+]?\.(inf|Inf|INF)$/;
const NOT_A_NUMBER = /^\.(nan|NaN|NAN)$/;
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const BASED = /^([-+]?)0(?:([xX])([0-9a-fA-F]+)|([bB])([01]+)|[oO]?([0-7]+))$/;

export function goScalar(source: string): Scalar {
  if (NULLS.has(source)) return null;
  if (YES.has(source)) return true;
  if (NO.has(source)) return false;
  if (!/^[-+.0-9]/.test(source)) return source;
  if (INFINITE.test(source)) return source.startsWith("-") ? -Infinity : Infinity;
  if (NOT_A_NUMBER.test(source)) return NaN;
  // `_` may stand between digits, but what begins with one is text.
  const digits = source.replaceAll("_", "");
  const based = BASED.exec(digits);
  if (based === null) return FLOAT.test(digits) ? Number(digits) : source;
  const [, sign, , hex, , binary, octal = "0"] = based;
  const size = hex !== undefined ? parseInt(hex, 16) : binary !== undefined ? parseInt(binary, 2) : parseInt(octal, 8);
  return sign === "-" ? -size : size;
}
