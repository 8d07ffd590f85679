const FIRST_MS = [1_000, 2_000, 4_000];
const STEADY_MS = 5_000;
const STEADY_FOR_MS = 120_000;
const SLOW_MS = 30_000;
const STEADY_ATTEMPTS = STEADY_FOR_MS / STEADY_MS;

/** How long to wait after the `attempt`th (from 1) failure in a row: 1, 2, 4, then 5 s for two minutes, then 30 s. */
export function retryDelayMs(attempt: number): number {
  const first = FIRST_MS[attempt - 1];
  if (first !== undefined) return first;
  return attempt - FIRST_MS.length <= STEADY_ATTEMPTS ? STEADY_MS : SLOW_MS;
}
