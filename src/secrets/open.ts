// Opening: with an identity, and only at the place that the value was sealed for. No error holds any of the plaintext's value.
import { Decrypter } from "age-encryption";
import { StalledError } from "../errors.ts";
import { bindingText, type SealBinding } from "./binding.ts";
import { createSecret, type Secret } from "./secret.ts";

/** Far more than an environment can hold. A longer header, of thousands of recipients, would take seconds to try. */
const LONGEST_SEALED = 128 * 1024;

/** @throws StalledError where no identity opens it, or it was sealed for something else */
export async function openSealed(age: string, identities: readonly string[], binding: SealBinding): Promise<Secret> {
  const where = bindingText(binding);
  if (identities.length === 0) throw new StalledError(`${where} is sealed, and Signalbox has no age identity`);
  if (age.length > LONGEST_SEALED) throw new StalledError(`${where}: what is sealed there is longer than 128 KiB`);
  const plaintext = await decrypt(age, identities, where);
  const content = parse(plaintext);
  if (content === null) throw new StalledError(`${where}: what was sealed names no rack and value; seal it again`);
  if (!isFor(content, binding)) {
    throw new StalledError(`${where}: it was sealed for ${sealedFor(content)}; seal it again for where it stands`);
  }
  if (/[\n\0]/.test(content.value)) {
    throw new StalledError(`${where}: the value holds a newline, which Convox cannot hold`);
  }
  return createSecret(content.value);
}

async function decrypt(age: string, identities: readonly string[], where: string): Promise<string> {
  const decrypter = new Decrypter();
  identities.forEach((identity, index) => {
    addIdentity(decrypter, identity, index);
  });
  try {
    return await decrypter.decrypt(Buffer.from(age, "base64"), "text");
  } catch (error) {
    throw new StalledError(`${where}: none of Signalbox's identities opens it, or it is damaged; seal it again`, {
      cause: error,
    });
  }
}

function addIdentity(decrypter: Decrypter, identity: string, index: number): void {
  try {
    decrypter.addIdentity(identity);
  } catch {
    // What the library says of a malformed key could repeat a part of it.
    throw new StalledError(`age identity ${String(index + 1)} is none; expected AGE-SECRET-KEY-1…`);
  }
}

interface SealedContent {
  readonly fields: ReadonlyMap<string, string>;
  readonly value: string;
}

function parse(plaintext: string): SealedContent | null {
  let json: unknown;
  try {
    json = JSON.parse(plaintext);
  } catch {
    // The parser's message quotes the text.
    return null;
  }
  if (typeof json !== "object" || json === null) return null;
  const fields = new Map<string, string>();
  for (const [name, field] of Object.entries(json)) if (typeof field === "string") fields.set(name, field);
  const value = fields.get("value");
  return value === undefined ? null : { fields, value };
}

function isFor({ fields }: SealedContent, binding: SealBinding): boolean {
  const wanted = Object.entries(binding);
  return fields.size === wanted.length + 1 && wanted.every(([name, value]) => fields.get(name) === value);
}

function sealedFor({ fields }: SealedContent): string {
  const names = ["key", "app", "rack", "endpoint"].flatMap((name) => {
    const field = fields.get(name);
    return field === undefined ? [] : [`${name} ${JSON.stringify(field.slice(0, 200))}`];
  });
  return names.length === 0 ? "nothing that it names" : names.join(", ");
}
