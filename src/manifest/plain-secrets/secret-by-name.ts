// Values that look like a secret by the name of their key, or by being random: a guess, which a comment can answer.

/** The last word of a key says what it holds: `PASSWORD_FILE` is a path, `TOKEN_TTL` a time. */
const SECRET_NAME =
  /(?:^|[_.-])(?:PASSWORD|PASSWD|PASSPHRASE|PASSCODE|PASS|PWD|SECRET|SECRETS|TOKEN|CREDENTIALS?|API_?KEY|APIKEY|AUTH_?KEY|ACCESS_?KEY|PRIVATE_?KEY|SECRET_?KEY|SECRET_?KEY_?BASE|ENCRYPTION_?KEY|SIGNING_?KEY|MASTER_?KEY|SALT|PEPPER)(?:_?\d{1,3})?$/i;
const KEY_NAME = /(?:^|[_.-])(?:KEY|AUTH|DSN|COOKIE|SEED|LICENSE|CERT)(?:_?\d{1,3})?$/i;
/** Names of what is long and random and nobody's secret. */
const PUBLIC_NAME =
  /(?:^|[_.-])(?:PUBLIC|PUBLISHABLE)(?:$|[_.-])|(?:^|[_.-])(?:SHA\d*|COMMIT|REVISION|REV|DIGEST|HASH|CHECKSUM|FINGERPRINT|VERSION|BUILD|RELEASE|TAG|IMAGE|ID|UUID|GUID|ARN|URL|URI|HOST|HOSTNAME|ENDPOINT|BUCKET|PATH|FILE|DIR|NAME|REGION|EMAIL)(?:_?\d{1,3})?$/i;

const SHORTEST_PASSWORD = 6;
const SHORTEST_KEY = 16;
const SHORTEST_RANDOM = 24;

/** To follow "found"; null: nothing that looks like one. Neither the value nor its length is in it. */
export function secretByName(name: string, value: string): string | null {
  if (isHarmless(value)) return null;
  const isPublic = PUBLIC_NAME.test(name);
  if (SECRET_NAME.test(name) && !isPublic && value.length >= SHORTEST_PASSWORD) {
    return "a value under the name of a secret";
  }
  if (KEY_NAME.test(name) && !isPublic && value.length >= SHORTEST_KEY && isRandom(value, KEY_BITS)) {
    return "a random value under the name of a key";
  }
  return !isPublic && value.length >= SHORTEST_RANDOM && isRandom(value, RANDOM_BITS) ? "a long random value" : null;
}

/** Words, numbers, paths, addresses, references to other values: whatever the key is called. */
function isHarmless(value: string): boolean {
  return (
    /^(?:true|false|yes|no|on|off|none|null|default|disabled|enabled|optional|required)$/i.test(value) ||
    /^-?\d{1,6}(?:\.\d+)?(?:ms|s|m|h|d)?$/.test(value) ||
    /^(?:\/|\.\.?\/|~\/|[A-Za-z]:\\)/.test(value) ||
    /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ||
    /[\ue000-\uf8ff…]|\$\{|\{\{|^\$[A-Z_]|^<.*>$|^arn:/.test(value) ||
    /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(value) ||
    /^(?:age1|ssh-|sha\d+:|sha\d+-)/.test(value)
  );
}

/** Bits a character, of what has no spaces: of 24 characters drawn from base64 nearly all have more than 3.9, few words do. */
const KEY_BITS = 3.0;
const RANDOM_BITS = 3.9;
const HEX_BITS = 3.0;

function isRandom(value: string, bits: number): boolean {
  if (!/^[A-Za-z0-9+/=_~.-]+$/.test(value)) return false;
  if (/^[0-9a-f]{32,}$/i.test(value)) return entropyOf(value) >= HEX_BITS;
  const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/].filter((kind) => kind.test(value)).length;
  // Names joined by dots and dashes have few digits, and those together.
  const isOfWords = value
    .split(/[./_~-]/)
    .every((word) => /^(?:(?:[A-Z]?[a-z]{2,})+|[A-Za-z]|[A-Z]+|\d{1,6}|v?\d+|)$/.test(word));
  return kinds >= 2 && !isOfWords && entropyOf(value) >= bits;
}

/** Shannon's, of the characters that are there. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0);
}
