/** The organisation: its members and teams. Everybody of the simulation is a member. */
import { notFound } from "./api-error.ts";
import { nodeId } from "./hub.ts";
import type { Hub, Shape } from "./hub.ts";
import { noContent, ok, paginated, param, queryText } from "./route.ts";
import type { Answer, Call, Route } from "./route.ts";
import {
  isPerson,
  organisationShape,
  organisationSimpleShape,
  teamFullShape,
  teamShape,
  userShape,
} from "./shapes-account.ts";
import type { Account, Team } from "./state.ts";

const members = ["members=read"];

export const orgRoutes: readonly Route[] = [
  { method: "GET", template: "/orgs/{org}", answer: (call) => ok(organisationShape(call.hub)) },
  { method: "GET", template: "/orgs/{org}/members", needs: members, answer: listMembers },
  { method: "GET", template: "/orgs/{org}/members/{username}", needs: members, answer: checkMember },
  { method: "GET", template: "/orgs/{org}/memberships/{username}", needs: members, answer: getMembership },
  {
    method: "GET",
    template: "/orgs/{org}/teams",
    needs: members,
    answer: (call) => paginated(call, call.hub.state.teams, (team) => teamShape(call.hub, team)),
  },
  {
    method: "GET",
    template: "/orgs/{org}/teams/{team_slug}",
    needs: members,
    answer: (call) => ok(teamFullShape(call.hub, teamParam(call))),
  },
  { method: "GET", template: "/orgs/{org}/teams/{team_slug}/members", needs: members, answer: listTeamMembers },
  {
    method: "GET",
    template: "/orgs/{org}/teams/{team_slug}/memberships/{username}",
    needs: members,
    answer: getTeamMembership,
  },
  {
    method: "GET",
    template: "/repos/{owner}/{repo}/teams",
    needs: ["administration=read"],
    answer: (call) => paginated(call, call.hub.state.teams, (team) => teamShape(call.hub, team)),
  },
  {
    method: "GET",
    template: "/repos/{owner}/{repo}/collaborators/{username}/permission",
    needs: ["metadata=read"],
    answer: getPermission,
  },
  {
    method: "GET",
    template: "/repos/{owner}/{repo}/collaborators/{username}",
    needs: ["metadata=read"],
    answer: checkMember,
  },
];

function memberOf(hub: Hub, login: string): Account | undefined {
  const account = hub.state.accounts.get(login.toLowerCase());
  return account !== undefined && isPerson(account) ? account : undefined;
}

function memberParam(call: Call): Account {
  const account = memberOf(call.hub, param(call, "username"));
  if (account === undefined) throw notFound();
  return account;
}

function teamParam(call: Call): Team {
  const slug = param(call, "team_slug").toLowerCase();
  const team = call.hub.state.teams.find((candidate) => candidate.slug.toLowerCase() === slug);
  if (team === undefined) throw notFound();
  return team;
}

function listMembers(call: Call): Promise<Answer> {
  const role = queryText(call, "role") ?? "all";
  const people = call.hub.state.people.filter((login) => {
    const isAdmin = memberOf(call.hub, login)?.admin === true;
    return role === "all" || (role === "admin") === isAdmin;
  });
  return paginated(call, people, (login) => userShape(call.hub, login));
}

function checkMember(call: Call): Answer {
  memberParam(call);
  return noContent;
}

function getMembership(call: Call): Answer {
  const account = memberParam(call);
  const organisation = `${call.hub.urls.api}/orgs/${call.hub.state.organisation.login}`;
  return ok({
    url: `${organisation}/memberships/${account.login}`,
    state: "active",
    role: account.admin ? "admin" : "member",
    organization_url: organisation,
    organization: organisationSimpleShape(call.hub),
    user: userShape(call.hub, account.login),
  });
}

/** Owners of an organisation are maintainers of each of its teams that they belong to. */
function roleInTeam(account: Account): "maintainer" | "member" {
  return account.admin ? "maintainer" : "member";
}

function listTeamMembers(call: Call): Promise<Answer> {
  const role = queryText(call, "role") ?? "all";
  const people = teamParam(call).members.filter((login) => {
    const account = memberOf(call.hub, login);
    return account !== undefined && (role === "all" || roleInTeam(account) === role);
  });
  return paginated(call, people, (login) => userShape(call.hub, login));
}

function getTeamMembership(call: Call): Answer {
  const team = teamParam(call);
  const login = param(call, "username").toLowerCase();
  if (!team.members.some((member) => member.toLowerCase() === login)) throw notFound();
  const account = memberParam(call);
  const id = String(call.hub.state.organisation.id);
  return ok({
    url: `${call.hub.urls.api}/organizations/${id}/team/${String(team.id)}/memberships/${account.login}`,
    role: roleInTeam(account),
    state: "active",
  });
}

function getPermission(call: Call): Answer {
  const account = call.hub.state.accounts.get(param(call, "username").toLowerCase());
  if (account === undefined || account.type === "Organization") throw notFound();
  const permission = account.admin ? "admin" : isPerson(account) ? "write" : "read";
  return ok({ permission, role_name: permission, user: collaboratorShape(call.hub, account, permission) });
}

function collaboratorShape(hub: Hub, account: Account, permission: string): Shape {
  return {
    ...userShape(hub, account.login),
    node_id: nodeId("User", account.id),
    permissions: {
      pull: true,
      triage: permission !== "read",
      push: permission !== "read",
      maintain: permission === "admin",
      admin: permission === "admin",
    },
    role_name: permission,
  };
}
