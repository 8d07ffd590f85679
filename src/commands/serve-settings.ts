// What `serve` is told by environment variables: one table, validated at the start, everything that is wrong said at once.
import { createPrivateKey } from "node:crypto";
import type { ServeSettings } from "../connect.ts";
import { parseCommitSha } from "../manifest/names.ts";
import { messageOf } from "../reconcile/outcome.ts";
import { parseGrants } from "../secrets/grants.ts";
import type { CommitSha } from "../manifest/types.ts";

export interface ServeVariable {
  readonly name: string;
  readonly required: boolean;
  /** What holds where it is not set. */
  readonly default?: string;
  readonly meaning: string;
}

/** Each may also be given as `<NAME>_FILE`: the path of a file that holds it. */
export const SERVE_VARIABLES: readonly ServeVariable[] = [
  { name: "GITHUB_APP_ID", required: true, meaning: "Id of the GitHub App." },
  { name: "GITHUB_APP_KEY", required: true, meaning: "Its private key (PEM)." },
  {
    name: "GITHUB_WEBHOOK_SECRET",
    required: true,
    meaning: "Its webhook secret, at least 32 bytes; two, separated by a space, during a rotation.",
  },
  {
    name: "GITHUB_API_URL",
    required: false,
    default: "https://api.github.com",
    meaning: "The REST API; of a GitHub Enterprise Server `https://<host>/api/v3`.",
  },
  { name: "SIGNALBOX_REPO", required: true, meaning: "The config repo, `owner/name`." },
  { name: "SIGNALBOX_ROOT", required: true, meaning: "The first trusted commit, 40 hex digits." },
  {
    name: "SIGNALBOX_GRANTS",
    required: true,
    meaning: "Path of the grants file: what the config repo may use of Signalbox's surroundings.",
  },
  {
    name: "SIGNALBOX_SIGNING_KEY",
    required: true,
    meaning: "Ed25519 private key (PKCS 8 PEM) that signs the ledger: `openssl genpkey -algorithm ed25519`.",
  },
  {
    name: "SIGNALBOX_AGE_IDENTITIES",
    required: false,
    default: "none: sealed values cannot be opened",
    meaning: "age secret keys that open the racks' sealed values, separated by spaces or lines.",
  },
  {
    name: "SIGNALBOX_DATA",
    required: true,
    meaning: "Folder for the git mirror, what the sweep saw and unsent records.",
  },
  {
    name: "SIGNALBOX_ADDRESS",
    required: false,
    default: "127.0.0.1:3000",
    meaning: "Where webhooks and health checks are served, `host:port`; port 0 takes a free one.",
  },
  { name: "SIGNALBOX_LEDGER", required: false, default: "signalbox/ledger", meaning: "Branch of the ledger." },
  {
    name: "SIGNALBOX_LEDGER_INTERVAL",
    required: false,
    default: "10s",
    meaning: "At most one commit of ledger records in this time.",
  },
  {
    name: "SIGNALBOX_WRITE_SPACING",
    required: false,
    default: "1s",
    meaning: "Time between writes to GitHub, which asks for it; 0s switches the spacing off.",
  },
  {
    name: "SIGNALBOX_APP_POLL",
    required: false,
    default: "5s",
    meaning: "Time between looks at an app that is being promoted.",
  },
  { name: "SIGNALBOX_BUILD_POLL", required: false, default: "1s", meaning: "Time between looks at a build." },
  {
    name: "SIGNALBOX_LOG_LEVEL",
    required: false,
    default: "info",
    meaning: "trace, debug (with each verdict, as `signalbox check --format json` gives it), info, warn or error.",
  },
  {
    name: "SIGNALBOX_CLOCK_FILE",
    required: false,
    default: "none",
    meaning: "For simulations alone: a file with the milliseconds by which the clock is ahead.",
  },
];

export type Variables = Readonly<Record<string, string | undefined>>;

const WELL_KNOWN_SECRETS = new Set(["development", "secret", "changeme", "webhook-secret", "password"]);
const WEBHOOK_SECRET_BYTES_MIN = 32;
const LOG_LEVELS = new Set(["trace", "debug", "info", "warn", "error"]);

/** Reads every setting before it complains, so that one start shows everything that is wrong. Never quotes a secret. */
export function parseServeSettings(
  variables: Variables,
  readFile: (path: string) => string,
): { readonly settings: ServeSettings } | { readonly problems: readonly string[] } {
  const problems: string[] = [];
  const text = textReader(variables, readFile, problems);
  const checked = <T>(name: string, parse: (value: string) => T | null, expected: string, fallback: T): T => {
    const value = text(name);
    const parsed = value === "" ? null : parse(value);
    if (parsed === null && value !== "") problems.push(`${name}: expected ${expected}`);
    return parsed ?? fallback;
  };
  const settings: ServeSettings = {
    appId: checked("GITHUB_APP_ID", parseId, "the numeric id of the App", 0),
    appKey: checked("GITHUB_APP_KEY", parsePrivateKey, "a private key in PEM", ""),
    webhookSecrets: checked("GITHUB_WEBHOOK_SECRET", parseWebhookSecrets, WEBHOOK_SECRETS_EXPECTED, []),
    apiUrl: checked("GITHUB_API_URL", parseUrl, "an https address (http on loopback)", ""),
    repo: checked("SIGNALBOX_REPO", parseRepo, "owner/name", ""),
    root: checked("SIGNALBOX_ROOT", parseCommitSha, "a commit id of 40 hex digits", NO_COMMIT),
    grants: checked("SIGNALBOX_GRANTS", readIfThere(readFile), "the path of a file that can be read", ""),
    signingKey: checked("SIGNALBOX_SIGNING_KEY", parseSigningKey, "an Ed25519 private key (PKCS 8 PEM)", ""),
    ageIdentities: checked("SIGNALBOX_AGE_IDENTITIES", parseIdentities, "AGE-SECRET-KEY-1… keys", []),
    dataFolder: text("SIGNALBOX_DATA"),
    address: checked("SIGNALBOX_ADDRESS", parseAddress, "host:port", { host: "", port: 0 }),
    ledgerBranch: checked("SIGNALBOX_LEDGER", parseBranch, "a branch name", ""),
    ledgerIntervalMs: checked("SIGNALBOX_LEDGER_INTERVAL", parseDuration, DURATION_EXPECTED, 0),
    writeSpacingMs: checked("SIGNALBOX_WRITE_SPACING", parseSpacing, "0s, or 1s and more, as GitHub asks", 0),
    appPollMs: checked("SIGNALBOX_APP_POLL", parseDuration, DURATION_EXPECTED, 0),
    buildPollMs: checked("SIGNALBOX_BUILD_POLL", parseDuration, DURATION_EXPECTED, 0),
    logLevel: checked("SIGNALBOX_LOG_LEVEL", (level) => (LOG_LEVELS.has(level) ? level : null), "a log level", ""),
    clockFile: text("SIGNALBOX_CLOCK_FILE"),
    variables,
  };
  problems.push(...grantProblems(settings.grants));
  return problems.length > 0 ? { problems } : { settings };
}

const DURATION_EXPECTED = "a duration such as 250ms, 10s or 1m";
/** Stands where the setting is missing: settings with problems are never given out. */
const NO_COMMIT = "0".repeat(40) as CommitSha;
const OPTIONAL_WORDS = new Set(["SIGNALBOX_AGE_IDENTITIES", "SIGNALBOX_CLOCK_FILE"]);

/** The value of a variable or of its `_FILE`; "" where it is missing, which is a problem if it is required. */
function textReader(variables: Variables, readFile: (path: string) => string, problems: string[]) {
  return (name: string): string => {
    const variable = SERVE_VARIABLES.find((known) => known.name === name);
    const path = variables[`${name}_FILE`];
    const given = path === undefined ? variables[name] : readIfThere(readFile)(path);
    if (given === null) problems.push(`${name}_FILE: cannot read the file that it names`);
    if (given !== undefined && given !== null && given !== "") return given.trim();
    if (variable?.required === true && given !== null) problems.push(`${name}: missing. ${variable.meaning}`);
    return OPTIONAL_WORDS.has(name) ? "" : (variable?.default ?? "");
  };
}

function readIfThere(readFile: (path: string) => string): (path: string) => string | null {
  return (path) => {
    try {
      return readFile(path);
    } catch {
      // Whatever the reason, the problem is told with the name of the variable, and that is what can be mended.
      return null;
    }
  };
}

function grantProblems(text: string): readonly string[] {
  try {
    parseGrants(text);
    return [];
  } catch (error) {
    return [`SIGNALBOX_GRANTS: ${messageOf(error)}`];
  }
}

function parseId(text: string): number | null {
  return /^[1-9]\d{0,15}$/.test(text) ? Number(text) : null;
}

function parsePrivateKey(text: string): string | null {
  try {
    createPrivateKey(text);
    return text;
  } catch {
    // The library's message may quote the key.
    return null;
  }
}

function parseSigningKey(text: string): string | null {
  return parsePrivateKey(text) !== null && createPrivateKey(text).asymmetricKeyType === "ed25519" ? text : null;
}

const WEBHOOK_SECRETS_EXPECTED = `one or two secrets of at least ${String(WEBHOOK_SECRET_BYTES_MIN)} bytes, none that is well known`;

function parseWebhookSecrets(text: string): readonly string[] | null {
  const secrets = text.split(/\s+/);
  const good = secrets.every((secret) => Buffer.byteLength(secret) >= WEBHOOK_SECRET_BYTES_MIN && !isWellKnown(secret));
  return good && secrets.length <= 2 ? secrets : null;
}

function isWellKnown(secret: string): boolean {
  return WELL_KNOWN_SECRETS.has(secret.toLowerCase()) || new Set(secret).size < 8;
}

function parseUrl(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const loopback = ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  const safe = url.protocol === "https:" || (url.protocol === "http:" && loopback);
  return safe && url.username === "" ? text.replace(/\/+$/, "") : null;
}

function parseRepo(text: string): string | null {
  return /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100}$/.test(text) ? text : null;
}

function parseIdentities(text: string): readonly string[] | null {
  const identities = text.split(/\s+/);
  return identities.every((identity) => /^AGE-SECRET-KEY-1[A-Z0-9]{58}$/.test(identity)) ? identities : null;
}

function parseAddress(text: string): { readonly host: string; readonly port: number } | null {
  const [, host = "", port = ""] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  return host === "" || Number(port) > 65_535 ? null : { host: host.replace(/^\[(.*)\]$/, "$1"), port: Number(port) };
}

function parseBranch(text: string): string | null {
  return /^[A-Za-z0-9][A-Za-z0-9/_-]*$/.test(text) ? text : null;
}

const UNITS_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

function parseDuration(text: string): number | null {
  const [, amount = "", unit = ""] = /^(\d{1,6})(ms|s|m|h)$/.exec(text) ?? [];
  // The pattern admits these units alone.
  return amount === "" ? null : Number(amount) * UNITS_MS[unit as keyof typeof UNITS_MS];
}

function parseSpacing(text: string): number | null {
  const spacingMs = parseDuration(text);
  return spacingMs === null || (spacingMs > 0 && spacingMs < 1_000) ? null : spacingMs;
}
