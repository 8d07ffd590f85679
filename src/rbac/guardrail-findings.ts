// What guardrails say of the racks and apps that a proposal changes: by those of the policy, and by the head's own as they would be.
import type { Guardrail } from "../manifest/guardrail.ts";
import { asksOfRack } from "../manifest/guardrails/custom-guardrails.ts";
import { domainOwnerFindings } from "../manifest/guardrails/domain-owner.ts";
import { appGuardrailFindings, rackGuardrailFindings } from "../manifest/guardrails/guardrail-findings.ts";
import { placeOfPath } from "../manifest/repo-files.ts";
import type { AppFolder, AppName, ConfigRepo, Finding, Rack, RackName } from "../manifest/types.ts";
import { markKnown } from "./judge-findings.ts";
import { laterGuardrailFindings } from "./later-guardrail-findings.ts";
import type { Policy, Proposal } from "./proposal.ts";
import type { Change, JudgedFinding } from "./verdict.ts";

/** Marked where the base has them too. What the head's settings would find beside them is a warning. */
export function guardrailFindings(
  changes: readonly Change[],
  policy: Policy,
  { base, head }: Proposal,
): readonly JudgedFinding[] {
  const { guardrails } = policy.repo.settings;
  const places = placesOf(changes, head);
  const found = [...findingsOf(places, guardrails, head), ...domainFindings(places, guardrails, head)];
  const known = found.length === 0 ? [] : knownFindings(changes, guardrails, base);
  const changed = places.apps.flatMap(({ app, isChanged }) => (isChanged ? [app] : []));
  return [...markKnown(found, known), ...laterGuardrailFindings(guardrails, head, changed)];
}

function knownFindings(
  changes: readonly Change[],
  guardrails: readonly Guardrail[],
  base: ConfigRepo,
): readonly Finding[] {
  const places = placesOf(changes, base);
  return [...findingsOf(places, guardrails, base), ...domainFindings(places, guardrails, base)];
}

/** Said of the apps that change: those that had the domain before have done nothing. */
function domainFindings({ apps }: Places, guardrails: readonly Guardrail[], repo: ConfigRepo): readonly Finding[] {
  const changed = new Set(apps.flatMap(({ app, isChanged }) => (isChanged ? [`${app.rack}/${app.name}`] : [])));
  return domainOwnerFindings(guardrails, repo, ({ rack, app }) => changed.has(`${rack}/${app}`));
}

interface Places {
  readonly racks: readonly Rack[];
  readonly apps: readonly AppPlace[];
}

interface AppPlace {
  readonly app: AppFolder;
  readonly rack: Rack;
  /** It changes itself, not only its rack. */
  readonly isChanged: boolean;
}

/** What cannot be read there is in `findings` already. Names in paths may be no names; then nothing is found by them. */
function placesOf(changes: readonly Change[], { racks }: ConfigRepo): Places {
  const changed = new Map(changes.map(({ path }) => placeOfPath(path)).map((place) => [JSON.stringify(place), place]));
  const places = [...changed.values()].flatMap(({ rack, app }) => {
    const folder = rack === null ? undefined : racks.get(rack as RackName);
    return folder === undefined ? [] : [{ folder, app }];
  });
  const changedRacks = new Set(places.flatMap(({ folder, app }) => (app === null ? [folder] : [])));
  const changedApps = places.flatMap(({ folder: { rack, apps }, app: name }) => {
    const app = apps.get(name as AppName);
    return app === undefined ? [] : [{ app, rack, isChanged: true }];
  });
  const itself = new Set(changedApps.map(({ app }) => app));
  const around = [...changedRacks].flatMap(({ rack, apps }) =>
    [...apps.values()].flatMap((app) => (itself.has(app) ? [] : [{ app, rack, isChanged: false }])),
  );
  return { racks: Array.from(changedRacks, ({ rack }) => rack), apps: [...changedApps, ...around] };
}

function findingsOf({ racks, apps }: Places, guardrails: readonly Guardrail[], repo: ConfigRepo): readonly Finding[] {
  const ofRack = guardrails.filter(asksOfRack);
  return [
    ...racks.flatMap((rack) => rackGuardrailFindings(guardrails, rack, repo)),
    ...apps.flatMap(({ app, rack, isChanged }) => {
      if (isChanged) return appGuardrailFindings(guardrails, { app, rack }, repo);
      return ofRack.length === 0 ? [] : appGuardrailFindings(ofRack, { app, rack }, repo);
    }),
  ];
}
