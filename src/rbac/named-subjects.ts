// Whom bindings and approval rules name: people and teams. Apps are named by what nobody else can take while they exist.
import type { ApprovalRule, Binding, From, Subject } from "../manifest/types.ts";
import { isBot } from "./electorate.ts";
import { fromsOf } from "./requirement.ts";

export function namesInBinding({ subjects }: Binding): readonly Subject[] {
  return subjects.filter((subject) => !subject.startsWith("app:"));
}

export function namesInRule({ when, require }: ApprovalRule): readonly Subject[] {
  const authors = when?.authors ?? null;
  return [...(authors === null ? [] : [authors]), ...fromsOf(require)].flatMap(namesOf);
}

function namesOf(from: From): readonly Subject[] {
  const people = from.users.filter((login) => !isBot(login)).map((login): Subject => `user:${login}`);
  return [...people, ...from.teams.map((team): Subject => `team:${team}`)];
}
