/** Who belongs to the organisation and to a team, as GitHub tells it of one person. */
import type { Hub, Shape } from "./hub.ts";
import { organisationSimpleShape, userShape } from "./shapes-account.ts";
import type { Account, Team } from "./state.ts";

export function membershipShape(hub: Hub, account: Account, state: "active" | "pending"): Shape {
  const organisation = `${hub.urls.api}/orgs/${hub.state.organisation.login}`;
  return {
    url: `${organisation}/memberships/${account.login}`,
    state,
    role: account.admin ? "admin" : "member",
    organization_url: organisation,
    organization: organisationSimpleShape(hub),
    user: userShape(hub, account.key),
  };
}

/** Owners of an organisation are maintainers of each of its teams that they belong to. */
export function roleInTeam(account: Account): "maintainer" | "member" {
  return account.admin ? "maintainer" : "member";
}

export function teamMembershipShape(hub: Hub, team: Team, account: Account): Shape {
  const id = String(hub.state.organisation.id);
  return {
    url: `${hub.urls.api}/organizations/${id}/team/${String(team.id)}/memberships/${account.login}`,
    role: roleInTeam(account),
    state: "active",
  };
}
