// Writes into the ledger which account or team each name of the verified config means, once the name is new: at the root, and with each
// update that is verified. A name that nothing has any more is forgotten, so that naming it again means who has it then.
import type { Subject } from "../manifest/types.ts";
import type { NameRecord } from "../ledger/record.ts";
import { namesIn } from "./names-in.ts";
import type { Clock, GitHubReader, Ledger } from "./ports.ts";
import { readVerified, type ConfigSource } from "./read-config.ts";

export interface NamePorts extends ConfigSource {
  readonly github: Pick<GitHubReader, "idsOf">;
  readonly ledger: Pick<Ledger, "state" | "append">;
  readonly clock: Pick<Clock, "now">;
}

export async function recordNames(ports: NamePorts): Promise<void> {
  const state = ports.ledger.state();
  const verified = await readVerified(ports, state);
  if (verified === null || state.judged === null) return;
  const names = new Set(namesIn(verified));
  const added = [...names].filter((name) => !state.named.has(name));
  const forgotten = [...state.named.keys()].filter((name) => !names.has(name)).sort();
  if (added.length + forgotten.length === 0) return;
  const ids = await ports.github.idsOf(added);
  const named = Object.fromEntries(added.map((name) => [name, ids.get(name) ?? null]));
  // A force push can bring the same commit back.
  const id = `name:${state.judged}:${String(state.updates.length)}`;
  await ports.ledger.append([
    { ...recordOf(named, forgotten), id, at: new Date(ports.clock.now()).toISOString(), commit: state.judged },
  ]);
}

function recordOf(named: NameRecord["named"], forgotten: readonly Subject[]): Omit<NameRecord, "id" | "at" | "commit"> {
  const who = { actor: "signalbox", via: "signalbox" } as const;
  return { ...who, action: "name", result: "ok", named, forgotten, detail: detailOf(named, forgotten) };
}

function detailOf(named: NameRecord["named"], forgotten: readonly Subject[]): string {
  const meant = Object.entries(named).map(([name, id]) =>
    id === null ? `${name} is nobody` : `${name} is ${String(id)}`,
  );
  return [...meant, ...forgotten.map((name) => `${name} is named no more`)].join(", ");
}
