// Numbers and whole numbers as text, as Go writes and reads them.

/** As yaml.v2 writes a number that it read; `source` is what stood there. */
export function numberText(value: number, source: string): string {
  if (Number.isNaN(value)) return ".nan";
  if (!Number.isFinite(value)) return value < 0 ? "-.inf" : ".inf";
  const isWhole = /^[-+]?(?:0[xXbBoO])?[0-9a-fA-F_]+$/.test(source) && !/^[-+]?[0-9_]+[eE]/.test(source);
  if (!isWhole) return floatText(value);
  return Number.isSafeInteger(value) ? String(value) : BigInt(value).toString();
}

/** The shortest form, with an exponent from a million on and under a ten-thousandth. */
function floatText(value: number): string {
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const [mantissa = "", exponentText = "0"] = value.toExponential().split("e");
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return String(value);
  const digits = String(Math.abs(exponent)).padStart(2, "0");
  return `${mantissa}e${exponent < 0 ? "-" : "+"}${digits}`;
}

export function integerText(text: string): boolean {
  return /^[-+]?\d+$/.test(text);
}

/** As strconv.Atoi reads it, or null. */
export function atoi(text: string): number | null {
  const value = integerText(text) ? Number(text) : NaN;
  return Number.isSafeInteger(value) ? value : null;
}
