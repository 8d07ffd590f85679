import type { Clock } from "./clock.ts";

export interface LogEntry {
  readonly at: string;
  readonly method: string;
  readonly path: string;
  /** Null until the request is answered, and for ever where it never is. */
  status: number | null;
  actor?: string;
}

export interface RequestLog {
  readonly entries: readonly LogEntry[];
  /** Written when the request arrives, so that one that never ends is seen as well. */
  arrive(method: string, path: string): LogEntry;
}

export function createRequestLog(clock: Clock): RequestLog {
  const entries: LogEntry[] = [];
  return {
    entries,
    arrive(method, path) {
      const entry: LogEntry = { at: new Date(clock.now()).toISOString(), method, path, status: null };
      entries.push(entry);
      return entry;
    },
  };
}
