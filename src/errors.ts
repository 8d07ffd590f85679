// Thrown errors, named by what happens next. Mistakes of users are values (Finding), never thrown.

/** Not yet: tried again, after `retryAfterMs` at the soonest. */
export class WaitError extends Error {
  override readonly name = "WaitError";
  readonly retryAfterMs: number;
  constructor(message: string, retryAfterMs: number, options?: ErrorOptions) {
    super(message, options);
    this.retryAfterMs = retryAfterMs;
  }
}

/** A human must act; trying again by itself changes nothing. The message says what to do. */
export class StalledError extends Error {
  override readonly name = "StalledError";
}

/** Our own mistake: something that cannot be, is. */
export class InvariantError extends Error {
  override readonly name = "InvariantError";
}
