// What the guardrails that a proposal brings would find once it is merged: warnings, on what it does not touch as well.
import { FILE_START, inFile, warningAt } from "../manifest/findings.ts";
import type { Guardrail } from "../manifest/guardrail.ts";
import { domainOwnerFindings } from "../manifest/guardrails/domain-owner.ts";
import { appGuardrailFindings, rackGuardrailFindings } from "../manifest/guardrails/guardrail-findings.ts";
import { withSecretSetting } from "../manifest/guardrails/plain-secret-setting.ts";
import { PLAIN_SECRET } from "../manifest/plain-secrets/plain-secrets.ts";
import { SETTINGS_PATH } from "../manifest/repo-paths.ts";
import type { AppFolder, ConfigRepo, Finding, Rack } from "../manifest/types.ts";
import { isNew, markKnown } from "./judge-findings.ts";

/** So many of those that do not change are looked at, with so many steps: the cost of one change does not grow with the repo. */
const OTHER_APPS = 100;
const STEPS = 5_000_000;
const FINDINGS_SHOWN = 30;

/** @param changed apps of the head that change: all of these are looked at, as far as the steps last */
export function laterGuardrailFindings(
  now: readonly Guardrail[],
  head: ConfigRepo,
  changed: readonly AppFolder[],
): readonly Finding[] {
  const sides = sidesOf(now, head.settings.guardrails);
  if (sides.now.length === 0 && sides.then.length === 0) return [];
  const looked = lookAt(placesIn(head, new Set(changed)), head, sides);
  const found = [...looked.met, ...freshDomains(sides, head, looked.apps), ...freshSecrets(sides, head)].map(asLater);
  const left = found.length - FINDINGS_SHOWN;
  if (left <= 0 && looked.left === 0) return found;
  return [...found.slice(0, FINDINGS_SHOWN), restFinding(Math.max(0, left), looked.left)];
}

/** Those that the two do not say alike: what the others find is found by both. */
interface Sides {
  readonly now: readonly Guardrail[];
  readonly then: readonly Guardrail[];
}

function sidesOf(now: readonly Guardrail[], then: readonly Guardrail[]): Sides {
  const messages = new Map(then.map(({ name, message }) => [name, message]));
  const differing = (these: readonly Guardrail[], those: readonly Guardrail[]): readonly Guardrail[] => {
    const known = new Set(those.map(sayingOf));
    return these.filter((guardrail) => !known.has(sayingOf(guardrail)));
  };
  return {
    // Another message makes no other finding.
    now: differing(now, then).map((said) => ({ ...said, message: messages.get(said.name) ?? null })),
    then: differing(then, now),
  };
}

/** Where it stands in the file, and its words, find nothing. */
function sayingOf({ line: _, message: __, ...said }: Guardrail): string {
  return JSON.stringify(said);
}

const LATER = {
  error: "an error by the guardrails of this change, once it is merged",
  warning: "by the guardrails of this change, once it is merged",
} as const;

function asLater(finding: Finding): Finding {
  return { ...finding, level: "warning", message: `${finding.message} (${LATER[finding.level]})` };
}

/** A rack by itself, or an app of it. */
interface Place {
  readonly rack: Rack;
  readonly app: AppFolder | null;
}

interface Places {
  readonly places: readonly Place[];
  readonly left: number;
}

function placesIn({ racks }: ConfigRepo, changed: ReadonlySet<AppFolder>): Places {
  const folders = [...racks.values()];
  const apps = folders.flatMap(({ rack, apps: inRack }) => Array.from(inRack.values(), (app) => ({ rack, app })));
  const others = apps.filter(({ app }) => !changed.has(app));
  return {
    places: [
      ...folders.map(({ rack }) => ({ rack, app: null })),
      ...apps.filter(({ app }) => changed.has(app)),
      ...others.slice(0, OTHER_APPS),
    ],
    left: Math.max(0, others.length - OTHER_APPS),
  };
}

interface LookedAt {
  readonly met: readonly Finding[];
  readonly apps: readonly AppFolder[];
  readonly left: number;
}

/** What the steps do not last for is not looked at. */
function lookAt({ places, left }: Places, { files }: ConfigRepo, sides: Sides): LookedAt {
  const around = { files, steps: { left: STEPS } };
  const looked = places.flatMap(({ rack, app }) => {
    if (around.steps.left <= 0) return [];
    const met = freshBy(sides, (guardrails) =>
      app === null
        ? rackGuardrailFindings(guardrails, rack, around)
        : appGuardrailFindings(guardrails, { app, rack }, around),
    );
    return around.steps.left <= 0 ? [] : [{ app, met }];
  });
  return {
    met: looked.flatMap(({ met }) => met),
    apps: looked.flatMap(({ app }) => app ?? []),
    left: left + places.length - looked.length,
  };
}

function freshBy(
  { now, then }: Sides,
  find: (guardrails: readonly Guardrail[]) => readonly Finding[],
): readonly Finding[] {
  return markKnown(find(then), find(now)).filter(isNew);
}

function freshDomains(sides: Sides, head: ConfigRepo, apps: readonly AppFolder[]): readonly Finding[] {
  const looked = new Set(apps.map(({ rack, name }) => `${rack}/${name}`));
  return freshBy(sides, (guardrails) =>
    domainOwnerFindings(guardrails, head, ({ rack, app }) => looked.has(`${rack}/${app}`)),
  );
}

/** Of the whole repo: they are found already, and what is asked is only whether they count. */
function freshSecrets(sides: Sides, { findings }: ConfigRepo): readonly Finding[] {
  const secrets = findings.filter(({ rule }) => rule === PLAIN_SECRET);
  return freshBy(sides, (guardrails) => withSecretSetting(secrets, guardrails));
}

/** @param placesLeft racks and apps */
function restFinding(left: number, placesLeft: number): Finding {
  const parts = [
    ...(left === 0 ? [] : [`${left} more findings by the guardrails of this change`]),
    ...(placesLeft === 0 ? [] : [`${placesLeft} racks and apps were not looked at by them`]),
  ];
  const hint = "`signalbox validate` on this branch judges every app by them";
  return inFile(SETTINGS_PATH, warningAt(FILE_START, { rule: "more-findings", message: parts.join("; "), hint }));
}
