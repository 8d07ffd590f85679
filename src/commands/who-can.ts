// `signalbox who-can`: everybody who may, each with the binding and the role that give it.
import type { Subject } from "../manifest/types.ts";
import { boundSubjects } from "../rbac/access-index.ts";
import { grantsTo } from "../rbac/who-may.ts";
import { grantsText } from "../render/decision-text.ts";
import { writeJson, type Format } from "./format.ts";
import { openPolicyFolder } from "./open-config.ts";
import { parseTeams, peopleOf } from "./people-options.ts";
import { placeFolder, questionOf, rackNames, type QuestionOptions } from "./question.ts";
import type { ExitStatus, Terminal } from "./terminal.ts";

export interface WhoCanOptions extends QuestionOptions {
  readonly team: readonly string[];
  readonly format: Format;
}

/** Bound subjects, and the people of the teams that the options name. */
export async function whoCan(given: WhoCanOptions, terminal: Terminal): Promise<ExitStatus> {
  const options = await placeFolder(given, terminal);
  const teams = parseTeams(options.team);
  const { repo } = await openPolicyFolder(options.dir, terminal);
  const question = questionOf(options, repo, terminal);
  const bound = boundSubjects(repo.access);
  const people = peopleOf(bound.filter(isUser).map(loginOf), teams);
  const subjects = new Set<Subject>([...bound, ...Array.from(people.members, (login): Subject => `user:${login}`)]);
  const asked = { access: repo.access, question, racks: rackNames(repo), at: Date.now() };
  const grants = grantsTo([...subjects].sort(), people, asked);
  if (options.format === "json") writeJson({ subjects: grants }, terminal);
  else terminal.write(grants.length === 0 ? "nobody\n" : grantsText(grants));
  return grants.length === 0 ? 1 : 0;
}

function isUser(subject: Subject): boolean {
  return subject.startsWith("user:");
}

function loginOf(subject: Subject): string {
  return subject.slice("user:".length);
}
