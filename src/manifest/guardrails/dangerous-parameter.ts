// Parameters that open a rack, run code on it or take its nodes or apps away for a while (convox.md §5.2).
import type { Rack } from "../types.ts";
import type { GuardrailFault, RackGuardrail } from "./built-in.ts";
import { parameterText, saysYes } from "./parameter.ts";

export const dangerousParameter: RackGuardrail = {
  name: "dangerous-parameter",
  each: "rack",
  check,
};

interface Danger {
  readonly isIn: (value: string) => boolean;
  readonly what: string;
}

const isGiven = (value: string): boolean => value.trim() !== "";
const isNo = (value: string): boolean => !saysYes(value);
const isEverybody = (value: string): boolean => value.split(",").some((cidr) => /\/0+$/.test(cidr.trim()));

const OPEN_TO_ALL = { isIn: isEverybody, what: "opens the rack to every address" };
const CODE_ON_NODES = { isIn: isGiven, what: "runs code on every node" };
const NEW_NODES = { isIn: isGiven, what: "replaces every node when it changes" };
const APPS_OFF = { isIn: isGiven, what: "takes every app off the network when it changes" };

const NODES_CHANGE = { isIn: isGiven, what: "replaces nodes when it changes" };
const NODES_COUNT = { isIn: isGiven, what: "changes how many nodes there may be, and what they cost" };
const FOREIGN_REGISTRY = { isIn: isGiven, what: "changes the login by which every node pulls images" };
const NEEDED_TLS = { isIn: isGiven, what: "changes what every app accepts as an encrypted connection" };

const DANGERS: ReadonlyMap<string, Danger> = new Map<string, Danger>([
  ["additional_karpenter_nodepools_config", NODES_CHANGE],
  ["additional_node_groups_config", NODES_CHANGE],
  ["api_feature_gates", { isIn: isGiven, what: "switches parts of the rack's API on or off" }],
  ["convox_rack_domain", { isIn: isGiven, what: "moves the address of every app when it changes" }],
  ["disable_public_access", { isIn: isNo, what: "leaves the cluster's API open to the internet" }],
  ["docker_hub_password", FOREIGN_REGISTRY],
  ["docker_hub_username", FOREIGN_REGISTRY],
  ["ecr_additional_policy_arn", { isIn: isGiven, what: "gives every node a further policy" }],
  ["ecr_full_access", { isIn: saysYes, what: "lets every node write every image" }],
  ["eks_api_server_public_access_cidrs", OPEN_TO_ALL],
  ["internal_router", { isIn: isGiven, what: "changes by which way internal services are reached" }],
  ["max_on_demand_count", NODES_COUNT],
  ["min_on_demand_count", NODES_COUNT],
  ["node_capacity_type", NODES_CHANGE],
  ["node_disk", NEW_NODES],
  ["node_type", NEW_NODES],
  ["private", { isIn: isNo, what: "gives every node a public address" }],
  ["proxy_protocol", { isIn: saysYes, what: "takes every app off the network for some minutes when it changes" }],
  ["router_type", APPS_OFF],
  ["schedule_rack_scale_down", { isIn: isGiven, what: "stops every node at that time" }],
  ["ssl_ciphers", NEEDED_TLS],
  ["ssl_protocols", NEEDED_TLS],
  ["syslog", { isIn: isGiven, what: "sends every log out of the rack" }],
  ["telemetry", { isIn: saysYes, what: "sends reports out of the rack" }],
  ["terraform_update_timeout", { isIn: isGiven, what: "may end an update of the rack half-way" }],
  ["user_data", CODE_ON_NODES],
  ["user_data_url", CODE_ON_NODES],
  ["webhook_signing_key", { isIn: isGiven, what: "changes the key by which webhooks of the rack are trusted" }],
  ["whitelist", OPEN_TO_ALL],
]);

function dangerOf(name: string): Danger | undefined {
  return DANGERS.get(name) ?? (name.startsWith("karpenter_") ? NODES_CHANGE : undefined);
}

/** Values are not quoted: some of these hold addresses with passwords in them. */
function check(rack: Rack): readonly GuardrailFault[] {
  return [...rack.parameters].flatMap(([name, value]) => {
    const danger = dangerOf(name);
    if (danger === undefined || (value.kind === "plain" && !danger.isIn(value.text))) return [];
    // Of a danger that any value is, nothing need be looked at.
    const isUnseen = value.kind !== "plain" && danger.isIn !== isGiven;
    const message = isUnseen
      ? `the parameter \`${name}\` is ${value.kind === "sealed" ? "sealed" : "a reference"}, so that nobody can see whether it ${danger.what}`
      : `the parameter \`${name}\` ${danger.what}`;
    const hint = isUnseen
      ? "write it in plain text: it is no secret"
      : "look at it twice, and change it when few are at work";
    return [{ path: ["parameters", name], message, hint, about: parameterText(rack, name) }];
  });
}
