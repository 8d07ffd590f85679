// Turns somebody's config repo into the first commit of a simulated world: each rack's endpoint becomes its simulator's address.
import { randomBytes } from "node:crypto";
import { isMap, parseDocument } from "yaml";

export interface RackPassword {
  readonly rack: string;
  /** The variable of the environment that rack.yml names; null: it is plain. */
  readonly variable: string | null;
  readonly password: string;
}

export type Variables = Readonly<Record<string, string | undefined>>;

/** The racks of a config repo, by the folders that have a rack.yml, sorted. */
export function racksIn(files: ReadonlyMap<string, string>): readonly string[] {
  const racks = [...files.keys()].map((path) => /^racks\/([^/]+)\/rack\.yml$/.exec(path)?.[1]);
  return racks.filter((rack) => rack !== undefined).sort();
}

/** The password that a rack.yml names: from the environment, or made up. Throws where it is sealed: it could not be known. */
export function passwordOf(rack: string, rackFile: string, variables: Variables): RackPassword {
  const document = parseDocument(rackFile);
  const password: unknown = document.get("password");
  if (typeof password === "string") return { rack, variable: null, password };
  const ref: unknown = document.getIn(["password", "ref"]);
  const variable = typeof ref === "string" ? /^env:\/\/([A-Za-z_][A-Za-z0-9_]*)$/.exec(ref)?.[1] : undefined;
  if (variable === undefined) {
    throw new Error(
      `racks/${rack}/rack.yml: the simulated rack needs to know its password. Name it as { ref: "env://NAME" }; a sealed one is bound to the real endpoint.`,
    );
  }
  return { rack, variable, password: variables[variable] ?? randomBytes(18).toString("base64url") };
}

/** The same rack.yml with another endpoint; comments and order stay. */
export function withEndpoint(rackFile: string, endpoint: string): string {
  const document = parseDocument(rackFile);
  if (isMap(document.contents)) document.set("endpoint", endpoint);
  return document.toString({ lineWidth: 0 });
}

/** The built-in repo is sealed to a key that is made for each demo. */
export function withRecipient(rackFile: string, recipient: string): string {
  const document = parseDocument(rackFile);
  document.set("recipients", [recipient]);
  return document.toString({ lineWidth: 0 });
}

/** What the operator of the demo grants each rack: its simulator's host, and what its rack.yml names. */
export function grantsFor(passwords: readonly RackPassword[]): string {
  const entries = passwords.map(({ rack, variable }) => {
    const refs = variable === null ? "" : `, refs: ["env://${variable}"]`;
    return `- { rack: ${rack}, hosts: ["127.0.0.1"]${refs} }\n`;
  });
  return entries.join("");
}
