// What would give somebody the right that they lack, as YAML that can be pasted.
import type { Selector } from "../manifest/types.ts";
import type { Missing } from "../rbac/smallest-binding.ts";

/** One line of a file in `bindings/`, or the permissions of a role. */
export function missingYaml(missing: Missing): string {
  if (missing.kind === "role") return missing.permissions.map(permissionYaml).join("\n");
  const { role, subject, racks } = missing;
  const on = racks === null ? "" : `, racks: ${selectorYaml(racks)}`;
  return `- { role: ${role}, subjects: [${JSON.stringify(subject)}]${on} }`;
}

/** Where it goes, as the start of a sentence that ends with the YAML. */
export function missingWords(missing: Missing): string {
  return missing.kind === "binding"
    ? "in a file of bindings/, this and no more would give it:"
    : "no role gives it; a role of roles/ with these permissions, bound to them, would:";
}

/** As it stands in the JSON of `can-i`. */
export function missingJson(missing: Missing): object {
  const yaml = missingYaml(missing);
  if (missing.kind === "role") return { yaml };
  const { role, subject, racks } = missing;
  return { role, subjects: [subject], ...(racks === null ? {} : { racks: selectorJson(racks) }), yaml };
}

function permissionYaml({
  resource,
  names,
  racks,
  action,
}: Extract<Missing, { kind: "role" }>["permissions"][number]): string {
  const on = racks.kind === "all" ? "" : `, racks: ${selectorYaml(racks)}`;
  return `- { resource: ${resource}, names: ${selectorYaml(names)}${on}, action: ${action ?? "read"} }`;
}

function selectorYaml(selector: Selector): string {
  if (selector.kind === "names") return `[${selector.names.map(plainOrQuoted).join(", ")}]`;
  return selector.kind === "regex" ? `{ regex: ${JSON.stringify(selector.source)} }` : selector.kind;
}

/** A name that YAML reads as a text whatever it is needs no quotes. */
function plainOrQuoted(name: string): string {
  const isText = /^[a-z][a-z0-9-]*$/.test(name) && !/^(?:true|false|null|yes|no|on|off|y|n)$/.test(name);
  return isText ? name : JSON.stringify(name);
}

function selectorJson(selector: Selector): unknown {
  if (selector.kind === "names") return selector.names;
  return selector.kind === "regex" ? { regex: selector.source } : selector.kind;
}
