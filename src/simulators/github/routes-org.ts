/** The organisation: who belongs to it and to its teams. */
import { notFound } from "./api-error.ts";
import { nodeId } from "./hub.ts";
import type { Hub, Shape } from "./hub.ts";
import { noContent, ok, paginated, param, queryText } from "./route.ts";
import type { Answer, Call, Route } from "./route.ts";
import { organisationShape, teamFullShape, teamShape, userShape } from "./shapes-account.ts";
import { membershipShape, roleInTeam, teamMembershipShape } from "./shapes-membership.ts";
import { accountNamed, isMember, isPerson, membersOf, membersOfTeam } from "./state.ts";
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
    answer: listTeams,
  },
  {
    method: "GET",
    template: "/orgs/{org}/teams/{team_slug}",
    needs: members,
    answer: (call) => ok(teamFullShape(call.hub, teamParam(call))),
  },
  { method: "GET", template: "/orgs/{org}/teams/{team_slug}/members", needs: members, answer: listTeamMembers },
  { method: "GET", template: "/orgs/{org}/teams/{team_slug}/teams", needs: members, answer: listChildTeams },
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
    answer: listTeams,
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

export function personParam(call: Call): Account {
  const account = accountNamed(call.hub.state, param(call, "username"));
  if (account === undefined || !isPerson(account)) throw notFound();
  return account;
}

function memberParam(call: Call): Account {
  const account = personParam(call);
  if (!isMember(call.hub.state, account.key)) throw notFound();
  return account;
}

export function teamParam(call: Call): Team {
  const slug = param(call, "team_slug").toLowerCase();
  const team = call.hub.state.teams.find((candidate) => candidate.slug.toLowerCase() === slug);
  if (team === undefined || !isShown(call, team)) throw notFound();
  return team;
}

function isShown({ actor }: Call, team: Team): boolean {
  return !team.secret || actor.admin || team.members.includes(actor.key);
}

function listTeams(call: Call): Promise<Answer> {
  const shown = call.hub.state.teams.filter((team) => isShown(call, team));
  return paginated(call, shown, (team) => teamShape(call.hub, team));
}

function listMembers(call: Call): Promise<Answer> {
  const role = queryText(call, "role") ?? "all";
  const found = membersOf(call.hub.state).filter(({ admin }) => role === "all" || (role === "admin") === admin);
  return paginated(call, found, ({ key }) => userShape(call.hub, key));
}

function listChildTeams(call: Call): Promise<Answer> {
  const { id } = teamParam(call);
  const children = call.hub.state.teams.filter((team) => team.parentId === id && isShown(call, team));
  return paginated(call, children, (team) => teamShape(call.hub, team));
}

function checkMember(call: Call): Answer {
  memberParam(call);
  return noContent;
}

function getMembership(call: Call): Answer {
  const account = personParam(call);
  const { state } = call.hub;
  if (state.invited.has(account.key)) return ok(membershipShape(call.hub, account, "pending"));
  if (!isMember(state, account.key)) throw notFound();
  return ok(membershipShape(call.hub, account, "active"));
}

function listTeamMembers(call: Call): Promise<Answer> {
  const role = queryText(call, "role") ?? "all";
  const people = membersOfTeam(call.hub.state, teamParam(call)).filter(
    (account) => role === "all" || roleInTeam(account) === role,
  );
  return paginated(call, people, ({ key }) => userShape(call.hub, key));
}

function getTeamMembership(call: Call): Answer {
  const team = teamParam(call);
  const account = memberParam(call);
  if (!membersOfTeam(call.hub.state, team).includes(account)) throw notFound();
  return ok(teamMembershipShape(call.hub, team, account));
}

function getPermission(call: Call): Answer {
  const account = accountNamed(call.hub.state, param(call, "username"));
  if (account === undefined || account.type === "Organization") throw notFound();
  const member = isMember(call.hub.state, account.key);
  const permission = member && account.admin ? "admin" : member ? "write" : "read";
  return ok({ permission, role_name: permission, user: collaboratorShape(call.hub, account, permission) });
}

function collaboratorShape(hub: Hub, account: Account, permission: string): Shape {
  return {
    ...userShape(hub, account.key),
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
