// Opens what stands in the config repo, within what the operator grants. Every value that is opened is known to the redactor before
// anybody gets it.
import { StalledError } from "../errors.ts";
import type { ConfiguredValue } from "../manifest/types.ts";
import type { SecretOpener } from "../reconcile/ports.ts";
import { bindingText, type SealBinding } from "../secrets/binding.ts";
import { hostGranted, referenceGranted, type Grant, type GrantPlace } from "../secrets/grants.ts";
import { openSealed } from "../secrets/open.ts";
import type { Redactor } from "../secrets/redactor.ts";
import { createSecret, type Secret } from "../secrets/secret.ts";

export interface SecretOpenerOptions {
  /** age secret keys. */
  readonly identities: readonly string[];
  readonly grants: readonly Grant[];
  /** What `env://NAME` names. */
  environmentVariable(name: string): string | undefined;
  readonly redactor: Redactor;
}

export function createSecretOpener(options: SecretOpenerOptions): SecretOpener {
  const open = async (binding: SealBinding, place: GrantPlace, value: ConfiguredValue): Promise<Secret> => {
    const secret = await openValue(options, { binding, place }, value);
    if (value.kind !== "plain" || place.app === null) options.redactor.add(secret);
    return secret;
  };
  return {
    openEnvironment: (at, value) => open(at, { rack: at.rack, app: at.app }, value),
    openPassword: async (rack) => {
      const host = new URL(rack.endpoint).hostname.replace(/^\[(.*)\]$/, "$1");
      if (!hostGranted(options.grants, rack.name, host)) {
        throw new StalledError(
          `racks/${rack.name}/rack.yml: the endpoint's host ${host} is not granted to ${rack.name}; the operator adds it to the grants file (SIGNALBOX_GRANTS)`,
        );
      }
      return open({ rack: rack.name, endpoint: rack.endpoint }, { rack: rack.name, app: null }, rack.password);
    },
  };
}

async function openValue(
  options: SecretOpenerOptions,
  at: { readonly binding: SealBinding; readonly place: GrantPlace },
  value: ConfiguredValue,
): Promise<Secret> {
  switch (value.kind) {
    case "plain":
      return createSecret(value.text);
    case "sealed":
      return openSealed(value.age, options.identities, at.binding);
    case "reference":
      return openReference(options, at, value.uri);
  }
}

function openReference(
  options: SecretOpenerOptions,
  { binding, place }: { readonly binding: SealBinding; readonly place: GrantPlace },
  uri: string,
): Secret {
  const where = bindingText(binding);
  if (!referenceGranted(options.grants, place, uri)) {
    throw new StalledError(
      `${where}: ${uri} is not granted there; the operator adds it to the grants file (SIGNALBOX_GRANTS)`,
    );
  }
  const name = /^env:\/\/([A-Za-z_][A-Za-z0-9_]*)$/.exec(uri)?.[1];
  if (name === undefined) {
    throw new StalledError(`${where}: only env://NAME references can be opened yet; found ${uri}`);
  }
  const value = options.environmentVariable(name);
  if (value === undefined) {
    throw new StalledError(`${where}: ${uri} names a variable that Signalbox's environment lacks`);
  }
  if (/[\n\0]/.test(value)) throw new StalledError(`${where}: ${uri} holds a newline, which Convox cannot hold`);
  return createSecret(value);
}
