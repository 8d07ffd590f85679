// How much of a hostile tree is looked at: a few objects can stand for a thousand million paths.
import { StalledError } from "../errors.ts";

const MOST_ENTRIES = 500_000;

/** What one reading has listed so far. */
export interface Opened {
  entries: number;
}

/** @throws StalledError where one reading has listed more than any config repo has */
export function countEntries(opened: Opened, entries: number): void {
  opened.entries += entries;
  if (opened.entries <= MOST_ENTRIES) return;
  const most = `it has more than ${String(MOST_ENTRIES)} entries`;
  throw new StalledError(`the config repo cannot be read: ${most}. Take generated files out of it.`);
}
