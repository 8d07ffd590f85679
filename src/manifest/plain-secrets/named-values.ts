// Where in a file plain values stand that may be secrets.
import type { NamedValue } from "./plain-secrets.ts";
import { nodeAt, type YamlNode } from "../yaml-tree.ts";

/** The texts of a map, by their keys. */
export function namedValues(node: YamlNode | null): readonly NamedValue[] {
  if (node?.kind !== "map") return [];
  return node.entries.flatMap(({ key, value }) =>
    value.kind === "scalar" && value.value !== null ? [{ name: key, text: value.source, offset: value.offset }] : [],
  );
}

/** `KEY=default` of a list, as convox.yml writes its environment and the arguments of a build. */
function assignments(node: YamlNode | null): readonly NamedValue[] {
  if (node?.kind === "map") return namedValues(node);
  if (node?.kind !== "list") return [];
  return node.items.flatMap((item) => {
    if (item.kind !== "scalar") return [];
    const [, name, text] = /^([^=]+)=(.*)$/s.exec(item.source) ?? [];
    return name === undefined || text === undefined ? [] : [{ name, text, offset: item.offset }];
  });
}

/** Of convox.yml. */
export function namedValuesOfManifest(root: YamlNode): readonly NamedValue[] {
  return [
    ...assignments(nodeAt(root, ["environment"])),
    ...valuesIn(root, "services").flatMap(namedValuesOfService),
    ...valuesIn(root, "resources").flatMap((resource) => [
      ...namedValues(nodeAt(resource, ["options"])),
      ...imageLogin(resource),
    ]),
  ];
}

function namedValuesOfService(service: YamlNode): readonly NamedValue[] {
  const pullSecrets = nodeAt(service, ["imagePullSecrets"]);
  return [
    ...assignments(nodeAt(service, ["environment"])),
    ...assignments(nodeAt(service, ["build", "args"])),
    ...(pullSecrets?.kind === "list" ? pullSecrets.items : []).flatMap(passwordsOf),
    ...imageLogin(service),
  ];
}

/** `passwordEnv` names a key of the environment. */
function passwordsOf(node: YamlNode): readonly NamedValue[] {
  return namedValues(node).filter(({ name }) => name === "password");
}

/** `user:password@registry/image`. */
function imageLogin(node: YamlNode): readonly NamedValue[] {
  const image = nodeAt(node, ["image"]);
  const password = image?.kind === "scalar" ? /^[^/@:]+:([^/@]+)@[^/]+\//.exec(image.source)?.[1] : undefined;
  return image === null || password === undefined
    ? []
    : [{ name: "image.password", text: password, offset: image.offset }];
}

function valuesIn(root: YamlNode, key: string): readonly YamlNode[] {
  const node = nodeAt(root, [key]);
  return node?.kind === "map" ? node.entries.map(({ value }) => value) : [];
}
