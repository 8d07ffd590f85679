// Every limit on what a config repo may hold, in one table. What is over one is a finding, never slow.
export const LIMITS = {
  /** Bytes of one file. */
  fileBytes: 1_048_576,
  /** Maps and lists within each other. */
  depth: 32,
  keysPerMap: 2_000,
  /** Lexical tokens of one file: what its parsing may cost. */
  tokensPerFile: 250_000,
  /** In convox.yml; elsewhere there are none. */
  aliases: 100,
  /** Nodes of convox.yml once its aliases are written out. */
  expandedNodes: 50_000,
  findingsPerFile: 50,
  /** Looked for in one file; one that holds more of them is no text. */
  unseenCharacters: 1_000,
  /** Characters of a selector's name or regex, and of a glob. */
  patternCharacters: 500,
  pathCharacters: 300,
} as const;
