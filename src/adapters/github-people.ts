// Members of the organisation and of its teams, child teams included, as GitHub says now: kept for a minute at most.
import type { Clock } from "../handlers/ports.ts";
import type { Login } from "../manifest/types.ts";
import type { People } from "../rbac/proposal.ts";
import { StalledError } from "../errors.ts";
import { failedRequestOf } from "./github-errors.ts";
import { loginOf } from "./github-repo.ts";
import { askAllPages, type GitHubClient } from "./github-request.ts";

const KEPT_MS = 60_000;

interface Kept {
  /** null: GitHub knows no such team. */
  readonly logins: Promise<ReadonlySet<Login> | null>;
  readonly at: number;
}

export interface PeopleReader {
  read(teams: readonly string[]): Promise<People>;
  forget(): void;
}

export function createPeopleReader(
  octokit: GitHubClient,
  { owner, clock }: { readonly owner: string; readonly clock: Pick<Clock, "now"> },
): PeopleReader {
  /** By team slug; "" is the organisation. */
  const kept = new Map<string, Kept>();

  const recall = (name: string): Kept["logins"] => {
    const known = kept.get(name);
    if (known !== undefined && clock.now() - known.at < KEPT_MS) return known.logins;
    const logins = name === "" ? readMembers(octokit, owner) : readTeam(octokit, owner, name);
    const entry = { logins, at: clock.now() };
    kept.set(name, entry);
    // What failed is asked again; the caller gets the error from the promise itself.
    void logins.catch(() => {
      if (kept.get(name) === entry) kept.delete(name);
    });
    return logins;
  };

  return {
    read: async (slugs) => {
      const members = (await recall("")) ?? new Set<Login>();
      const teams = new Map<string, ReadonlySet<Login>>();
      for (const slug of new Set(slugs.map((name) => name.toLowerCase()))) {
        const logins = slug === "" ? null : await recall(slug);
        if (logins !== null) teams.set(slug, logins);
      }
      return { members, teams };
    },
    forget: () => {
      kept.clear();
    },
  };
}

async function readMembers(octokit: GitHubClient, org: string): Promise<ReadonlySet<Login>> {
  const members = await askAllPages(`list the members of the organisation ${org}`, (page) =>
    octokit.request("GET /orgs/{org}/members", { org, per_page: 100, page }),
  );
  return new Set(members.map((member) => loginOf(member)));
}

async function readTeam(octokit: GitHubClient, org: string, slug: string): Promise<ReadonlySet<Login> | null> {
  try {
    const members = await askAllPages(`list the members of the team ${slug}`, (page) =>
      octokit.request("GET /orgs/{org}/teams/{team_slug}/members", { org, team_slug: slug, per_page: 100, page }),
    );
    return new Set(members.map((member) => loginOf(member)));
  } catch (error) {
    // A team that does not exist, or is not shown to the App, has nobody: that grants nothing.
    if (isNotFound(error)) return null;
    throw error;
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof StalledError && failedRequestOf(error.cause)?.status === 404;
}
