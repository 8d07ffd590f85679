// What every built-in guardrail is, whichever file it stands in.
import type { Service } from "../convox/service-model.ts";
import type { BuiltInGuardrail, CustomGuardrail } from "../guardrail.ts";
import type { RuleName } from "../rule-names.ts";
import type { Manifest, Rack } from "../types.ts";
import type { Step } from "../yaml-tree.ts";

/** Something that a guardrail does not let be. */
export interface GuardrailFault {
  /** Of what says it, from the root of the file. */
  readonly path: readonly Step[];
  readonly message: string;
  readonly hint: string;
  /** What was judged: with another value it is another fault, though its message says no value. It may be a secret; see `digestOf`. */
  readonly about: string;
}

/** A fault that a custom guardrail finds. */
export interface CustomFault extends GuardrailFault {
  readonly said: CustomGuardrail;
  /** In the folder of the app or rack. */
  readonly file: "app.yml" | "env.yml" | "convox.yml" | "rack.yml";
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
