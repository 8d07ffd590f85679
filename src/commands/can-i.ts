// `signalbox can-i`: one decision with its reason, by the roles and bindings of a folder.
import { decideOnRacks } from "../rbac/decide-on-racks.ts";
import { askerOfSubject } from "../rbac/asker.ts";
import { decisionJson, decisionText } from "../render/decision-text.ts";
import { writeJson, type Format } from "./format.ts";
import { openPolicyFolder } from "./open-config.ts";
import { paintOf } from "./paint.ts";
import { parseSubject, parseTeams, peopleOf } from "./people-options.ts";
import { placeFolder, questionOf, rackNames, type QuestionOptions } from "./question.ts";
import type { ExitStatus, Terminal } from "./terminal.ts";

export interface CanIOptions extends QuestionOptions {
  readonly as: string;
  readonly team: readonly string[];
  readonly format: Format;
}

export async function canI(given: CanIOptions, terminal: Terminal): Promise<ExitStatus> {
  const options = await placeFolder(given, terminal);
  const subject = parseSubject(options.as);
  const people = peopleOf([subject.slice(subject.indexOf(":") + 1)], parseTeams(options.team));
  const { repo } = await openPolicyFolder(options.dir, terminal);
  const question = questionOf(options, repo, terminal);
  const on = { racks: rackNames(repo), at: Date.now() };
  const decisions = decideOnRacks(repo.access, askerOfSubject(subject, people), question, on);
  if (options.format === "json") writeJson(decisionJson(decisions), terminal);
  else terminal.write(decisionText(decisions, paintOf(terminal)));
  return decisions[0].allowed ? 0 : 1;
}
