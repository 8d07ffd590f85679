// The logs of a rack: a websocket whose text frames are output and whose empty binary frame is the end (a close frame is never sent).
import { WebSocket, type RawData } from "ws";
import { WaitError } from "../errors.ts";
import { authorization, endpointUrl, nameOf, type RackAddress } from "./rack-request.ts";

const MAX_BYTES = 1024 * 1024;
const SINCE = "1h";
/** A rack that follows a log although it was not asked to is left with what it has said by then. */
const LIMIT_MS = 10_000;

/** The lines of a log, oldest first; bounded in time and bytes. Throws WaitError where the rack gives none. */
export function readLogLines(address: RackAddress, path: string): Promise<readonly string[]> {
  const base = endpointUrl(address);
  const url = new URL(`${base.pathname.replace(/\/$/, "")}${path}`, base);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(url, {
    followRedirects: false,
    perMessageDeflate: false,
    maxPayload: MAX_BYTES,
    handshakeTimeout: address.timeoutMs,
    ...(address.ca === null ? {} : { ca: address.ca }),
    headers: {
      Authorization: authorization(address),
      "X-Convox-Actor": "signalbox",
      Follow: "false",
      Prefix: "true",
      Since: SINCE,
    },
  });
  return collect(socket, `${nameOf(address)} gives no log (GET ${path})`);
}

function collect(socket: WebSocket, fault: string): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    let text = "";
    const end = (): void => {
      clearTimeout(timer);
      socket.terminate();
      // A log that begins so is none: authentication comes after the handshake.
      if (text.startsWith("ERROR: ")) reject(new WaitError(fault, 0));
      else resolve(text.split("\n").filter((line) => line.trim() !== ""));
    };
    const timer = setTimeout(end, LIMIT_MS);
    socket.on("message", (...[data, isBinary]: [RawData, boolean]) => {
      const bytes = Buffer.isBuffer(data) ? data : Buffer.concat(Array.isArray(data) ? data : [Buffer.from(data)]);
      if (isBinary && bytes.length === 0) {
        end();
        return;
      }
      // The newest lines are those that tell.
      text = (text + bytes.toString("utf8")).slice(-MAX_BYTES);
    });
    socket.on("close", end);
    socket.on("error", () => {
      clearTimeout(timer);
      reject(new WaitError(fault, 0));
    });
  });
}
