// `signalbox can-i`: one decision with its reason, by the roles and bindings of a folder.
import { StalledError } from "../errors.ts";
import { didYouMean } from "../manifest/near-miss.ts";
import type { ConfigRepo, Instant } from "../manifest/types.ts";
import { decideOnRacks } from "../rbac/decide-on-racks.ts";
import { askerOfSubject, type Asker } from "../rbac/asker.ts";
import { scopeOf, type Question } from "../rbac/decide.ts";
import { decideForKey } from "../rbac/key-decision.ts";
import { smallestBinding } from "../rbac/smallest-binding.ts";
import { decisionJson, decisionText, keyDecisionJson, keyDecisionText } from "../render/decision-text.ts";
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
  const [, key] = /^key:(.*)$/.exec(options.as) ?? [];
  const asks = key === undefined ? whoAsks(options) : null;
  const { repo } = await openPolicyFolder(options.dir, terminal);
  const asked = { repo, question: questionOf(options, repo, terminal), at: Date.now() };
  if (asks === null) return answerKey(key ?? "", asked, { format: options.format, terminal });
  const on = { racks: rackNames(repo), at: asked.at };
  const decisions = decideOnRacks(repo.access, asks, asked.question, on);
  const { allowed } = decisions[0];
  const missing = allowed ? null : smallestBinding(repo.access, asks, scopeOf(asked.question));
  if (options.format === "json") writeJson(decisionJson(decisions, missing), terminal);
  else terminal.write(decisionText(decisions, missing, paintOf(terminal)));
  return allowed ? 0 : 1;
}

function whoAsks({ as, team }: CanIOptions): Asker {
  const subject = parseSubject(as);
  return askerOfSubject(subject, peopleOf([subject.slice(subject.indexOf(":") + 1)], parseTeams(team)));
}

interface Asked {
  readonly repo: ConfigRepo;
  readonly question: Question;
  readonly at: Instant;
}

function answerKey(
  name: string,
  { repo, question, at }: Asked,
  { format, terminal }: { readonly format: Format; readonly terminal: Terminal },
): ExitStatus {
  const { keys } = repo.access;
  const key = keys.get(name.toLowerCase());
  if (key === undefined) {
    const near = didYouMean(name, [...keys.keys()]);
    const hint = near === undefined ? "" : `; ${near}`;
    throw new StalledError(`--as: expected a deploy key of the config repo, found ${JSON.stringify(name)}${hint}`);
  }
  const decision = decideForKey(repo.access, key, question, { racks: rackNames(repo), at });
  if (format === "json") writeJson(keyDecisionJson(decision), terminal);
  else terminal.write(keyDecisionText(decision, paintOf(terminal)));
  return "decisions" in decision && decision.decisions[0].allowed ? 0 : 1;
}
