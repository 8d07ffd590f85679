// Names that a change adds and that nobody in the organisation has: most often mistyped, and a name keeps the meaning that it had when
// it was merged.
import { inFile, warningAt } from "../manifest/findings.ts";
import type { Subject } from "../manifest/types.ts";
import { namesInRule } from "./named-subjects.ts";
import type { Proposal } from "./proposal.ts";
import type { JudgedFinding } from "./verdict.ts";

/** One for each name, where it first stands. */
export function unknownSubjectFindings({ head, unknown }: Proposal): readonly JudgedFinding[] {
  if (unknown.size === 0) return [];
  const found = new Map<Subject, JudgedFinding>();
  const isTold = (name: Subject): boolean => unknown.has(name) && !name.startsWith("app:") && !found.has(name);
  const add = (names: readonly Subject[], place: { readonly file: string; readonly line: number }): void => {
    for (const name of names) if (isTold(name)) found.set(name, findingOf(name, place));
  };
  for (const binding of head.access.bindings) add(binding.subjects, binding);
  for (const rule of head.settings.approvals) add(namesInRule(rule), { file: "signalbox.yml", line: rule.line ?? 1 });
  return [...found.values()];
}

function findingOf(name: Subject, { file, line }: { readonly file: string; readonly line: number }): JudgedFinding {
  return inFile(
    file,
    warningAt(
      { line, column: 1 },
      name.startsWith("team:")
        ? {
            rule: "unknown-subject",
            message: `expected a team of the organisation, found \`${name}\`, which there is not: it gives nobody anything`,
            hint: "correct the slug, or make the team before this is merged: one of that name that is made later is not meant",
          }
        : {
            rule: "unknown-subject",
            message: `expected a member of the organisation, found \`${name}\`, who is none: it gives nobody anything`,
            hint: "correct the login, or invite the account: the name means whoever has it when this is merged, once they are a member",
          },
    ),
  );
}
