// Long work lets in what else waits: a webhook that came in the midst of it is answered soon, not when all is done.

/** An answer is due within 50 ms, and others may do as much before their own pause. */
const LONGEST_MS = 10;

let turned = performance.now();
let last: Promise<void> = Promise.resolve();

/**
 * Resolves soon, or after the event loop's next turn where it has not turned for a while. Who waits is let on one after another, each
 * when the one before has gone on: no async function, whose callers would all go on at once.
 */
export function giveWay(): Promise<void> {
  last = last.then(turnWhereDue);
  return last;
}

async function turnWhereDue(): Promise<void> {
  if (performance.now() - turned < LONGEST_MS) return;
  await new Promise<void>((resolve) => setImmediate(resolve));
  turned = performance.now();
}
