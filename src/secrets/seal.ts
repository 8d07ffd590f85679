// Sealing: anybody who has the recipients' public keys can do it.
import { Encrypter } from "age-encryption";
import { StalledError } from "../errors.ts";
import { bindingText, type SealBinding } from "./binding.ts";

/**
 * A binary age file in base64, whose plaintext is the binding and the value as JSON.
 * @throws StalledError where there is nobody to seal to, a recipient is no age public key, or Convox could not hold the value
 */
export async function sealValue(binding: SealBinding, value: string, recipients: readonly string[]): Promise<string> {
  if (recipients.length === 0) throw new StalledError(`${bindingText(binding)}: the rack has no recipients to seal to`);
  if (/[\n\0]/.test(value)) {
    throw new StalledError(`${bindingText(binding)}: the value holds a newline or NUL, which Convox cannot hold`);
  }
  const encrypter = new Encrypter();
  for (const recipient of recipients) addRecipient(encrypter, recipient);
  const sealed = await encrypter.encrypt(JSON.stringify({ ...binding, value }));
  return Buffer.from(sealed).toString("base64");
}

function addRecipient(encrypter: Encrypter, recipient: string): void {
  if (/AGE-SECRET-KEY-/i.test(recipient)) {
    throw new StalledError("a secret age key is named as a recipient; make a new one, and name its public key (age1…)");
  }
  try {
    encrypter.addRecipient(recipient);
  } catch (error) {
    throw new StalledError(`${recipient} is no age public key (age1…)`, { cause: error });
  }
}
