// Every limit on what a config repo may hold, in one table. What is over one is a finding, never slow. docs/limits.md says the same.
export const LIMITS = {
  /** Bytes of one file. */
  fileBytes: 1_048_576,
  /** Maps and lists within each other. */
  depth: 32,
  keysPerMap: 2_000,
  itemsPerList: 10_000,
  /** Lexical tokens of one file: what its parsing may cost. */
  tokensPerFile: 250_000,
  /** In convox.yml; elsewhere there are none. */
  aliases: 100,
  /** Nodes of convox.yml once its aliases are written out. */
  expandedNodes: 50_000,
  findingsPerFile: 50,
  /** Looked for in one file; one that holds more of them is no text. */
  unseenCharacters: 1_000,
  /** Characters of a selector's name or regex, and of a glob. Names have 63; at 1,024 the worst regex takes twice as long to compile. */
  patternCharacters: 500,
  /** Of a regex with its counted repeats written out: 500 characters can say 60,000, which take 180 ms; at 1,000 it is under 10 ms, once warm. */
  patternWrittenOut: 1_000,
  pathCharacters: 300,
  /** Characters of the name of a rack, and of `<rack>-<app>`, which is a Kubernetes namespace. */
  rackCharacters: 26,
  namespaceCharacters: 63,
  /** Characters of the name of a role, a deploy key or an approval rule. */
  nameCharacters: 63,
  environmentKeyCharacters: 256,
  environmentValueCharacters: 60_000,
  /** Characters of a sealed value in base64. */
  sealedCharacters: 100_000,
  referenceCharacters: 1_000,
  /** Characters of a rack's parameter. */
  parameterCharacters: 10_000,
  endpointCharacters: 300,
  /** Characters of a CEL expression. */
  celCharacters: 2_048,
  /** Values, names, calls and operators there. */
  celNodes: 500,
  /** Brackets within each other there. */
  celDepth: 32,
  /** `all`, `exists`, `filter` and `map` within each other there. */
  celComprehensions: 2,
  /** What one evaluation may cost, as src/manifest/cel/cost.ts reckons it before it begins. */
  celSteps: 100_000,
  /** What custom guardrails may take of one app or rack together. */
  guardrailSteps: 2_000_000,
  /** Custom guardrails of the repo: each is asked of every app that changes. */
  customGuardrails: 100,
  /** Policy tests of the whole repo: every check that changes policy judges them, twice. */
  policyTests: 300,
} as const;
