import type { IncomingHttpHeaders } from "node:http";
import type { Rack } from "./rack-state.ts";

/** One open websocket, as what runs behind it sees it. */
export interface Session {
  readonly rack: Rack;
  readonly headers: IncomingHttpHeaders;
  variable(name: string): string;
  write(text: string): void;
  /** Sends the end of the stream and drops the connection. */
  end(): void;
  onClose(task: () => void): void;
}
