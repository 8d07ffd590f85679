// Which guardrails let more through after a change of signalbox.yml, for those who approve it.
import { BUILT_IN_GUARDRAILS, type Guardrail } from "../guardrail.ts";
import type { Selector } from "../selector.ts";
import { settingOf } from "./guardrail-setting.ts";

/** `scope` and `judgement`: what it holds of, or what it asks, is another; that nothing new is let through cannot be said. */
export type Weakening = "removed" | "off" | "warns-only" | "scope" | "judgement";

export interface WeakerGuardrail {
  readonly name: string;
  readonly isCustom: boolean;
  readonly ways: readonly Weakening[];
  /** In signalbox.yml after the change; null where it is not there any more. */
  readonly line: number | null;
}

/** In the order of the guardrails before. */
export function weakerGuardrails(
  before: readonly Guardrail[],
  after: readonly Guardrail[],
): readonly WeakerGuardrail[] {
  const builtIn = BUILT_IN_GUARDRAILS.flatMap((name) => {
    const written = after.find((one) => one.name === name);
    const ways = waysOf(settingOf(before, name), settingOf(after, name));
    return ways.length === 0 ? [] : [{ name, isCustom: false, ways, line: written?.line ?? null }];
  });
  const custom = before.flatMap((was) => {
    if (was.custom === null || was.level === null) return [];
    const is = after.find(({ name, custom: judgement }) => judgement !== null && name === was.name);
    const ways: readonly Weakening[] = is === undefined ? ["removed"] : waysOf(was, is);
    return ways.length === 0 ? [] : [{ name: was.name, isCustom: true, ways, line: is?.line ?? null }];
  });
  return [...builtIn, ...custom];
}

function waysOf(was: Guardrail, is: Guardrail): readonly Weakening[] {
  if (was.level === null) return [];
  if (is.level === null) return ["off"];
  const holdsLess = [
    narrows(was.racks, is.racks),
    narrows(was.apps, is.apps),
    narrows(was.services, is.services),
  ].includes(true);
  const judgesOther = was.custom?.require !== is.custom?.require || was.custom?.each !== is.custom?.each;
  return [
    ...(was.level === "error" && is.level === "warning" ? (["warns-only"] as const) : []),
    ...(holdsLess ? (["scope"] as const) : []),
    ...(judgesOther ? (["judgement"] as const) : []),
  ];
}

/** May `is` leave out something that `was` names? Where that cannot be told from the two alone, yes. */
function narrows(was: Selector, is: Selector): boolean {
  if (is.kind === "all" || was.kind === "none") return false;
  if (was.kind === "names" && is.kind === "names") return was.names.some((name) => !is.names.includes(name));
  return !(was.kind === "regex" && is.kind === "regex" && was.source === is.source);
}
