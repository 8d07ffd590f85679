/** What owners change about the organisation: who belongs to it, its teams, and who belongs to those. */
import { ApiError, notFound, unprocessable } from "./api-error.ts";
import { emitMembership, emitOrganisation, emitTeam } from "./events-org.ts";
import type { Hub } from "./hub.ts";
import { created, invalidField, noContent, ok, optionalText, optionalTexts, requiredText } from "./route.ts";
import type { Answer, Call, Route } from "./route.ts";
import { personParam, teamParam } from "./routes-org.ts";
import { teamFullShape } from "./shapes-account.ts";
import { membershipShape, teamMembershipShape } from "./shapes-membership.ts";
import { accountNamed, accountOf, isMember } from "./state.ts";
import type { Account, Team } from "./state.ts";

const owners = ["members=write"];
const team = "/orgs/{org}/teams/{team_slug}";

export const orgChangeRoutes: readonly Route[] = [
  { method: "POST", template: "/orgs/{org}/teams", needs: owners, answer: asOwner(createTeam) },
  { method: "PATCH", template: team, needs: owners, answer: asOwner(updateTeam) },
  { method: "DELETE", template: team, needs: owners, answer: asOwner(deleteTeam) },
  { method: "PUT", template: `${team}/memberships/{username}`, needs: owners, answer: asOwner(addToTeam) },
  { method: "DELETE", template: `${team}/memberships/{username}`, needs: owners, answer: asOwner(removeFromTeam) },
  { method: "PUT", template: "/orgs/{org}/memberships/{username}", needs: owners, answer: asOwner(invite) },
  { method: "DELETE", template: "/orgs/{org}/members/{username}", needs: owners, answer: asOwner(removeMember) },
  { method: "PATCH", template: "/user/memberships/orgs/{org}", answer: acceptInvitation },
];

const resource = "Team";

function asOwner(answer: (call: Call) => Answer): (call: Call) => Answer {
  return (call) => {
    if (!call.actor.admin) throw new ApiError(403, "You must be an owner of the organization.");
    return answer(call);
  };
}

function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9_]+/g, "-")
    .replaceAll(/^-|-$/g, "");
}

/** @throws ApiError 422 where another team has it. */
function freeSlug(hub: Hub, name: string, own?: Team): string {
  const slug = slugOf(name);
  if (hub.state.teams.some((other) => other.slug === slug && other !== own)) {
    throw invalidField(resource, "name", "Name must be unique for this org");
  }
  return slug;
}

function parentIn(call: Call): number | null | undefined {
  const given = call.body["parent_team_id"];
  if (given === undefined || given === null) return given;
  const parent = call.hub.state.teams.find((candidate) => candidate.id === given);
  if (parent === undefined) throw unprocessable("Parent team does not exist");
  return parent.id;
}

function createTeam(call: Call): Answer {
  const { hub, actor } = call;
  const name = requiredText(call, resource, "name");
  const maintainers = (optionalTexts(call, resource, "maintainers") ?? []).map((login) => {
    const account = accountNamed(hub.state, login);
    if (account === undefined || !isMember(hub.state, account.key)) throw invalidField(resource, "maintainers");
    return account;
  });
  const made: Team = {
    id: hub.state.nextId(),
    slug: freeSlug(hub, name),
    name,
    parentId: parentIn(call) ?? null,
    // GitHub's own default is that a team is secret; the App would see none of them then.
    secret: privacyIn(call) === "secret",
    members: maintainers.map(({ key }) => key),
  };
  hub.state.teams.push(made);
  emitTeam(hub, made, { action: "created", sender: actor.key });
  for (const account of maintainers) emitMembership(hub, made, account, { action: "added", sender: actor.key });
  return created(teamFullShape(hub, made));
}

function privacyIn(call: Call): string | undefined {
  const privacy = optionalText(call, resource, "privacy");
  if (privacy !== undefined && privacy !== "secret" && privacy !== "closed") throw invalidField(resource, "privacy");
  return privacy;
}

/** A new name is a new slug; the id stays. */
function updateTeam(call: Call): Answer {
  const { hub, actor } = call;
  const changed = teamParam(call);
  const name = optionalText(call, resource, "name");
  const parentId = parentIn(call);
  const changes = name === undefined || name === changed.name ? {} : { name: { from: changed.name } };
  if (name !== undefined) {
    changed.slug = freeSlug(hub, name, changed);
    changed.name = name;
  }
  if (parentId !== undefined) changed.parentId = parentId;
  const privacy = privacyIn(call);
  if (privacy !== undefined) changed.secret = privacy === "secret";
  emitTeam(hub, changed, { action: "edited", sender: actor.key, extra: { changes } });
  return ok(teamFullShape(hub, changed));
}

/** Its child teams go with it, as at GitHub. */
function deleteTeam(call: Call): Answer {
  const { hub, actor } = call;
  const remove = (gone: Team): void => {
    for (const child of hub.state.teams.filter((other) => other.parentId === gone.id)) remove(child);
    hub.state.teams.splice(hub.state.teams.indexOf(gone), 1);
    emitTeam(hub, gone, { action: "deleted", sender: actor.key });
  };
  remove(teamParam(call));
  return noContent;
}

function addToTeam(call: Call): Answer {
  const { hub, actor } = call;
  const into = teamParam(call);
  const account = personParam(call);
  if (!isMember(hub.state, account.key)) {
    throw unprocessable("The simulated GitHub takes only members of the organisation into teams: invite them first.");
  }
  if (!into.members.includes(account.key)) {
    into.members.push(account.key);
    emitMembership(hub, into, account, { action: "added", sender: actor.key });
  }
  return ok(teamMembershipShape(hub, into, account));
}

function removeFromTeam(call: Call): Answer {
  const from = teamParam(call);
  const account = personParam(call);
  if (!from.members.includes(account.key)) throw notFound();
  leaveTeam(call, from, account);
  return noContent;
}

function leaveTeam(call: Call, from: Team, account: Account): void {
  from.members.splice(from.members.indexOf(account.key), 1);
  emitMembership(call.hub, from, account, { action: "removed", sender: call.actor.key });
}

/** Until it is accepted it gives nothing. */
function invite(call: Call): Answer {
  const { hub, actor } = call;
  const account = personParam(call);
  if (isMember(hub.state, account.key)) return ok(membershipShape(hub, account, "active"));
  hub.state.invited.add(account.key);
  emitOrganisation(hub, account, { action: "member_invited", sender: actor.key });
  return ok(membershipShape(hub, account, "pending"));
}

function acceptInvitation(call: Call): Answer {
  const { hub, actor } = call;
  if (call.body["state"] !== "active") throw invalidField("OrganizationMembership", "state");
  if (!hub.state.invited.delete(actor.key)) throw notFound();
  const account = accountOf(hub.state, actor.key);
  hub.state.people.push(account.key);
  emitOrganisation(hub, account, { action: "member_added", sender: actor.key });
  return ok(membershipShape(hub, account, "active"));
}

/** Whoever leaves the organisation leaves its teams. */
function removeMember(call: Call): Answer {
  const { hub, actor } = call;
  const account = personParam(call);
  const at = hub.state.people.indexOf(account.key);
  if (at < 0) throw notFound();
  const teams = hub.state.teams.filter(({ members }) => members.includes(account.key));
  for (const from of teams) leaveTeam(call, from, account);
  hub.state.people.splice(at, 1);
  emitOrganisation(hub, account, { action: "member_removed", sender: actor.key });
  return noContent;
}
