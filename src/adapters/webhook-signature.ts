// GitHub's proof of who sent an event: HMAC-SHA-256 over the bytes of the body.
import { createHmac, timingSafeEqual } from "node:crypto";

/** Of the header `X-Hub-Signature-256`. null: it is missing or none; given twice, Node joins them and neither counts. */
export function signatureIn(header: string | string[] | undefined): Buffer | null {
  const hex = typeof header === "string" ? /^sha256=([0-9a-f]{64})$/.exec(header)?.[1] : undefined;
  return hex === undefined ? null : Buffer.from(hex, "hex");
}

export function isSigned(body: Buffer, signature: Buffer, secrets: readonly string[]): boolean {
  // Every secret is tried whatever the first one says, so that time tells nothing.
  return secrets
    .map((secret) => secret !== "" && timingSafeEqual(createHmac("sha256", secret).update(body).digest(), signature))
    .includes(true);
}
