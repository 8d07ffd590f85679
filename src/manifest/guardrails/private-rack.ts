import type { Rack } from "../types.ts";
import type { GuardrailFault, RackGuardrail } from "./built-in.ts";
import { parameterText, plainParameter, saysYes } from "./parameter.ts";

export const privateRack: RackGuardrail = { name: "private-rack", each: "rack", check };

/** What is left out counts as open: the rack may have been installed either way. */
function check(rack: Rack): readonly GuardrailFault[] {
  const value = plainParameter(rack, "private");
  if (value !== null && saysYes(value)) return [];
  const found = rack.parameters.has("private") ? "another value" : "none";
  const message = `expected the parameter \`private: "true"\`, found ${found}`;
  const hint =
    "a rack is private from its installation on: write down what it has, or leave it out of this guardrail's `racks`";
  return [{ path: ["parameters", "private"], message, hint, about: parameterText(rack, "private") }];
}
