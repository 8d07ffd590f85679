/** The environment of a release as the rack reads it: first `=` splits, values verbatim, the last duplicate wins. */
export function parseDotenv(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split("\n")) {
    const at = line.indexOf("=");
    const key = line.slice(0, Math.max(at, 0)).trim();
    if (key !== "") values.set(key, line.slice(at + 1));
  }
  return values;
}

export function formatDotenv(values: ReadonlyMap<string, string>): string {
  return [...values]
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join("\n");
}

/** What the rack writes into the description of a release: key names only, `add:A change:B remove:C`. */
export function describeDifference(before: string, after: string): string {
  const old = parseDotenv(before);
  const now = parseDotenv(after);
  const added = [...now.keys()].filter((key) => !old.has(key)).sort();
  const changed = [...now.keys()].filter((key) => old.has(key) && old.get(key) !== now.get(key)).sort();
  const removed = [...old.keys()].filter((key) => !now.has(key)).sort();
  return [
    ...added.map((key) => `add:${key}`),
    ...changed.map((key) => `change:${key}`),
    ...removed.map((key) => `remove:${key}`),
  ].join(" ");
}
