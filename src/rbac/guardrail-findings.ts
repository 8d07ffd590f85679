// What guardrails say of the racks and apps that a proposal changes: by those of the policy, and by the head's own as they would be.
import type { Guardrail } from "../manifest/guardrail.ts";
import { appGuardrailFindings, rackGuardrailFindings } from "../manifest/guardrails/guardrail-findings.ts";
import { placeOfPath } from "../manifest/repo-files.ts";
import type { AppFolder, AppName, ConfigRepo, ConfiguredValue, Finding, Rack, RackName } from "../manifest/types.ts";
import { markKnown } from "./judge-findings.ts";
import type { Policy, Proposal } from "./proposal.ts";
import type { Change, JudgedFinding } from "./verdict.ts";

/** Marked where the base has them too. What the head's settings would find beside them is a warning. */
export function guardrailFindings(
  changes: readonly Change[],
  policy: Policy,
  { base, head }: Proposal,
): readonly JudgedFinding[] {
  const { guardrails } = policy.repo.settings;
  const found = findingsOf(placesOf(changes, head), guardrails);
  const known = found.length === 0 ? [] : findingsOf(keptIn(placesOf(changes, base), head), guardrails);
  return [...markKnown(found, known), ...laterFindings(changes, policy, head)];
}

function laterFindings(changes: readonly Change[], { repo }: Policy, head: ConfigRepo): readonly Finding[] {
  const { guardrails } = repo.settings;
  if (JSON.stringify(guardrails) === JSON.stringify(head.settings.guardrails)) return [];
  const places = placesOf(changes, head);
  return markKnown(findingsOf(places, head.settings.guardrails), findingsOf(places, guardrails))
    .filter(({ already }) => already !== true)
    .map((finding) => ({ ...finding, level: "warning", message: `${finding.message} (${LATER[finding.level]})` }));
}

const LATER = {
  error: "an error by the guardrails of this change, once it is merged",
  warning: "by the guardrails of this change, once it is merged",
} as const;

interface Places {
  readonly racks: readonly Rack[];
  readonly apps: readonly AppFolder[];
}

/** What cannot be read there is in `findings` already. Names in paths may be no names; then nothing is found by them. */
function placesOf(changes: readonly Change[], { racks }: ConfigRepo): Places {
  const changed = new Map(changes.map(({ path }) => placeOfPath(path)).map((place) => [JSON.stringify(place), place]));
  const places = [...changed.values()].flatMap(({ rack, app }) => {
    const folder = rack === null ? undefined : racks.get(rack as RackName);
    return folder === undefined ? [] : [{ folder, app }];
  });
  return {
    racks: places.flatMap(({ folder, app }) => (app === null ? [folder.rack] : [])),
    apps: places.flatMap(({ folder, app }) => (app === null ? [] : (folder.apps.get(app as AppName) ?? []))),
  };
}

/** A parameter with another value is another deed, though the finding on it says the same: values are not in it. */
function keptIn({ racks, apps }: Places, head: ConfigRepo): Places {
  return {
    apps,
    racks: racks.map((rack) => {
      const now = head.racks.get(rack.name)?.rack.parameters;
      const kept = [...rack.parameters].filter(([name, value]) => isSame(value, now?.get(name)));
      return { ...rack, parameters: new Map(kept) };
    }),
  };
}

function isSame(before: ConfiguredValue, after: ConfiguredValue | undefined): boolean {
  return JSON.stringify(before) === JSON.stringify(after);
}

function findingsOf({ racks, apps }: Places, guardrails: readonly Guardrail[]): readonly Finding[] {
  return [
    ...racks.flatMap((rack) => rackGuardrailFindings(guardrails, rack)),
    ...apps.flatMap((app) => appGuardrailFindings(guardrails, app)),
  ];
}
