// Parameters that open a rack, run code on it or take its nodes or apps away for a while (convox.md §5.2).
import type { Rack } from "../types.ts";
import type { GuardrailFault, RackGuardrail } from "./built-in.ts";
import { plainParameter, saysYes } from "./parameter.ts";

export const dangerousParameter: RackGuardrail = {
  name: "dangerous-parameter",
  defaultLevel: "warning",
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

const DANGERS: ReadonlyMap<string, Danger> = new Map<string, Danger>([
  ["convox_rack_domain", { isIn: isGiven, what: "moves the address of every app when it changes" }],
  ["disable_public_access", { isIn: isNo, what: "leaves the cluster's API open to the internet" }],
  ["ecr_additional_policy_arn", { isIn: isGiven, what: "gives every node a further policy" }],
  ["ecr_full_access", { isIn: saysYes, what: "lets every node write every image" }],
  ["eks_api_server_public_access_cidrs", OPEN_TO_ALL],
  ["karpenter_enabled", { isIn: saysYes, what: "replaces nodes when it changes" }],
  ["node_disk", NEW_NODES],
  ["node_type", NEW_NODES],
  ["private", { isIn: isNo, what: "gives every node a public address" }],
  ["proxy_protocol", { isIn: saysYes, what: "takes every app off the network for some minutes when it changes" }],
  ["router_type", APPS_OFF],
  ["schedule_rack_scale_down", { isIn: isGiven, what: "stops every node at that time" }],
  ["syslog", { isIn: isGiven, what: "sends every log out of the rack" }],
  ["user_data", CODE_ON_NODES],
  ["user_data_url", CODE_ON_NODES],
  ["whitelist", OPEN_TO_ALL],
]);

/** Values are not quoted: some of these hold addresses with passwords in them. */
function check(rack: Rack): readonly GuardrailFault[] {
  return [...rack.parameters.keys()].flatMap((name) => {
    const danger = DANGERS.get(name);
    const value = plainParameter(rack, name);
    if (danger === undefined || value === null || !danger.isIn(value)) return [];
    const message = `the parameter \`${name}\` ${danger.what}`;
    return [{ path: ["parameters", name], message, hint: "look at it twice, and change it when few are at work" }];
  });
}
