// The decision of spec §2 once more, written from its sentences alone and sharing no code with src/: slow, and easy to check by eye.
import type { Access, Permission, Role, Selector } from "../../src/manifest/types.ts";
import type { Asker } from "../../src/rbac/asker.ts";
import type { Question } from "../../src/rbac/decide.ts";

const WITH_RACK = ["racks", "applications", "environment", "kubectl-access"];
const FALLBACK: Readonly<Record<string, string>> = {
  environment: "applications",
  "deploy-keys": "organization-settings",
};

/** For one name on one rack, or for a type without racks. */
export function naivelyAllowed(access: Access, asker: Asker, question: Question, at: number): boolean {
  if (!asker.member) return false;
  const mine = [asker.subject, ...asker.teams.map((team) => `team:${team}`)];
  return access.bindings.some((binding) => {
    if (!binding.subjects.some((subject) => mine.includes(subject))) return false;
    if (binding.until !== null && at >= binding.until) return false;
    const narrowedTo = binding.racks === null || binding.racks.kind === "all" ? null : binding.racks;
    if (narrowedTo !== null && !WITH_RACK.includes(question.resource)) return false;
    if (narrowedTo !== null && !matches(narrowedTo, question.rack ?? "")) return false;
    const role = access.roles.get(binding.role.toLowerCase());
    if (role === undefined) return false;
    const isOfApp = question.resource === "applications" || question.resource === "environment";
    const rackRead = { action: "read", resource: "racks", name: question.rack, rack: question.rack } as const;
    return roleAllows(role, question) && (!isOfApp || roleAllows(role, rackRead));
  });
}

function roleAllows(role: Role, question: Question): boolean {
  for (const type of [question.resource, FALLBACK[question.resource], "all"]) {
    const speaking = role.permissions.filter((one) => one.resource === type && speaksOf(one, question));
    if (speaking.length === 0) continue;
    if (speaking.some((one) => one.names.kind === "none" || one.racks.kind === "none")) return false;
    return speaking.some((one) => one.action === "write" || one.action === question.action);
  }
  return false;
}

function speaksOf(permission: Permission, question: Question): boolean {
  const names = permission.names.kind === "none" || matches(permission.names, question.name ?? "");
  if (!WITH_RACK.includes(question.resource)) {
    return names && (permission.racks.kind === "all" || permission.racks.kind === "none");
  }
  return names && (permission.racks.kind === "none" || matches(permission.racks, question.rack ?? ""));
}

function matches(selector: Selector, name: string): boolean {
  if (selector.kind === "all") return true;
  if (selector.kind === "none") return false;
  if (selector.kind === "regex") return regexOf(`^(?:${selector.source})$`).test(name);
  return selector.names.some((text) => regexOf(`^${text.replaceAll("*", ".*")}$`).test(name));
}

const regexes = new Map<string, RegExp>();

function regexOf(source: string): RegExp {
  const regex = regexes.get(source) ?? new RegExp(source);
  regexes.set(source, regex);
  return regex;
}
