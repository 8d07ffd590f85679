/** The events of the organisation: who belongs to it and to its teams. They name no repository. */
import type { Happening } from "./events.ts";
import { nodeId } from "./hub.ts";
import type { Hub } from "./hub.ts";
import { teamShape, userShape } from "./shapes-account.ts";
import { membershipShape } from "./shapes-membership.ts";
import { organisationFrame } from "./shapes-repo.ts";
import type { Account, Team } from "./state.ts";

export function emitTeam(hub: Hub, team: Team, happening: Happening): void {
  hub.webhooks.emit("team", {
    action: happening.action,
    team: teamShape(hub, team),
    ...happening.extra,
    ...organisationFrame(hub, happening.sender),
  });
}

export function emitMembership(hub: Hub, team: Team, account: Account, happening: Happening): void {
  hub.webhooks.emit("membership", {
    action: happening.action,
    scope: "team",
    member: userShape(hub, account.key),
    team: teamShape(hub, team),
    ...organisationFrame(hub, happening.sender),
  });
}

export function emitOrganisation(hub: Hub, account: Account, happening: Happening): void {
  const subject =
    happening.action === "member_invited"
      ? { invitation: invitationShape(hub, account, happening.sender), user: userShape(hub, account.key) }
      : { membership: { ...membershipShape(hub, account, "active"), organization: undefined } };
  hub.webhooks.emit("organization", {
    action: happening.action,
    ...subject,
    ...organisationFrame(hub, happening.sender),
  });
}

function invitationShape(hub: Hub, account: Account, inviter: string): object {
  const url = `${hub.urls.api}/organizations/${String(hub.state.organisation.id)}/invitations/${String(account.id)}`;
  return {
    id: account.id,
    node_id: nodeId("OrganizationInvitation", account.id),
    login: account.login,
    email: null,
    role: "direct_member",
    created_at: hub.state.clock.iso(),
    failed_at: null,
    failed_reason: null,
    inviter: userShape(hub, inviter),
    team_count: 0,
    invitation_teams_url: `${url}/teams`,
    invitation_source: "member",
  };
}
