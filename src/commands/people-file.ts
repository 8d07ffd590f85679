// The people of a simulated organisation: `{ <login>: { teams: [...], admin?: true } }`, in JSON or YAML.
import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { StalledError } from "../errors.ts";

export type People = Readonly<Record<string, { readonly teams: readonly string[]; readonly admin?: true }>>;

/** The built-in organisation: olga owns it, pia and paul run the racks, ana and bo write the web apps. */
export const DEFAULT_PEOPLE: People = {
  ana: { teams: ["web"] },
  bo: { teams: ["web"] },
  olga: { teams: [], admin: true },
  paul: { teams: ["platform"] },
  pia: { teams: ["platform"] },
};

export async function readPeople(file: string): Promise<People> {
  const people: unknown = parse(await readFile(file, "utf8"));
  if (typeof people !== "object" || people === null) throw bad(file, "a map of logins");
  return Object.fromEntries(Object.entries(people).map(([login, person]) => [login, readPerson(file, login, person)]));
}

function readPerson(file: string, login: string, person: unknown): People[string] {
  if (!/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/.test(login)) throw bad(file, `GitHub logins; found ${login}`);
  if (typeof person !== "object" || person === null) throw bad(file, `${login}: { teams: [...] }`);
  const teams: unknown = "teams" in person ? person.teams : [];
  if (!Array.isArray(teams) || !teams.every((team) => typeof team === "string")) {
    throw bad(file, `${login}.teams to be a list of team slugs`);
  }
  return { teams, ...("admin" in person && person.admin === true ? { admin: true as const } : {}) };
}

function bad(file: string, expected: string): StalledError {
  return new StalledError(`${file}: expected ${expected}`);
}
