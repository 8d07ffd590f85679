// What a sealed value is for. It stands inside the ciphertext, so that a value opens nowhere else.
import type { AppName, RackName } from "../manifest/types.ts";

export type SealBinding =
  | { readonly rack: RackName; readonly app: AppName; readonly key: string }
  | { readonly rack: RackName; readonly endpoint: string };

/** In words: "DATABASE_URL of web on prod-eu". */
export function bindingText(binding: SealBinding): string {
  return "app" in binding
    ? `${binding.key} of ${binding.app} on ${binding.rack}`
    : `the password of ${binding.rack} at ${binding.endpoint}`;
}
