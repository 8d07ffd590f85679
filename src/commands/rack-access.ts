// What a command may open and reach, by the same grants, identities and passwords as the Signalbox that runs.
import { createHmac, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { connectRack } from "../adapters/convox-rack.ts";
import { createSecretOpener } from "../adapters/secret-opener.ts";
import { StalledError } from "../errors.ts";
import type { PlanPorts } from "../reconcile/plan-rack.ts";
import type { Fingerprint } from "../reconcile/ports.ts";
import { parseGrants } from "../secrets/grants.ts";
import { createRedactor } from "../secrets/redactor.ts";
import type { Terminal } from "./terminal.ts";

export interface RackAccess extends PlanPorts {
  /** Takes every opened value and the racks' passwords out of a text. */
  redact(text: string): string;
}

/** From SIGNALBOX_GRANTS (a path) and SIGNALBOX_AGE_IDENTITIES. */
export async function openRackAccess(terminal: Terminal): Promise<RackAccess> {
  const redactor = createRedactor();
  const key = randomBytes(32);
  const identities = await variableOrFile("SIGNALBOX_AGE_IDENTITIES", terminal);
  return {
    connect: (rack, password) =>
      connectRack({ rack: rack.name, endpoint: rack.endpoint, user: rack.user, password, ca: rack.ca }),
    secrets: createSecretOpener({
      identities: identities.split(/\s+/).filter((identity) => identity !== ""),
      grants: parseGrants(await readGrants(terminal)),
      environmentVariable: (name) => terminal.variables[name],
      redactor,
    }),
    // The brand is given to what this process's own key has made, and to nothing else.
    fingerprint: (value) => createHmac("sha256", key).update(value).digest("hex") as Fingerprint,
    redact: (text) => redactor.redact(text),
  };
}

async function readGrants(terminal: Terminal): Promise<string> {
  const path = terminal.variables["SIGNALBOX_GRANTS"];
  if (path === undefined || path === "") {
    throw new StalledError(
      "SIGNALBOX_GRANTS is not set: it names the file that says which racks may be connected to and which references opened",
    );
  }
  return readFile(resolve(terminal.folder, path), "utf8");
}

async function variableOrFile(name: string, terminal: Terminal): Promise<string> {
  const path = terminal.variables[`${name}_FILE`];
  return path === undefined ? (terminal.variables[name] ?? "") : readFile(resolve(terminal.folder, path), "utf8");
}
