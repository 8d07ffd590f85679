// The one address that Signalbox listens on, and who answers what comes there.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { endsWithin } from "./ends-within.ts";

/** How long the end waits for requests that have begun; each is answered within milliseconds once it is there whole. */
const GRACE_MS = 5_000;

/** false: the request is for somebody else. */
export type Answerer = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface Door {
  readonly url: string;
  add(answerer: Answerer): void;
  /** Answers what has begun, and waits for nobody who does not go on with it. */
  close(): Promise<void>;
}

/** Listens; answers 404 to what nobody takes. `first` is asked before those that are added later. */
export async function openDoor(
  address: { readonly host: string; readonly port: number },
  first: Answerer,
  { graceMs = GRACE_MS }: { readonly graceMs?: number } = {},
): Promise<Door> {
  const answerers: Answerer[] = [first];
  const server = createServer((request, response) => {
    if (answerers.some((answers) => answers(request, response))) return;
    response.writeHead(404, { "content-type": "text/plain" }).end("Nothing is here.\n");
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(address.port, address.host, resolve);
  });
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : address.port;
  return {
    url: `http://${address.host}:${String(port)}`,
    add: (answerer) => void answerers.push(answerer),
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      if (await endsWithin(closed, graceMs)) return;
      server.closeAllConnections();
      await closed;
    },
  };
}
