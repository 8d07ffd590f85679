// What every built-in guardrail is, whichever file it stands in.
import type { Service } from "../convox/service-model.ts";
import type { BuiltInGuardrail } from "../guardrail.ts";
import type { RuleName } from "../rule-names.ts";
import type { Manifest, Rack } from "../types.ts";
import type { Step } from "../yaml-tree.ts";

/** Something that a guardrail does not let be. */
export interface GuardrailFault {
  /** Of what says it, from the root of convox.yml or rack.yml. */
  readonly path: readonly Step[];
  readonly message: string;
  readonly hint: string;
}

interface AnyBuiltIn {
  readonly name: Extract<BuiltInGuardrail, RuleName>;
}

export interface ServiceGuardrail extends AnyBuiltIn {
  readonly each: "service";
  readonly check: (service: Service, manifest: Manifest) => readonly GuardrailFault[];
}

export interface RackGuardrail extends AnyBuiltIn {
  readonly each: "rack";
  readonly check: (rack: Rack) => readonly GuardrailFault[];
}
