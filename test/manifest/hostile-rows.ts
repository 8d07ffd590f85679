// The hostile corpus: what somebody may put into a config repo to break, blind or fool its reader, by row and input, each with
// what shows that it does not. A row whose input cannot be, or is not to be refused, says so in a line.

import { APP_ROWS } from "./hostile-rows-of-apps.ts";
import { fixture, later, LIMITS, moot, test, yaml, type HostileRow } from "./hostile-shown.ts";

const YAML: readonly HostileRow[] = [
  {
    id: "Y01",
    inputs: {
      "in our own files": fixture("y01-alias-bomb"),
      "in convox.yml": fixture("y01-alias-bomb-in-convox"),
    },
  },
  {
    id: "Y02",
    inputs: { ...yaml("one anchor and alias"), "up to 100 in convox.yml": test(LIMITS, "aliases") },
  },
  { id: "Y04", inputs: yaml("a merge key", "a merge key of an alias") },
  { id: "Y05", inputs: yaml("a key twice") },
  { id: "Y06", inputs: yaml("a number and the same as text", "true and the same as text") },
  { id: "Y08", inputs: yaml("null as a key", "no key", "an empty key") },
  { id: "Y09", inputs: yaml("a map as a key", "a list as a key") },
  { id: "Y10", inputs: yaml("a directive") },
  { id: "Y12", inputs: yaml("!!js/function", "!!python/object", "!foo", "!!binary", "!!set", "!!timestamp") },
  {
    id: "Y13",
    inputs: {
      "NO as text": fixture("y13-no-as-text"),
      "yes for true": fixture("y13-yes-for-boolean"),
      "on for true": fixture("y13-on-for-boolean"),
    },
  },
  {
    id: "Y14",
    inputs: {
      "0777": fixture("y14-octal-of-yaml-1.1-for-text"),
      "0o17": fixture("y14-octal-for-text"),
      "1e3": fixture("y14-exponent-for-text"),
      "12:30:45": fixture("y14-time-of-yaml-1.1-as-text"),
      "0x1F": fixture("y14-hex-for-text"),
      ".inf": fixture("y14-infinity-for-text"),
      ".nan": fixture("y14-nan-for-text"),
    },
  },
  { id: "Y16", inputs: yaml("__proto__ at the root", "__proto__ in a map", "__proto__ in a list") },
  { id: "Y17", inputs: yaml("constructor and prototype") },
  { id: "Y18", inputs: yaml("__proto__ merged in through an anchor") },
  { id: "Y20", inputs: yaml("a second document") },
  {
    id: "Y21",
    inputs: {
      ...yaml("an empty file", "only comments"),
      null: fixture("y21-null"),
      "a scalar": fixture("y21-scalar-root"),
      "a list": fixture("y21-list-root"),
    },
  },
  { id: "Y22", inputs: yaml("a tab as indentation") },
  { id: "Y24", inputs: yaml("1,000 brackets", "100,000 brackets") },
  { id: "Y25", inputs: yaml("1,400 levels of maps", "3,000 levels of lists", "1,000 question marks") },
  { id: "Y26", inputs: yaml("100,000 keys in one map") },
  { id: "Y28", inputs: yaml("50,000 anchors", "100,000 items of a list") },
  { id: "Y29", inputs: { "a scalar of 10 MB": test(LIMITS, "fileBytes") } },
  { id: "Y30", inputs: { "a byte-order mark": fixture("y30-byte-order-mark") } },
  {
    id: "Y32",
    inputs: {
      ...yaml("NUL in a quoted value", "DEL in a quoted value", "ESC in a quoted value", "C1 in a quoted value"),
      "a line end that only Go sees": fixture("y32-next-line-that-only-go-sees"),
    },
  },
  {
    id: "Y33",
    inputs: {
      ...yaml("U+202E in a value", "U+2066 in a value", "U+200B in a value"),
      ...yaml("U+202E in a comment", "U+2066 in a comment", "U+200B in a comment"),
      "in convox.yml, a warning": fixture("y33-bidi-in-convox"),
      "a line separator that only Go sees": fixture("y33-line-separator-that-only-go-sees"),
    },
  },
  { id: "Y34", inputs: { CRLF: fixture("y34-crlf"), "lone CR": fixture("y34-lone-cr") } },
  { id: "Y36", inputs: { "1,000 errors": fixture("y36-a-thousand-errors") } },
  { id: "Y37", inputs: { "permision:": fixture("y37-unknown-field") } },
  { id: "Y38", inputs: { JSON: fixture("y38-json") } },
  {
    id: "Y40",
    inputs: {
      ...yaml("a secret before a key that stands twice", "a secret before bad indentation"),
      ...yaml("a secret in a quote that is not closed", "a secret before a bad escape"),
      "a secret on the line before the error": fixture("y40-secret-before-a-syntax-error"),
      "a secret on the line of the error": fixture("y40-secret-in-a-syntax-error"),
    },
  },
];

const ROLES: readonly HostileRow[] = [
  {
    id: "R01",
    inputs: {
      unknown: fixture("r01-unknown-action"),
      "wrong case": fixture("r01-action-in-upper-case"),
      "an unknown resource": fixture("r01-unknown-resource"),
    },
  },
  {
    id: "R02",
    inputs: {
      "an empty list": fixture("r02-permissions-empty"),
      "no list": fixture("r02-no-permissions"),
      "no action": fixture("r02-action-missing"),
    },
  },
  {
    id: "R04",
    inputs: { "in a name": fixture("r04-braces-in-a-name"), "in a glob": fixture("r04-braces-in-a-glob") },
  },
  {
    id: "R05",
    inputs: {
      "!prod": fixture("r05-glob-negation"),
      "!prod as a name": fixture("r05-name-negation"),
      "#x": fixture("r05-glob-comment"),
      "+(a)": fixture("r05-glob-extglob"),
      "[!a]": fixture("r05-glob-class"),
      "**/../x": fixture("r05-glob-parent"),
      "./x": fixture("r05-glob-dot"),
      "/abs": fixture("r05-glob-absolute"),
      "a//b": fixture("r05-glob-double-slash"),
      "a/": fixture("r05-glob-trailing-slash"),
      "a backslash": fixture("r05-glob-backslash"),
      "{a,b}": fixture("r05-glob-braces"),
      "a**": fixture("r05-glob-stars-in-a-name"),
      "a slash in a name": fixture("r05-name-with-a-slash"),
    },
  },
  {
    id: "R06",
    inputs: {
      "a pattern too long": test(LIMITS, "patternCharacters"),
      "a name too long": fixture("r06-name-too-long"),
    },
  },
  { id: "R08", inputs: { "a pattern that matches nothing": fixture("s-glob-that-matches-nothing") } },
  { id: "R09", inputs: { "a role that inherits": fixture("r09-role-that-extends") } },
  { id: "R10", inputs: { "a role that inherits": fixture("r09-role-that-extends") } },
  {
    id: "R12",
    inputs: {
      "but for case": test("manifest/load-config-repo.test.ts", "whose names differ by case"),
      "a predefined role's": fixture("r12-name-of-a-predefined-role"),
    },
  },
  {
    id: "R13",
    inputs: { system: moot("spec §1 reserves the predefined roles' names alone; `system` and `rack` are no apps") },
  },
  {
    id: "R14",
    inputs: {
      "look-ahead": fixture("r14-look-ahead"),
      "back-reference": fixture("r14-back-reference"),
      "(a+)+$": fixture("r14-nested-repeats"),
      "a{1001}": fixture("r14-too-many-repeats"),
    },
  },
  {
    id: "R16",
    inputs: {
      "a zone that is none, a gap of summer time": moot("times are instants with an offset; there are no zones"),
      "start after end": fixture("s-freeze-that-ends-before-it-begins"),
    },
  },
  { id: "R17", inputs: { CIDR: moot("no file names networks") } },
  {
    id: "R18",
    inputs: { "a role that reads environment": moot("the escalation guard asks for it of who gives it (spec §2)") },
  },
  { id: "R20", inputs: { "5,000 roles": test("manifest/hostile-sizes.test.ts", "5,000 roles") } },
];

const ACCESS: readonly HostileRow[] = [
  { id: "B01", inputs: { OctoCat: fixture("b01-login-in-mixed-case") } },
  {
    id: "B02",
    inputs: { "a login that is nobody's": moot("who is no member of the organisation has nothing (spec §2)") },
  },
  { id: "B04", inputs: { "other/admins": fixture("b04-team-of-another-organisation") } },
  {
    id: "B05",
    inputs: {
      "a secret team": moot("GitHub does not name it, so it has nobody: a team that is not known gives nothing"),
    },
  },
  { id: "B06", inputs: { "a Cyrillic letter": fixture("b06-homoglyph-login") } },
  {
    id: "B08",
    inputs: { "a role for oneself": test("rbac/judge.test.ts", "is the base's, whatever the head grants") },
  },
  {
    id: "B09",
    inputs: {
      "0": fixture("b09-zero-approvals"),
      "-1": fixture("b09-approvals-below-zero"),
      "1e3": fixture("b09-a-thousand-approvals"),
      text: fixture("b09-approvals-as-text"),
    },
  },
  {
    id: "B10",
    inputs: {
      "fewer people than approvals": test("rbac/approvals.test.ts", "says that nobody is left, and the way out"),
    },
  },
  {
    id: "B12",
    inputs: {
      "the key itself": fixture("b12-plaintext-key"),
      "a token in an earlier commit": test(
        "handlers/find-earlier-secrets.test.ts",
        "though the last commit took it out",
      ),
    },
  },
  {
    id: "B13",
    inputs: {
      "too short": fixture("b13-hash-too-short"),
      "another algorithm": fixture("b13-hash-of-another-algorithm"),
      "upper case": fixture("b13-hash-in-upper-case"),
      base64: fixture("b13-hash-in-base64"),
    },
  },
  {
    id: "B14",
    inputs: { "one hash twice": test("manifest/load-config-repo.test.ts", "refuses two keys with one hash") },
  },
  {
    id: "B16",
    inputs: {
      "an unknown role": fixture("b16-key-with-an-unknown-role"),
      "an unknown rack": fixture("b16-key-on-an-unknown-rack"),
    },
  },
  { id: "B17", inputs: { "an id used before": moot("a key is its hash; a name says nothing of what may be done") } },
  { id: "B18", inputs: { "a revocation taken back": later("`keys revoke` of the gateway") } },
  { id: "B20", inputs: { "10,000 bindings, one bad": fixture("b20-one-bad-binding-of-10000") } },
];

export const HOSTILE_ROWS: readonly HostileRow[] = [...YAML, ...ROLES, ...ACCESS, ...APP_ROWS];
