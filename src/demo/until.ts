// Waiting for what others do: looks again and again, within a bound, and says what it saw last when it gives up.

const LOOK_EVERY_MS = 60;

/** Something did not go as told. The message says what was expected and what was seen. */
export class NotAsToldError extends Error {
  override readonly name = "NotAsToldError";
}

/** Resolves with the first `found` that is not undefined. */
export async function until<T>(
  expected: string,
  look: () => Promise<{ readonly found?: T; readonly seen: string }>,
  limitMs = 20_000,
): Promise<T> {
  const end = performance.now() + limitMs;
  for (;;) {
    const { found, seen } = await look();
    if (found !== undefined) return found;
    if (performance.now() > end) {
      throw new NotAsToldError(`expected ${expected} within ${String(limitMs / 1000)} s; seen: ${seen}`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
