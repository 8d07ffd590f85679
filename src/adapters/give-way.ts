// Long work lets in what else waits: a webhook that came in the midst of it is answered soon, not when all is done.

/** An answer is due within 50 ms, and others may do as much before their own pause. */
const LONGEST_MS = 10;

let turned = performance.now();
let turn: Promise<void> | null = null;

/** Resolves at once, or after the event loop's next turn where it has not turned for a while. */
export async function giveWay(): Promise<void> {
  // Whoever resumes first may work on for as long: the others look again.
  while (performance.now() - turned > LONGEST_MS) {
    turn ??= nextTurn();
    await turn;
  }
}

async function nextTurn(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
  turned = performance.now();
  turn = null;
}
