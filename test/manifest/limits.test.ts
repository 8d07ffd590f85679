// Each limit of the table: what is at it is fine, and what is one past it is one clear finding.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { Lexer } from "yaml";
import { repoGuardrailFindings } from "../../src/manifest/guardrails/guardrail-findings.ts";
import { LIMITS } from "../../src/manifest/limits.ts";
import { loadConfigRepo } from "./load-config-repo.ts";
import { aTree, predefinedRoles } from "./a-tree.ts";

const ENV = "racks/staging/apps/web/env.yml";
const CONVOX = "racks/staging/apps/web/convox.yml";
const ROLE = "roles/dev.yml";
const RACK = "racks/staging/rack.yml";

interface Case {
  /** Files that hold `count` of what the limit counts. */
  readonly holding: (count: number) => Readonly<Record<string, string>>;
  /** `rule` of what is one past it, with the words of its message. */
  readonly past: readonly [rule: string, message: string];
  /** Where a limit is on something else than what may be in a file. */
  readonly atLimit?: readonly string[];
  /** The guardrails of the repo say it. */
  readonly isJudged?: true;
}

const fill = (length: number): string => "a".repeat(length);
const times = (count: number, make: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => make(index)).join("");
const role = (more: string): string => `permissions: [{ resource: all, action: read }]\n${more}`;
const environment = (more: string): string => `NODE_ENV: x\n${more}`;
const rack = (endpoint: string, more = ""): string =>
  `endpoint: ${endpoint}\npassword: { ref: "env://P" }\nrecipients: ["age1${"q".repeat(58)}"]\n${more}`;
const app = (name: string): Readonly<Record<string, string>> => ({
  [`racks/staging/apps/${name}/app.yml`]: "build: { images: true }\n",
  [`racks/staging/apps/${name}/env.yml`]: "{}\n",
  [`racks/staging/apps/${name}/convox.yml`]: "services:\n  web: { image: a }\n",
});
const AGE_HEADER = "YWdlLWVuY3J5cHRpb24ub3JnL3Yx";

const guardrailOf = (expression: string): Readonly<Record<string, string>> => ({
  "signalbox.yml": `version: 1\nguardrails:\n  custom:\n    - { name: a, level: warn, each: app, message: x, require: "${expression}" }\n`,
});

const CASES: Readonly<Record<keyof typeof LIMITS, Case>> = {
  fileBytes: {
    holding: (bytes) => ({ [ROLE]: role(`#${fill(bytes - role("").length - 2)}\n`) }),
    past: ["file-too-large", "expected at most 1 MiB, found 1048577 bytes"],
  },
  depth: {
    holding: (levels) => ({
      [CONVOX]: `services:\n  web: { image: a }\nx: ${"[".repeat(levels - 1)}${"]".repeat(levels - 1)}\n`,
    }),
    past: ["too-deep", "expected at most 32 levels of nesting, found more"],
  },
  keysPerMap: {
    holding: (keys) => ({ [ENV]: environment(times(keys - 1, (index) => `K${index}: x\n`)) }),
    past: ["too-many-keys", "expected at most 2000 keys in a map, found 2001"],
  },
  itemsPerList: {
    holding: (items) => ({ [CONVOX]: `services:\n  web: { image: a }\nx: [${times(items, () => "1,")}]\n` }),
    past: ["too-many-items", "expected at most 10000 items in a list, found 10001"],
  },
  tokensPerFile: {
    holding: (tokens) => ({ [CONVOX]: tokensOf(tokens) }),
    past: ["file-too-large", "expected at most 250000 words and signs of YAML in a file, found more"],
  },
  aliases: {
    holding: (count) => ({ [CONVOX]: `services:\n  web: { image: a }\nx: &x 1\ny: [${times(count, () => "*x, ")}]\n` }),
    past: ["too-many-aliases", "expected at most 100 aliases, found more"],
  },
  expandedNodes: {
    holding: (nodes) => ({ [CONVOX]: expandedTo(nodes) }),
    past: ["too-many-aliases", "expected at most 50000 values with aliases written out, found more"],
  },
  findingsPerFile: {
    holding: (count) => ({ [ROLE]: role(times(count, (index) => `key${index}: x\n`)) }),
    atLimit: Array.from({ length: 50 }, () => "unknown-key"),
    past: ["more-findings", "and 1 more findings in this file"],
  },
  unseenCharacters: {
    holding: (count) => ({ [CONVOX]: `services:\n  web: { image: a } # ${"\u200b".repeat(count)}\n` }),
    atLimit: [...Array.from({ length: 50 }, () => "bidi-character"), "more-findings"],
    past: ["more-findings", "and 950 more findings in this file"],
  },
  patternCharacters: {
    holding: (length) => ({
      "signalbox.yml": `version: 1\napprovals:\n  - name: a\n    when: { production: false, paths: ["${fill(length - 1)}*", "**"] }\n    require: { count: 1, from: { users: [ana] } }\n`,
    }),
    atLimit: ["matches-nothing"],
    past: ["bad-value", "expected a glob of at most 500 characters, found `aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…`"],
  },
  patternWrittenOut: {
    holding: (size) => ({
      "roles/a.yml": `permissions:\n  - { resource: workflows, names: { regex: "a{${size - 1}}b" }, action: read }\n`,
    }),
    past: [
      "bad-regex",
      "expected a regular expression of RE2, found one that is longer than 1000 characters once its repeats are written out",
    ],
  },
  pathCharacters: {
    holding: (length) => ({ [`bindings/${fill(length - "bindings/.yml".length)}.yml`]: "[]\n" }),
    past: ["bad-path", "expected a path of at most 300 characters, found a longer one"],
  },
  rackCharacters: {
    holding: (length) => ({ [`racks/${fill(length)}/rack.yml`]: rack("https://a.example") }),
    past: ["bad-name", "expected a rack's name of at most 26 characters, found `aaaaaaaaaaaaaaaaaaaaaaaaaaa`"],
  },
  namespaceCharacters: {
    holding: (length) => app(fill(length - "staging-".length)),
    past: ["bad-name", `expected a name such that \`<rack>-<app>\` has at most 63 characters, found \`${fill(56)}\``],
  },
  nameCharacters: {
    holding: (length) => ({ [`roles/${fill(length)}.yml`]: role("") }),
    past: [
      "bad-name",
      `expected a name of a role: letters, digits and \`-\`, beginning with a letter, at most 63, found \`${fill(64)}\``,
    ],
  },
  environmentKeyCharacters: {
    holding: (length) => ({ [ENV]: environment(`${fill(length)}: x\n`) }),
    past: [
      "bad-name",
      `expected an environment key: letters, digits and \`_\`, not beginning with a digit, found \`${fill(40)}…\``,
    ],
  },
  environmentValueCharacters: {
    holding: (length) => ({ [ENV]: environment(`A: "${"a ".repeat(length).slice(0, length)}"\n`) }),
    past: [
      "bad-value",
      "expected text without line ends, which Convox cannot hold, of at most 60,000 characters of at most 60000 characters, found other text",
    ],
  },
  sealedCharacters: {
    holding: (length) => ({ [ENV]: environment(`A: { age: "${AGE_HEADER}${fill(length - AGE_HEADER.length)}" }\n`) }),
    past: ["bad-value", "expected base64 of a binary age file of at most 100000 characters, found other text"],
  },
  referenceCharacters: {
    holding: (length) => ({ [ENV]: environment(`A: { ref: "env://${fill(length - "env://".length)}" }\n`) }),
    past: [
      "bad-value",
      "expected a reference: env://, awssm://, awsps:// or vault://, and what it names of at most 1000 characters, found other text",
    ],
  },
  parameterCharacters: {
    holding: (length) => ({
      [RACK]: rack("https://a.example", `parameters: { syslog: "${"a ".repeat(length).slice(0, length)}" }\n`),
    }),
    past: ["bad-value", "expected text of at most 10000 characters, found other text"],
  },
  endpointCharacters: {
    holding: (length) => ({
      [RACK]: rack(`https://${`${fill(49)}.`.repeat(length).slice(0, length - "https://".length - 2)}.a`),
    }),
    past: [
      "bad-value",
      "expected the rack's API (https://…, or http:// on loopback) of at most 300 characters, found other text",
    ],
  },
  celCharacters: {
    holding: (length) => guardrailOf(`true${" ".repeat(length - 4)}`),
    past: ["bad-value", `expected a CEL expression of at most 2048 characters, found \`true${" ".repeat(36)}…\``],
  },
  celDepth: {
    holding: (levels) => guardrailOf(`${"(".repeat(levels - 1)}true${")".repeat(levels - 1)}`),
    past: ["bad-expression", "expected at most 32 levels of nesting, found more (character 33 of the expression)"],
  },
  celNodes: {
    // Beside the items: the list, its size, a number and the comparison.
    holding: (nodes) => guardrailOf(`size([${times(nodes - 4, () => "0,")}]) > 1`),
    past: [
      "bad-expression",
      "expected at most 500 values, names and operators, found more (character 1 of the expression)",
    ],
  },
  customGuardrails: {
    holding: (count) => ({
      "signalbox.yml": `version: 1\nguardrails:\n  custom:\n${times(count, (index) => `    - { name: g${index}, level: warn, each: app, message: x, require: "app.lock" }\n`)}`,
    }),
    past: ["bad-value", "expected at most 100 custom guardrails, found 101"],
  },
  celSteps: {
    holding: (steps) => guardrailOf(ofSteps(steps)),
    past: [
      "bad-expression",
      "expected an expression of at most 100000 steps, found one that always takes more (character 1 of the expression)",
    ],
  },
  guardrailSteps: {
    holding: (steps) => guardrailsOf(steps),
    past: [
      "custom/last",
      "x: it cannot be judged of the app `web`, since those before it took all the steps that custom guardrails may take of one app or rack",
    ],
    isJudged: true,
  },
  celComprehensions: {
    holding: (depth) => guardrailOf(`${"app.environment.all(a, ".repeat(depth)}true${")".repeat(depth)}`),
    past: [
      "bad-expression",
      "expected at most 2 of `all`, `exists`, `filter` and `map` within each other, found more (character 63 of the expression)",
    ],
  },
  policyTests: {
    holding: (count) => ({
      "tests/a.yml": times(count, (index) => `- { name: t${String(index)}, as: "user:ana", may: { read: [roles] } }\n`),
    }),
    past: ["bad-value", "expected at most 300 policy tests in the repo, found 301"],
  },
};

/** Each empty line is a lexeme of its own. */
function tokensOf(count: number): string {
  const text = "services:\n  web: { image: a }\n";
  const own = [...new Lexer().lex(text)].length;
  return `${text}${"\n".repeat(count - own)}`;
}

/** Two lists gone through within each other; each `!` is one step more. */
function ofSteps(steps: number): string {
  const [outer, inner] = [198, 167];
  return `${"!".repeat(steps - loopSteps(outer, inner))}${loop(outer, inner)}`;
}

function loop(outer: number, inner: number): string {
  const list = (length: number): string => `[${times(length, () => "0,")}]`;
  return `${list(outer)}.all(a, ${list(inner)}.all(b, true))`;
}

function loopSteps(outer: number, inner: number): number {
  return 2 + 4 * outer + 3 * outer * inner;
}

/** With what is reckoned: the lists and their items, two calls, three names and a truth. */
function wholeLoopSteps(outer: number, inner: number): number {
  return loopSteps(outer, inner) + outer + inner + 7;
}

/** Guardrails that take so many steps together: loops, and chains of truths for what is lacking. The last one is `last`. */
function guardrailsOf(steps: number): Readonly<Record<string, string>> {
  const loops: (readonly [outer: number, inner: number])[] = Array.from({ length: 19 }, () => [198, 167]);
  // With two even numbers it is odd.
  loops.push([198, steps % 2 === 0 ? 153 : 152]);
  const left = loops.reduce((sum, [outer, inner]) => sum - wholeLoopSteps(outer, inner), steps);
  const chains = [left - 2 * chainSteps(125), chainSteps(125), chainSteps(125)].map(chainOf);
  const expressions = [...loops.map(([outer, inner]) => loop(outer, inner)), ...chains];
  const each = expressions.map((require, index) => {
    const name = index === expressions.length - 1 ? "last" : `g${index}`;
    return `    - { name: ${name}, level: error, each: app, message: x, require: "${require}" }\n`;
  });
  return { "signalbox.yml": `version: 1\nguardrails:\n  custom:\n${each.join("")}` };
}

/** Truths and what joins them, each evaluated and reckoned. */
function chainSteps(truths: number): number {
  return 2 * (2 * truths - 1);
}

function chainOf(steps: number): string {
  const truths = Math.floor((steps + 2) / 4);
  expect(chainSteps(truths)).toBe(steps);
  return `true${times(truths - 1, () => " && true")}`;
}

/** A list of 1,000 that stands there 48 times more, and as many items as are lacking. */
function expandedTo(nodes: number): string {
  const shared = 1_001;
  const own = "services, web, image, the root".split(",").length + shared + 1 + 48 * shared + 1;
  const aliases = times(48, () => "*x, ");
  return `services:\n  web: { image: a }\nx: &x [${times(1_000, () => "1, ")}]\ny: [${aliases}]\nz: [${times(nodes - own, () => "1, ")}]\n`;
}

function load(
  files: Readonly<Record<string, string>>,
  isJudged = false,
): readonly { readonly rule: string; readonly message: string }[] {
  const repo = loadConfigRepo(aTree(files), { predefinedRoles });
  const met = isJudged ? repoGuardrailFindings(repo.settings.guardrails, repo) : [];
  return [...repo.findings, ...met].filter(
    ({ rule, level }) => !(rule === "not-used-yet" || (rule === "unknown-key" && level === "warning")),
  );
}

describe("docs/limits.md", () => {
  it("says each limit and no other", () => {
    const text = readFileSync(new URL("../../docs/limits.md", import.meta.url), "utf8");
    const rows = Array.from(text.matchAll(/^\| `(\w+)` +\| ([\d,]+) +\|/gm), ([, name, value]) => [
      name,
      Number(value?.replaceAll(",", "")),
    ]);
    expect(rows).toEqual(Object.entries(LIMITS));
  });
});

describe.each(Object.entries(CASES))("the limit %s", (name, { holding, past, atLimit, isJudged }) => {
  const limit = LIMITS[name as keyof typeof LIMITS];

  it("allows what is at it", () => {
    expect(load(holding(limit), isJudged).map(({ rule }) => rule)).toEqual(atLimit ?? []);
  });

  it("is said of what is one past it", () => {
    const [rule, message] = past;
    const found = load(holding(limit + 1), isJudged).map((finding) => ({
      rule: finding.rule,
      message: finding.message,
    }));
    expect(found.slice((atLimit ?? []).length === 0 ? 0 : -1)).toEqual([{ rule, message }]);
  });
});
