// Kubernetes quantities, and durations of Go.

const QUANTITY = /^([+-]?)(\d+\.?\d*|\.\d+)(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][+-]?\d+)?$/;
const BINARY: readonly string[] = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const DECIMAL: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
};

/** Units, bytes of a size; null: no quantity. */
export function quantityOf(text: string): number | null {
  const match = QUANTITY.exec(text);
  if (match === null) return null;
  const [, sign, digits = "", suffix = ""] = match;
  const value = Number(digits) * factorOf(suffix);
  return sign === "-" ? -value : value;
}

function factorOf(suffix: string): number {
  if (suffix === "") return 1;
  const power = BINARY.indexOf(suffix);
  if (power >= 0) return 1024 ** (power + 1);
  return DECIMAL[suffix] ?? Number(`1${suffix}`);
}

const SECONDS: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  μs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
};

/** Seconds; null: no duration. */
export function goDuration(text: string): number | null {
  const match = /^([-+]?)(0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/.exec(text);
  if (match === null) return null;
  const [, sign, parts = ""] = match;
  const pieces = parts.matchAll(/([\d.]+)([^\d.]+)/g);
  const seconds = Array.from(pieces, ([, digits, unit]) => Number(digits) * (SECONDS[unit ?? ""] ?? 0));
  const total = seconds.reduce((sum, one) => sum + one, 0);
  return sign === "-" ? -total : total;
}
