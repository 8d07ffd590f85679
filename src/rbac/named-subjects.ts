// Whom approval rules name: people, Apps and teams.
import type { ApprovalRule, From, Subject } from "../manifest/types.ts";
import { subjectOf } from "./asker.ts";
import { fromsOf } from "./requirement.ts";

export function namesInRule({ when, require }: ApprovalRule): readonly Subject[] {
  const authors = when?.authors ?? null;
  return [...(authors === null ? [] : [authors]), ...fromsOf(require)].flatMap(namesOf);
}

function namesOf(from: From): readonly Subject[] {
  return [...from.users.map(subjectOf), ...from.teams.map((team): Subject => `team:${team}`)];
}
