import type { RackRequest } from "./rack-request.ts";
import type { Rack } from "./rack-state.ts";
import type { Reply } from "./reply.ts";

/** `pattern` as the rack writes it: `{x}` is one segment, `{x…}` the rest of the path. */
export interface Route {
  readonly method: string;
  readonly pattern: string;
  readonly answer: (rack: Rack, request: RackRequest) => Reply;
}

export interface PathPattern {
  match(path: string): Readonly<Record<string, string>> | undefined;
}

export function compilePattern(pattern: string): PathPattern {
  const names: string[] = [];
  const source = pattern.replace(/\./g, "\\.").replace(/\{(\w+)(…?)\}/g, (_, name: string, rest: string) => {
    names.push(name);
    return rest === "" ? "([^/]+)" : "(.*)";
  });
  const expression = new RegExp(`^${source}$`);
  return {
    match(path) {
      const found = expression.exec(path);
      if (found === null) return undefined;
      return Object.fromEntries(names.map((name, index) => [name, found[index + 1] ?? ""]));
    },
  };
}
