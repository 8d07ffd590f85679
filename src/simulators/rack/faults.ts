export const FAULT_ACTIONS = [
  "500",
  "502",
  "html",
  "truncated",
  "rate-limit",
  "secondary-rate-limit",
  "timeout",
  "reset",
  "delay",
] as const;

export type FaultAction = (typeof FAULT_ACTIONS)[number];

export interface Fault {
  readonly match: string;
  readonly action: FaultAction;
  readonly times: number;
  /** How long `delay` waits. */
  readonly ms: number;
}

export interface Faults {
  /** A later fault of the same match takes the place of the earlier one. */
  add(fault: Fault): void;
  /** The fault that this request gets, if any, which is thereby used up once. */
  take(method: string, path: string): Fault | undefined;
  clear(): void;
}

function expressionOf(match: string): RegExp {
  const escaped = match.split("*").map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${escaped.join(".*")}$`, "s");
}

export function createFaults(): Faults {
  const faults = new Map<string, { readonly fault: Fault; readonly expression: RegExp; left: number }>();
  return {
    add(fault) {
      faults.set(fault.match, { fault, expression: expressionOf(fault.match), left: fault.times });
    },
    take(method, path) {
      for (const [match, entry] of faults) {
        if (!entry.expression.test(`${method} ${path}`)) continue;
        entry.left -= 1;
        if (entry.left <= 0) faults.delete(match);
        return entry.fault;
      }
      return undefined;
    },
    clear: () => faults.clear(),
  };
}
