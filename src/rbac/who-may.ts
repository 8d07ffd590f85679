import { RESOURCE_TYPES, type Access, type Instant, type Subject } from "../manifest/types.ts";
import { boundSubjects, type Held } from "./access-index.ts";
import { askerOfSubject, type Asker } from "./asker.ts";
import { decide, type Decision, type Question } from "./decide.ts";
import type { People } from "./proposal.ts";

export interface Grant {
  readonly subject: Subject;
  readonly via: { readonly binding: string; readonly role: string };
}

/**
 * Every bound subject that may, sorted, each with the binding that allows it. Teams stand for their people; one that is
 * known to have no member of the organisation is left out.
 */
export function whoMay(access: Access, people: People, question: Question, at: Instant): readonly Grant[] {
  return boundSubjects(access).flatMap((subject) => {
    const { allowed, held } = decide(access, askerOfSubject(subject, people), question, at);
    return allowed && held !== null ? [{ subject, via: viaOf(held) }] : [];
  });
}

export function viaOf({ binding }: Held): Grant["via"] {
  return { binding: binding.id, role: binding.role };
}

/** May they write every type, every name, on every rack. The first type that they may not write gives the reason. */
export function decideEverything(access: Access, asker: Asker, at: Instant): Decision {
  const all: Question = { action: "write", resource: "all", name: null, rack: null };
  const inAll = decide(access, asker, all, at);
  if (!inAll.allowed) return inAll;
  for (const resource of RESOURCE_TYPES) {
    const decision = decide(access, asker, { ...all, resource }, at);
    if (!decision.allowed) return decision;
  }
  return inAll;
}
