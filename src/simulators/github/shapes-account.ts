/** People, bots, the organisation, its teams and the App, as GitHub's REST description has them. */
import { nodeId } from "./hub.ts";
import type { Hub, Shape } from "./hub.ts";
import { accountOf, ghostLogin, isMember, membersOfTeam } from "./state.ts";
import type { Team } from "./state.ts";

/** @param key as records have it. An account that is gone is shown as GitHub's ghost. */
export function userShape(hub: Hub, key: string): Shape {
  const known = accountOf(hub.state, key);
  const account = known.standing === "deleted" ? accountOf(hub.state, ghostLogin) : known;
  const url = `${hub.urls.api}/users/${encodeURIComponent(account.login)}`;
  const page = account.type === "Bot" ? `apps/${hub.state.app.slug}` : account.login;
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId(account.type, account.id),
    avatar_url: `${hub.urls.web}/avatars/u/${String(account.id)}`,
    gravatar_id: "",
    url,
    html_url: `${hub.urls.web}/${page}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.type,
    site_admin: false,
    user_view_type: "public",
  };
}

export function userOrNull(hub: Hub, key: string | null): Shape | null {
  return key === null ? null : userShape(hub, key);
}

/** Where GitHub shows nobody instead of a ghost: reviews and the record of pushes. */
export function userUnlessGone(hub: Hub, key: string): Shape | null {
  return accountOf(hub.state, key).standing === "deleted" ? null : userShape(hub, key);
}

/** The long form that `GET /users/{login}` and `GET /user` answer. */
export function publicUserShape(hub: Hub, key: string): Shape {
  return {
    ...userShape(hub, key),
    name: accountOf(hub.state, key).login,
    company: null,
    blog: "",
    location: null,
    email: null,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: hub.state.createdAt,
    updated_at: hub.state.createdAt,
  };
}

/** What somebody sees of themself at `GET /user`. */
export function privateUserShape(hub: Hub, key: string): Shape {
  return {
    ...publicUserShape(hub, key),
    user_view_type: "private",
    private_gists: 0,
    total_private_repos: 0,
    owned_private_repos: 0,
    disk_usage: 0,
    collaborators: 0,
    two_factor_authentication: true,
  };
}

export function authorAssociation(hub: Hub, key: string): string {
  return isMember(hub.state, key) ? "MEMBER" : "NONE";
}

export function organisationSimpleShape(hub: Hub): Shape {
  const { id, login } = hub.state.organisation;
  const url = `${hub.urls.api}/orgs/${login}`;
  return {
    login,
    id,
    node_id: nodeId("Organization", id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${hub.urls.web}/avatars/u/${String(id)}`,
    description: null,
  };
}

export function organisationShape(hub: Hub): Shape {
  return {
    ...organisationSimpleShape(hub),
    name: hub.state.organisation.login,
    has_organization_projects: true,
    has_repository_projects: true,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    html_url: `${hub.urls.web}/${hub.state.organisation.login}`,
    type: "Organization",
    created_at: hub.state.createdAt,
    updated_at: hub.state.createdAt,
    archived_at: null,
  };
}

export function teamShape(hub: Hub, team: Team): Shape {
  const parent = hub.state.teams.find((candidate) => candidate.id === team.parentId);
  return { ...teamSimpleShape(hub, team), parent: parent === undefined ? null : teamSimpleShape(hub, parent) };
}

function teamSimpleShape(hub: Hub, team: Team): Shape {
  const organisation = hub.state.organisation;
  const url = `${hub.urls.api}/organizations/${String(organisation.id)}/team/${String(team.id)}`;
  return {
    id: team.id,
    node_id: nodeId("Team", team.id),
    name: team.name,
    slug: team.slug,
    description: null,
    privacy: team.secret ? "secret" : "closed",
    notification_setting: "notifications_enabled",
    permission: "push",
    url,
    html_url: `${hub.urls.web}/orgs/${organisation.login}/teams/${team.slug}`,
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    type: "organization",
    organization_id: organisation.id,
  };
}

export function teamFullShape(hub: Hub, team: Team): Shape {
  return {
    ...teamShape(hub, team),
    members_count: membersOfTeam(hub.state, team).length,
    repos_count: 1,
    created_at: hub.state.createdAt,
    updated_at: hub.state.createdAt,
    organization: organisationShape(hub),
  };
}

/** Without `merge_group`, which GitHub's own description of this list does not know. */
const subscribedEvents = [
  "check_run",
  "issue_comment",
  "membership",
  "organization",
  "pull_request",
  "pull_request_review",
  "push",
  "team",
];

export function appShape(hub: Hub): Shape {
  const { app, createdAt } = hub.state;
  return {
    id: app.id,
    slug: app.slug,
    client_id: `Iv1.${app.id.toString(16).padStart(16, "0")}`,
    node_id: nodeId("Integration", app.id),
    owner: organisationAsUser(hub),
    name: app.slug,
    description: null,
    external_url: `${hub.urls.web}/apps/${app.slug}`,
    html_url: `${hub.urls.web}/apps/${app.slug}`,
    created_at: createdAt,
    updated_at: createdAt,
    permissions: app.permissions,
    events: subscribedEvents,
    installations_count: 1,
  };
}

/** `performed_via_github_app` and the like: the App where its bot acted, else null. */
export function appIfBot(hub: Hub, key: string): Shape | null {
  return key === hub.state.app.botLogin ? appShape(hub) : null;
}

export function organisationAsUser(hub: Hub): Shape {
  return userShape(hub, hub.state.organisation.login);
}

export function installationShape(hub: Hub): Shape {
  const { app, createdAt, organisation } = hub.state;
  const url = `${hub.urls.api}/app/installations/${String(app.installationId)}`;
  return {
    id: app.installationId,
    account: organisationAsUser(hub),
    repository_selection: "selected",
    access_tokens_url: `${url}/access_tokens`,
    repositories_url: `${hub.urls.api}/installation/repositories`,
    html_url: `${hub.urls.web}/organizations/${organisation.login}/settings/installations/${String(app.installationId)}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: organisation.id,
    target_type: "Organization",
    permissions: app.permissions,
    events: subscribedEvents,
    created_at: createdAt,
    updated_at: createdAt,
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: null,
    suspended_at: null,
  };
}
