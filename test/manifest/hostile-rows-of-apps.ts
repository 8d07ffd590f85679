// The hostile corpus: convox.yml, env.yml, and the git trees that they come in.
import { fixture, later, LIMITS, moot, test, type HostileRow } from "./hostile-shown.ts";

const SECRETS = "manifest/plain-secrets.test.ts";
const SEALED = "secrets/seal.test.ts";
const MIRROR = "adapters/hostile-git.test.ts";

const MANIFEST: readonly HostileRow[] = [
  {
    id: "C01",
    inputs: { "a top key": fixture("c01-unknown-top-key"), "a service key": fixture("c01-unknown-service-key") },
  },
  {
    id: "C02",
    inputs: {
      "-x": fixture("c02-service-name-with-a-dash-first"),
      "upper case": fixture("c02-service-name-in-upper-case"),
      "an accent": fixture("c02-service-name-with-an-accent"),
      "64 characters": fixture("c02-service-name-of-64-characters"),
    },
  },
  {
    id: "C04",
    inputs: {
      "privileged, host paths": test("manifest/convox.test.ts", "privileged: true"),
      hostNetwork: moot("Convox has no such key, so it is an unknown one"),
    },
  },
  {
    id: "C05",
    inputs: {
      "an image with a password": test(SECRETS, "in an image's address"),
      "a registry that is not listed": moot("spec §1 has no list of registries; a custom guardrail can be one"),
    },
  },
  { id: "C06", inputs: { "SECRET=value": test(SECRETS, "in a default of convox.yml") } },
  {
    id: "C08",
    inputs: {
      "* * * * * *": fixture("c08-timer-with-six-fields"),
      "four fields": fixture("c08-timer-with-four-fields"),
      "61 * * * *": fixture("c08-timer-of-minute-61"),
      "every minute": fixture("c08-timer-of-every-minute"),
      "a day that never comes": fixture("c08-timer-that-never-runs"),
    },
  },
  {
    id: "C09",
    inputs: {
      "no type": fixture("c09-resource-without-type"),
      "an unknown type": fixture("c09-resource-of-a-mistyped-type"),
      "a service's name": moot("the two have names of their own on a rack"),
    },
  },
  {
    id: "C10",
    inputs: {
      "-1": fixture("c10-count-below-zero"),
      "1e9": fixture("c10-count-with-an-exponent"),
      "5-2": fixture("c10-count-backwards"),
      "cpu 0": moot("a rack takes it for none, and its default"),
      "memory 1e12": fixture("c10-memory-with-an-exponent"),
    },
  },
  {
    id: "C12",
    inputs: {
      "a path up": fixture("c12-build-outside-of-the-source"),
      "a Dockerfile up": fixture("c12-dockerfile-outside-of-the-source"),
      "an absolute manifest": moot("it is taken from the build's own folder"),
    },
  },
  { id: "C13", inputs: { "a hook of a production app": test("rbac/approvals.test.ts", "is by the default rules") } },
  {
    id: "C14",
    inputs: {
      "anchors used in a normal way": test(LIMITS, "aliases"),
      "a merge in a service": fixture("c14-merge-that-convox-drops"),
    },
  },
  { id: "C16", inputs: { "convox.yml missing": fixture("c16-env-and-convox-missing") } },
  {
    id: "C17",
    inputs: {
      system: fixture("c17-app-named-system"),
      rack: fixture("c17-app-named-rack"),
      "too long": fixture("c17-app-name-too-long"),
      "a dash at its end": moot("spec §1, Names, allows it, as Convox does"),
    },
  },
  { id: "C18", inputs: { "two owners": moot("an app on two racks is two apps; nothing names an owner") } },
];

const ENVIRONMENT: readonly HostileRow[] = [
  { id: "E01", inputs: { "a value left in the clear": test(SECRETS, "in env.yml by name") } },
  {
    id: "E02",
    inputs: {
      "a SOPS file's MAC": moot("SOPS files are not read but brought in value by value; age tells a changed byte"),
    },
  },
  {
    id: "E04",
    inputs: {
      "moved to another key or app, when opened": test(SEALED, "opens where it was sealed for"),
      "moved, seen by the check": test("manifest/sealed-places.test.ts", "is refused in the second: another key"),
    },
  },
  {
    id: "E05",
    inputs: {
      malformed: fixture("e05-recipient-malformed"),
      "an SSH key": fixture("e05-ssh-recipient"),
      "one too many, one too few": test(SEALED, "sealed to others"),
      "of another environment": moot("a stanza names no recipient: only who holds an identity can tell"),
    },
  },
  {
    id: "E06",
    inputs: {
      "another version": fixture("e06-sealed-value-of-another-version"),
      armor: fixture("e06-armored-sealed-value"),
      "too long": test(LIMITS, "sealedCharacters"),
      "cut off": test(SEALED, "where it is damaged"),
    },
  },
  { id: "E08", inputs: { PGP: fixture("e08-pgp-message") } },
  { id: "E09", inputs: { "a newline inside": test(SEALED, "what Convox cannot hold") } },
  {
    id: "E10",
    inputs: {
      "FOO BAR": fixture("e10-key-with-a-space"),
      foo: fixture("e10-key-in-lower-case"),
      "1X": fixture("e10-key-with-a-digit-first"),
      empty: fixture("e10-key-empty"),
      "300 characters": fixture("e10-key-too-long"),
      "the same after trimming": fixture("e10-key-with-a-trailing-space"),
      unicode: fixture("e10-key-with-an-accent"),
    },
  },
  {
    id: "E12",
    inputs: {
      "in an app's folder": fixture("e12-env-file"),
      "by its ending": fixture("e12-env-file-by-its-ending"),
      "in roles/": fixture("e12-env-file-in-roles"),
      "elsewhere in the repo": moot("spec §1 leaves alone what is in none of its folders"),
    },
  },
  { id: "E13", inputs: { "AGE-SECRET-KEY-1…": test(SECRETS, "a secret age key") } },
  { id: "E14", inputs: { "RACK_URL with a password, with a token": test(SECRETS, "https://jwt:") } },
  {
    id: "E16",
    inputs: {
      "not there, not granted": test(SEALED, "refuses what is not granted, not there"),
      "in a circle, in a chain": moot("a reference names a store, never another reference"),
    },
  },
  {
    id: "E17",
    inputs: {
      "file:": fixture("e17-reference-to-a-file"),
      "http:": fixture("e17-reference-to-an-address"),
      "vault:../../x": fixture("e17-reference-with-a-path-up"),
      "a path up from the root": fixture("e17-reference-with-a-path-up-from-the-root"),
      "a path up in its middle": fixture("e17-reference-with-a-path-up-in-its-middle"),
      "a path up at its end": fixture("e17-reference-with-a-path-up-at-its-end"),
      "ref+exec:": fixture("e17-reference-that-runs-something"),
      "another scheme in rack.yml": fixture("e17-reference-of-another-scheme"),
    },
  },
  { id: "E18", inputs: { "sealed again": moot("a sealed value has changed when its text has (spec §3)") } },
  { id: "E20", inputs: { "2 MB": test(LIMITS, "fileBytes") } },
  {
    id: "E21",
    inputs: {
      "a key of the rack alone": moot(
        "env.yml is the whole environment (spec §1): the plan takes the key away and shows it",
      ),
    },
  },
];

const GIT: readonly HostileRow[] = [
  {
    id: "G01",
    inputs: {
      "to a file of the host, up, to another role, to nothing, of a folder": test(MIRROR, "a symbolic link"),
    },
  },
  { id: "G02", inputs: { "a submodule with ext::": test(MIRROR, "a submodule") } },
  { id: "G04", inputs: { ".. and .git in every disguise": test(MIRROR, "a tree that git refuses") } },
  {
    id: "G05",
    inputs: {
      "newline, tab, quote, backslash, space, dot, 4,096 bytes": test(MIRROR, "a path that is odd"),
      "CON, aux.yml": moot("never checked out; spec §1, Names, allows both"),
    },
  },
  { id: "G06", inputs: { "bytes that are no UTF-8": test(MIRROR, "a path that is no UTF-8") } },
  {
    id: "G08",
    inputs: {
      "a Cyrillic letter": fixture("g08-look-alike-in-a-path"),
      "a bidirectional character, a full-width slash": test(MIRROR, "a path that is odd"),
    },
  },
  {
    id: "G09",
    inputs: {
      "-rf.yml": fixture("g09-leading-dash"),
      "--x.yml": fixture("g09-leading-dash-of-a-bindings-file"),
      "--output=x.yml": test(MIRROR, "a path that is odd"),
    },
  },
  {
    id: "G10",
    inputs: {
      "100,000 files": test(MIRROR, "100,000 files"),
      "a file of 200 MB": test(MIRROR, "a file that is too large"),
      "1,000 folders in each other": test(MIRROR, "1,000 folders"),
      "a tree of 50 MB": test(MIRROR, "a folder that lists too much"),
    },
  },
  { id: "G12", inputs: { "100755, 100664": test("manifest/load-config-repo.test.ts", "of mode %s is a finding") } },
  { id: "G13", inputs: { "a rename, a copy, by case alone": test(MIRROR, "but for case") } },
  { id: "G14", inputs: { "a file for a folder": test(MIRROR, "a file in the place of a folder") } },
  { id: "G16", inputs: { "3,500 files": later("the check's own tests (issue 5, Cost)") } },
  { id: "G17", inputs: { "comments alone": test("manifest/patterns-and-paths.test.ts", "is nothing for comments") } },
  { id: "G18", inputs: { "a head far behind": test("rbac/judge.test.ts", "is the base's, whatever the head grants") } },
  {
    id: "G20",
    inputs: {
      "a tag of the branch's name, replace refs, grafts": test(MIRROR, "what git shows instead"),
    },
  },
  { id: "G21", inputs: { "a force push": test("handlers/verify-updates.test.ts", "is judged although a force push") } },
  {
    id: "G22",
    inputs: { "the same tree again": test("adapters/config-git.test.ts", "gives the same value for the same tree") },
  },
  {
    id: "G24",
    inputs: { "1970, 2099, an author with a line end, no UTF-8": test(MIRROR, "a commit with an odd header") },
  },
  { id: "G25", inputs: { "[skip ci], Approved-by:": test(MIRROR, "a commit with an odd message") } },
  {
    id: "G26",
    inputs: { "no config at the root": test("manifest/load-config-repo.test.ts", "names what is missing at the path") },
  },
];

export const APP_ROWS: readonly HostileRow[] = [...MANIFEST, ...ENVIRONMENT, ...GIT];
