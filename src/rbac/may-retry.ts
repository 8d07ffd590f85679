// Who may ask for a failed apply to be tried again: who may write what failed.
import type { Access, AppName, Instant, Login, RackName, ResourceType } from "../manifest/types.ts";
import { askerOf } from "./asker.ts";
import { decide } from "./decide.ts";
import { reasonWords } from "./decision-words.ts";
import type { People } from "./proposal.ts";

/** `app` null: what rack.yml wants of the rack itself. */
export interface FailedPlace {
  readonly rack: RackName;
  readonly app: AppName | null;
}

export interface RightsNow {
  readonly access: Access;
  readonly people: People;
  readonly at: Instant;
}

/** null: they may; else what is missing, as a sentence without a full stop. */
export function whyNotRetry(login: Login, { rack, app }: FailedPlace, rights: RightsNow): string | null {
  const needed: readonly ResourceType[] = app === null ? ["racks"] : ["applications", "environment"];
  const asker = askerOf(login, rights.people);
  const refused = needed
    .map((resource) => decide(rights.access, asker, { action: "write", resource, name: app ?? rack, rack }, rights.at))
    .find(({ allowed }) => !allowed);
  return refused === undefined ? null : reasonWords(refused);
}
