/** The repository in its three sizes, and what hangs on its refs. */
import { fullName, nodeId, repoUrl, repoWebUrl } from "./hub.ts";
import type { Hub, Shape } from "./hub.ts";
import { organisationAsUser, organisationSimpleShape, userShape, userUnlessGone } from "./shapes-account.ts";
import type { ActivityRecord, ForkRecord } from "./state.ts";

const urlTemplates: Readonly<Record<string, string>> = {
  archive_url: "/{archive_format}{/ref}",
  assignees_url: "/assignees{/user}",
  blobs_url: "/git/blobs{/sha}",
  branches_url: "/branches{/branch}",
  collaborators_url: "/collaborators{/collaborator}",
  comments_url: "/comments{/number}",
  commits_url: "/commits{/sha}",
  compare_url: "/compare/{base}...{head}",
  contents_url: "/contents/{+path}",
  contributors_url: "/contributors",
  deployments_url: "/deployments",
  downloads_url: "/downloads",
  events_url: "/events",
  forks_url: "/forks",
  git_commits_url: "/git/commits{/sha}",
  git_refs_url: "/git/refs{/sha}",
  git_tags_url: "/git/tags{/sha}",
  hooks_url: "/hooks",
  issue_comment_url: "/issues/comments{/number}",
  issue_events_url: "/issues/events{/number}",
  issues_url: "/issues{/number}",
  keys_url: "/keys{/key_id}",
  labels_url: "/labels{/name}",
  languages_url: "/languages",
  merges_url: "/merges",
  milestones_url: "/milestones{/number}",
  notifications_url: "/notifications{?since,all,participating}",
  pulls_url: "/pulls{/number}",
  releases_url: "/releases{/id}",
  stargazers_url: "/stargazers",
  statuses_url: "/statuses/{sha}",
  subscribers_url: "/subscribers",
  subscription_url: "/subscription",
  tags_url: "/tags",
  teams_url: "/teams",
  trees_url: "/git/trees{/sha}",
};

export function minimalRepositoryShape(hub: Hub): Shape {
  const url = repoUrl(hub);
  return {
    id: hub.state.repoId,
    node_id: nodeId("Repository", hub.state.repoId),
    name: hub.state.repoName,
    full_name: fullName(hub),
    private: true,
    owner: organisationAsUser(hub),
    html_url: repoWebUrl(hub),
    description: null,
    fork: false,
    url,
    ...Object.fromEntries(Object.entries(urlTemplates).map(([name, path]) => [name, `${url}${path}`])),
  };
}

export function repositoryShape(hub: Hub): Shape {
  const { createdAt, defaultBranch, issues, pushedAt } = hub.state;
  const open = issues.filter((issue) => issue.state === "open").length;
  const clone = `${hub.urls.git}/${fullName(hub)}.git`;
  return {
    ...minimalRepositoryShape(hub),
    created_at: createdAt,
    updated_at: pushedAt,
    pushed_at: pushedAt,
    git_url: clone,
    ssh_url: clone,
    clone_url: clone,
    svn_url: repoWebUrl(hub),
    homepage: null,
    size: 0,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: true,
    has_projects: false,
    has_downloads: true,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    forks_count: hub.state.forks.length,
    mirror_url: null,
    archived: false,
    disabled: false,
    open_issues_count: open,
    license: null,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [],
    visibility: "private",
    forks: hub.state.forks.length,
    open_issues: open,
    watchers: 0,
    default_branch: defaultBranch,
  };
}

/** What `GET /repos/{owner}/{repo}` answers. */
export function fullRepositoryShape(hub: Hub): Shape {
  return {
    ...repositoryShape(hub),
    temp_clone_token: null,
    allow_squash_merge: true,
    allow_merge_commit: true,
    allow_rebase_merge: true,
    allow_auto_merge: false,
    allow_update_branch: true,
    delete_branch_on_merge: false,
    use_squash_pr_title_as_default: false,
    organization: organisationAsUser(hub),
    network_count: 0,
    subscribers_count: 0,
  };
}

/** Somebody's fork, as lists and pull requests show it. */
export function forkShape(hub: Hub, fork: ForkRecord): Shape {
  const owner = userShape(hub, fork.owner);
  const name = `${String(owner["login"])}/${hub.state.repoName}`;
  const clone = `${hub.urls.git}/${name}.git`;
  return {
    ...repositoryShape(hub),
    id: fork.id,
    node_id: nodeId("Repository", fork.id),
    full_name: name,
    owner,
    fork: true,
    url: `${hub.urls.api}/repos/${name}`,
    html_url: `${hub.urls.web}/${name}`,
    git_url: clone,
    ssh_url: clone,
    clone_url: clone,
    created_at: fork.createdAt,
  };
}

/** What every webhook carries besides its own subject. */
export function eventFrame(hub: Hub, sender: string): Shape {
  return { repository: repositoryShape(hub), ...organisationFrame(hub, sender) };
}

/** The same for what belongs to no repository. */
export function organisationFrame(hub: Hub, sender: string): Shape {
  const installationId = hub.state.app.installationId;
  return {
    organization: organisationSimpleShape(hub),
    sender: userShape(hub, sender),
    installation: { id: installationId, node_id: nodeId("Installation", installationId) },
  };
}

export function activityShape(hub: Hub, entry: ActivityRecord): Shape {
  return {
    id: entry.id,
    node_id: nodeId("Push", entry.id),
    before: entry.before,
    after: entry.after,
    ref: entry.ref,
    timestamp: entry.timestamp,
    activity_type: entry.type,
    actor: userUnlessGone(hub, entry.actor),
  };
}

export function refShape(hub: Hub, name: string, target: { sha: string; type: string }): Shape {
  const url = repoUrl(hub);
  return {
    ref: name,
    node_id: nodeId("Ref", `${String(hub.state.repoId)}:${name}`),
    url: `${url}/git/${name}`,
    object: { sha: target.sha, type: target.type, url: `${url}/git/${target.type}s/${target.sha}` },
  };
}
