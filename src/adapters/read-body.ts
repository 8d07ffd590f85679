// The bytes of a request, within limits of size and time: both are the sender's to choose otherwise.
import type { IncomingMessage } from "node:http";

export type ReadBody =
  | { readonly kind: "read"; readonly body: Buffer }
  | { readonly kind: "too-large" }
  /** It did not come to its end in time, or the sender went away. */
  | { readonly kind: "too-slow" };

export async function readBody(
  request: IncomingMessage,
  limits: { readonly mostBytes: number; readonly timeoutMs: number },
): Promise<ReadBody> {
  if (Number(request.headers["content-length"] ?? 0) > limits.mostBytes) return { kind: "too-large" };
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const end = (result: ReadBody): void => {
      clearTimeout(timer);
      request.off("data", take);
      request.pause();
      resolve(result);
    };
    const timer = setTimeout(() => {
      end({ kind: "too-slow" });
    }, limits.timeoutMs);
    const take = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > limits.mostBytes) end({ kind: "too-large" });
      else chunks.push(chunk);
    };
    request.on("data", take);
    request.once("end", () => {
      end({ kind: "read", body: Buffer.concat(chunks) });
    });
    for (const gone of ["error", "close"]) {
      request.once(gone, () => {
        end({ kind: "too-slow" });
      });
    }
  });
}
