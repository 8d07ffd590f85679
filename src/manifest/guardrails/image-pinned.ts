import type { Service } from "../convox/service-model.ts";
import type { GuardrailFault, ServiceGuardrail } from "./built-in.ts";

export const imagePinned: ServiceGuardrail = { name: "image-pinned", each: "service", check };

const BY_DIGEST = /@sha256:[0-9a-f]{64}$/;

/** What is built has no name that could come to mean something else. */
function check({ name, image, initContainer }: Service): readonly GuardrailFault[] {
  const path = ["services", name];
  return [
    ...faultOf(image, [...path, "image"], `the service \`${name}\``),
    ...faultOf(initContainer?.image ?? null, [...path, "initContainer", "image"], `the init container of \`${name}\``),
  ];
}

/** The image itself is not quoted: it may hold a login. */
function faultOf(image: string | null, path: readonly string[], whose: string): readonly GuardrailFault[] {
  if (image === null || BY_DIGEST.test(image)) return [];
  const message = `expected an image with its digest (\`…@sha256:…\`) for ${whose}, found one without`;
  return [{ path, message, hint: "add the digest that the registry shows for it", about: image }];
}
