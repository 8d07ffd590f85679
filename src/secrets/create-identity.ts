import { generateX25519Identity, identityToRecipient } from "age-encryption";

export interface AgeIdentity {
  /** `AGE-SECRET-KEY-1…`: opens what is sealed to the recipient. */
  readonly identity: string;
  /** `age1…`: may be published. */
  readonly recipient: string;
}

export async function createIdentity(): Promise<AgeIdentity> {
  const identity = await generateX25519Identity();
  return { identity, recipient: await identityToRecipient(identity) };
}
