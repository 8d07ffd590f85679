// May a deploy key do this, and why: the decision of spec §2 of its role within its `racks`, and its apps besides.
import type { Access, DeployKey, Instant, RackName, Subject } from "../manifest/types.ts";
import { alone } from "./asker.ts";
import type { Question } from "./decide.ts";
import { decideOnRacks, type Decisions } from "./decide-on-racks.ts";
import { KEY_RESOURCES, roleOfKey } from "./key-role.ts";
import { listWords, selectorWords } from "./phrases.ts";
import { coverage, oneName } from "./scope.ts";

/** `limit`: what no role could give this key, in words without a full stop. */
export type KeyDecision = { readonly limit: string } | { readonly decisions: Decisions };

/** As `decideOnRacks`. Whether git decides on the app, and which commands the key may run, are asked elsewhere. */
export function decideForKey(
  access: Access,
  key: DeployKey,
  question: Question,
  on: { readonly racks: readonly RackName[]; readonly at: Instant },
): KeyDecision {
  const limit = limitOf(key, question);
  if (limit !== null) return { limit };
  const name: string = `key:${key.name}`;
  const subject = name as Subject; // only compared with itself, and shown
  const role = roleOfKey(access, key);
  const binding = {
    id: key.file,
    file: key.file,
    line: 1,
    role: role?.name ?? key.role ?? "",
    subjects: [subject],
    racks: key.racks,
    until: key.expires,
  };
  const roles = new Map(role === null ? [] : [[role.name.toLowerCase(), role]]);
  const asKey: Access = { roles, bindings: [binding], keys: new Map() };
  return { decisions: decideOnRacks(asKey, alone(subject, { member: true }), question, on) };
}

function limitOf({ name, file, apps }: DeployKey, question: Question): string | null {
  if (!KEY_RESOURCES.includes(question.resource)) {
    return `key:${name} is a deploy key, which reaches ${listWords(KEY_RESOURCES)} alone`;
  }
  if (question.resource === "racks" || coverage(apps, oneName(question.name)) === "whole") return null;
  return `key:${name} is limited to the apps ${selectorWords(apps)} (${file})`;
}
