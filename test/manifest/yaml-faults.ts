// Texts that are wrong as YAML, whatever kind of file they stand in. `strict`: the findings in a file of Signalbox's own
// (`rule line:column`); `convox`: the errors in convox.yml, which is read as Convox reads it.

export interface YamlFault {
  /** Of the hostile corpus (hostile-rows.ts). */
  readonly row: string;
  readonly input: string;
  readonly text: string;
  readonly strict: readonly string[];
  readonly convox: readonly string[];
}

export const STRICT_FILES = [
  "signalbox.yml",
  "roles/dev.yml",
  "bindings/b.yml",
  "deploy-keys/ci.yml",
  "tests/t.yml",
  "racks/staging/rack.yml",
  "racks/staging/apps/web/app.yml",
  "racks/staging/apps/web/env.yml",
] as const;

export const CONVOX = "racks/staging/apps/web/convox.yml";

/** The same on both sides. */
const both = (row: string, input: string, text: string, ...found: readonly string[]): YamlFault => ({
  row,
  input,
  text,
  strict: found,
  convox: found,
});

/** Wrong in our own files, and taken by Convox. */
const oursOnly = (row: string, input: string, text: string, ...strict: readonly string[]): YamlFault => ({
  row,
  input,
  text,
  strict,
  convox: [],
});

const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, at) => line(at)).join("");

export const YAML_FAULTS: readonly YamlFault[] = [
  oursOnly("Y02", "one anchor and alias", "a: &x 1\nb: *x\n", "alias 1:7", "alias 2:4"),
  oursOnly("Y04", "a merge key", "a:\n  <<: { x: 1 }\n", "merge-key 2:3"),
  oursOnly(
    "Y04",
    "a merge key of an alias",
    "b: &b { x: 1 }\na:\n  <<: *b\n",
    "alias 1:7",
    "alias 3:7",
    "merge-key 3:3",
  ),
  oursOnly("Y05", "a key twice", "a: 1\na: 2\n", "duplicate-key 2:1"),
  oursOnly("Y06", "a number and the same as text", '1: x\n"1": y\n', "non-string-key 1:1"),
  oursOnly("Y06", "true and the same as text", 'true: x\n"true": y\n', "non-string-key 1:1"),
  both("Y08", "null as a key", "~: x\n", "non-string-key 1:1"),
  both("Y08", "no key", ": x\n", "non-string-key 1:1"),
  both("Y08", "an empty key", '"": x\n', "non-string-key 1:1"),
  both("Y09", "a map as a key", "? {a: 1}\n: x\n", "non-string-key 1:3"),
  both("Y09", "a list as a key", "? [a, b]\n: x\n", "non-string-key 1:3"),
  oursOnly("Y10", "a directive", "%YAML 1.1\n---\nenabled: no\n", "directive 1:1"),
  oursOnly("Y12", "!!js/function", "a: !!js/function 'hunter2'\n", "tag 1:18"),
  oursOnly("Y12", "!!python/object", "a: !!python/object x\n", "tag 1:20"),
  oursOnly("Y12", "!foo", "a: !foo x\n", "tag 1:9"),
  oursOnly("Y12", "!!binary", "a: !!binary aHVudGVyMg==\n", "tag 1:13"),
  oursOnly("Y12", "!!set", "a: !!set {x}\n", "tag 1:10"),
  oursOnly("Y12", "!!timestamp", "a: !!timestamp 2026-01-01\n", "tag 1:16"),
  both("Y16", "__proto__ at the root", "__proto__: {admin: true}\n", "reserved-key 1:1"),
  both("Y16", "__proto__ in a map", "a: {__proto__: {admin: true}}\n", "reserved-key 1:5"),
  both("Y16", "__proto__ in a list", "a: [{__proto__: {admin: true}}]\n", "reserved-key 1:6"),
  both(
    "Y17",
    "constructor and prototype",
    "constructor: {prototype: {admin: true}}\n",
    "reserved-key 1:1",
    "reserved-key 1:15",
  ),
  {
    row: "Y18",
    input: "__proto__ merged in through an anchor",
    text: "x: &x {__proto__: {admin: true}}\na:\n  <<: *x\n",
    strict: ["alias 1:7", "alias 3:7", "merge-key 3:3", "reserved-key 1:8"],
    convox: ["reserved-key 1:8"],
  },
  oursOnly("Y20", "a second document", "a: 1\n---\nb: 2\n", "multiple-documents 2:1"),
  both("Y21", "an empty file", "", "empty-file 1:1"),
  both("Y21", "only comments", "# hunter2\n", "empty-file 1:1"),
  both("Y22", "a tab as indentation", "a:\n\tb: 1\n", "yaml-syntax 2:1"),
  both("Y24", "1,000 brackets", "[".repeat(1_000), "too-deep 1:33"),
  both("Y24", "100,000 brackets", "[".repeat(100_000), "too-deep 1:33"),
  both(
    "Y25",
    "1,400 levels of maps",
    lines(1_400, (level) => `${" ".repeat(level)}a:\n`),
    "too-deep 33:34",
  ),
  both("Y25", "3,000 levels of lists", "- ".repeat(3_000), "too-deep 1:65"),
  both("Y25", "1,000 question marks", "? ".repeat(1_000), "too-deep 1:65"),
  both(
    "Y26",
    "100,000 keys in one map",
    lines(100_000, (index) => `k${index}: 1\n`).slice(0, 1_048_576),
    "file-too-large 35715:1",
  ),
  both(
    "Y28",
    "50,000 anchors",
    lines(50_000, (index) => `- &a${index} 1\n`),
    "file-too-large 35715:2",
  ),
  both("Y28", "100,000 items of a list", "- 1\n".repeat(100_000), "file-too-large 50000:4"),
  both("Y32", "NUL in a quoted value", 'a: "x\0y"\n', "control-character 1:6"),
  both("Y32", "DEL in a quoted value", 'a: "x\x7fy"\n', "control-character 1:6"),
  both("Y32", "ESC in a quoted value", 'a: "x\x1by"\n', "control-character 1:6"),
  both("Y32", "C1 in a quoted value", 'a: "x\x9by"\n', "control-character 1:6"),
  oursOnly("Y33", "U+202E in a value", 'a: "x\u202ey"\n', "bidi-character 1:6"),
  oursOnly("Y33", "U+2066 in a value", 'a: "x\u2066y"\n', "bidi-character 1:6"),
  oursOnly("Y33", "U+200B in a value", 'a: "x\u200by"\n', "bidi-character 1:6"),
  oursOnly("Y33", "U+202E in a comment", "a: x # \u202e\n", "bidi-character 1:8"),
  oursOnly("Y33", "U+2066 in a comment", "a: x # \u2066\n", "bidi-character 1:8"),
  oursOnly("Y33", "U+200B in a comment", "a: x # \u200b\n", "bidi-character 1:8"),
  oursOnly("Y40", "a secret before a key that stands twice", "WORD: hunter2\nWORD: hunter2\n", "duplicate-key 2:1"),
  both("Y40", "a secret before bad indentation", "TOKEN: hunter2\n  B: [\n", "yaml-syntax 1:8"),
  both("Y40", "a secret in a quote that is not closed", "TOKEN: 'hunter2\nB: x\n", "yaml-syntax 3:1"),
  both("Y40", "a secret before a bad escape", 'TOKEN: "hunter2\\q"\n', "yaml-syntax 1:16"),
];
