// `signalbox audit` and `signalbox audit verify`: the ledger of a clone, read only as far as it is whole.
import { createPublicKey, type KeyObject } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { StalledError } from "../errors.ts";
import { auditLines, type AuditFilter } from "../ledger/audit.ts";
import { verifyChain, type VerifiedChain } from "../ledger/chain.ts";
import { placeOfLine } from "../ledger/ledger-places.ts";
import { ledgerLines } from "../ledger/read-ledger.ts";
import { parseInstant } from "../manifest/read-parts.ts";
import { auditCsv, auditJson, auditText } from "../render/audit-lines.ts";
import { plural } from "../render/markdown.ts";
import { writeJson, type Format } from "./format.ts";
import { ledgerBranch, withClone } from "./open-config.ts";
import type { ExitStatus, Terminal } from "./terminal.ts";

export interface AuditOptions {
  readonly dir?: string;
  readonly actor?: string;
  readonly rack?: string;
  readonly app?: string;
  readonly action?: string;
  readonly result?: string;
  readonly since?: string;
  readonly until?: string;
  readonly format: Format | "csv";
}

/** Shows the records up to where the chain breaks, and says where that is. */
export async function audit(options: AuditOptions, terminal: Terminal): Promise<ExitStatus> {
  const filter = filterOf(options);
  const ledger = await readLedger(options.dir, { terminal, key: null });
  const lines = auditLines(ledger.chain.records, filter);
  const render = { text: auditText, json: auditJson, csv: auditCsv }[options.format];
  terminal.write(render(lines));
  if (ledger.break === null) return 0;
  terminal.complain(`The ledger is broken: ${ledger.break}. Nothing from there on is shown.\n`);
  return 1;
}

export interface AuditVerifyOptions {
  readonly dir?: string;
  /** Path of the public key (PEM) that must have signed; absent: the one that the ledger begins with. */
  readonly key?: string;
  readonly format: Format;
}

export async function auditVerify(options: AuditVerifyOptions, terminal: Terminal): Promise<ExitStatus> {
  const key = options.key === undefined ? null : await readPublicKey(resolve(terminal.folder, options.key));
  const ledger = await readLedger(options.dir, { terminal, key });
  const { chain } = ledger;
  const records = chain.records.length;
  if (options.format === "json") {
    const problem = ledger.break === null ? {} : { problem: ledger.break };
    writeJson({ ok: ledger.break === null, records, digest: chain.digest, ...problem }, terminal);
  } else if (ledger.break === null) {
    const newest = chain.records.at(-1)?.at ?? "never";
    terminal.write(
      `The ledger is whole: ${plural(records, "record")}, the newest of ${newest}, each signed and chained to the one before.\n` +
        `Its newest digest, which the check run \`signalbox ledger\` on the root commit must show: ${chain.digest}\n`,
    );
  } else {
    terminal.write(`The ledger is broken: ${ledger.break}. ${plural(records, "record")} before it hold.\n`);
  }
  return ledger.break === null ? 0 : 1;
}

interface ReadLedger {
  readonly chain: VerifiedChain;
  /** Where it breaks and how; null: it is whole. */
  readonly break: string | null;
}

async function readLedger(
  dir: string | undefined,
  { terminal, key }: { readonly terminal: Terminal; readonly key: KeyObject | null },
): Promise<ReadLedger> {
  return withClone(dir, terminal, async ({ git }) => {
    const content = await git.readLedger();
    if (content === null) throw noLedger(ledgerBranch(terminal));
    const chain = verifyChain(ledgerLines(content.files), { key, previous: null });
    const [problem] = chain.problems;
    if (problem === undefined) return { chain, break: null };
    return { chain, break: `${placeOfLine(content.files, problem.line)}: ${problem.problem}` };
  });
}

function noLedger(branch: string): StalledError {
  return new StalledError(`there is no ledger here: no branch origin/${branch}. Fetch it: git fetch origin ${branch}`);
}

async function readPublicKey(path: string): Promise<KeyObject> {
  const pem = await readFile(path, "utf8");
  try {
    const key = createPublicKey(pem);
    if (key.asymmetricKeyType === "ed25519" && !pem.includes("PRIVATE")) return key;
  } catch (error) {
    throw new StalledError(`${path} holds no public key (PEM)`, { cause: error });
  }
  throw new StalledError(`${path}: expected the Ed25519 public key of Signalbox`);
}

function filterOf(options: AuditOptions): AuditFilter {
  const { actor, rack, app, action, result, since, until } = options;
  return {
    ...(actor === undefined ? {} : { actor }),
    ...(rack === undefined ? {} : { rack }),
    ...(app === undefined ? {} : { app }),
    ...(action === undefined ? {} : { action }),
    ...(result === undefined ? {} : { result }),
    ...(since === undefined ? {} : { since: instantOf("--since", since) }),
    ...(until === undefined ? {} : { until: instantOf("--until", until) }),
  };
}

function instantOf(option: string, text: string): number {
  const instant = parseInstant(text);
  if (instant !== null) return instant;
  throw new StalledError(`${option}: expected a day (2027-03-31) or a time with its zone (2027-03-31T12:00:00Z)`);
}
