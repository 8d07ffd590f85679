// What the guardrails that a proposal brings would find once it is merged: warnings, on what it does not touch as well.
import { FILE_START, inFile, warningAt } from "../manifest/findings.ts";
import type { Guardrail } from "../manifest/guardrail.ts";
import { appGuardrailFindings, rackGuardrailFindings } from "../manifest/guardrails/guardrail-findings.ts";
import { SETTINGS_PATH } from "../manifest/repo-paths.ts";
import type { AppFolder, ConfigRepo, Finding } from "../manifest/types.ts";
import { markKnown } from "./judge-findings.ts";

/** So many of those that do not change are looked at: the cost of one change does not grow with the repo. */
const OTHER_APPS = 100;
const FINDINGS_SHOWN = 30;

/** @param changed apps of the head that change: all of these are looked at */
export function laterGuardrailFindings(
  now: readonly Guardrail[],
  head: ConfigRepo,
  changed: readonly AppFolder[],
): readonly Finding[] {
  const then = head.settings.guardrails;
  if (sayingOf(now) === sayingOf(then)) return [];
  const { apps, appsLeft } = appsToLookAt(head, new Set(changed));
  const fresh = markKnown(findingsOf(then, head, apps), findingsOf(now, head, apps))
    .filter(({ already }) => already !== true)
    .map((finding): Finding => ({
      ...finding,
      level: "warning",
      message: `${finding.message} (${LATER[finding.level]})`,
    }));
  const left = fresh.length - FINDINGS_SHOWN;
  if (left <= 0 && appsLeft === 0) return fresh;
  return [...fresh.slice(0, FINDINGS_SHOWN), restFinding(Math.max(0, left), appsLeft)];
}

const LATER = {
  error: "an error by the guardrails of this change, once it is merged",
  warning: "by the guardrails of this change, once it is merged",
} as const;

/** Where they stand in the file says nothing. */
function sayingOf(guardrails: readonly Guardrail[]): string {
  return JSON.stringify(guardrails.map(({ line: _, ...said }) => said));
}

interface AppsToLookAt {
  readonly apps: readonly AppFolder[];
  readonly appsLeft: number;
}

function appsToLookAt({ racks }: ConfigRepo, changed: ReadonlySet<AppFolder>): AppsToLookAt {
  const others = [...racks.values()].flatMap(({ apps }) => [...apps.values()].filter((app) => !changed.has(app)));
  return {
    apps: [...changed, ...others.slice(0, OTHER_APPS)],
    appsLeft: Math.max(0, others.length - OTHER_APPS),
  };
}

function findingsOf(
  guardrails: readonly Guardrail[],
  { racks, files }: ConfigRepo,
  apps: readonly AppFolder[],
): readonly Finding[] {
  return [
    ...[...racks.values()].flatMap(({ rack }) => rackGuardrailFindings(guardrails, rack, files)),
    ...apps.flatMap((app) => {
      const folder = racks.get(app.rack);
      return folder === undefined ? [] : appGuardrailFindings(guardrails, { app, rack: folder.rack }, files);
    }),
  ];
}

function restFinding(left: number, appsLeft: number): Finding {
  const parts = [
    ...(left === 0 ? [] : [`${left} more findings by the guardrails of this change`]),
    ...(appsLeft === 0 ? [] : [`${appsLeft} apps were not looked at by them`]),
  ];
  const hint = "`signalbox validate` on this branch judges every app by them";
  return inFile(SETTINGS_PATH, warningAt(FILE_START, { rule: "more-findings", message: parts.join("; "), hint }));
}
