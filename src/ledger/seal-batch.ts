// Records, as the next lines of the ledger.
import type { KeyObject } from "node:crypto";
import type { Instant } from "../manifest/types.ts";
import { sealRecord } from "./chain.ts";
import type { LedgerTip } from "./read-ledger.ts";
import type { LedgerRecord } from "./record.ts";

/**
 * The file that they go into, whole, and the tip once it is committed. It is that of `at`, but never one before the newest: the
 * order of files is the order of the chain, whatever a clock does.
 */
export function sealBatch(
  tip: LedgerTip,
  records: readonly LedgerRecord[],
  by: { readonly key: KeyObject; readonly at: Instant },
): Omit<LedgerTip, "commit"> {
  const today = `${new Date(by.at).toISOString().slice(0, 10).replaceAll("-", "/")}.jsonl`;
  const path = today > tip.path ? today : tip.path;
  let text = path === tip.path ? tip.text : "";
  if (text !== "" && !text.endsWith("\n")) text += "\n";
  let digest = tip.digest;
  for (const record of records) {
    const sealed = sealRecord(record, digest, by.key);
    text += `${sealed.line}\n`;
    digest = sealed.digest;
  }
  return { digest, path, text };
}
