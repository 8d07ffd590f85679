/** A request as it came in, read whole, and an answer as it goes out. */
import type { IncomingHttpHeaders } from "node:http";

export interface RawRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Tells the log who the caller was found to be. */
  readonly named: (actor: string) => void;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}
