/** Commits, files of a diff and comparisons. Who a commit is by, is read from its addresses, as GitHub does it. */
import type { FileChange } from "./git-diff.ts";
import type { CommitObject, Signature } from "./git-repo.ts";
import { nodeId, repoUrl, repoWebUrl } from "./hub.ts";
import type { Hub, Shape } from "./hub.ts";
import { userShape } from "./shapes-account.ts";
import { accountNamed, webFlowLogin } from "./state.ts";
import type { Account, GitHubState } from "./state.ts";

export const gitHubSignature = { name: "GitHub", email: "noreply@github.com" };

/** The account that an address of a commit belongs to; null for every other address, as at GitHub for unknown ones. */
export function accountOfEmail(state: GitHubState, email: string): Account | null {
  if (email.toLowerCase() === gitHubSignature.email) return state.accounts.get(webFlowLogin) ?? null;
  const match = /^(?:(\d+)\+)?([^@+]+)@users\.noreply\.github\.com$/i.exec(email);
  if (match === null) return null;
  const [, id, login = ""] = match;
  if (id !== undefined) {
    // The id decides; the login beside it may be an older one.
    const account = [...state.accounts.values()].find((candidate) => candidate.id === Number(id));
    return account === undefined || account.standing === "deleted" ? null : account;
  }
  return accountNamed(state, login) ?? null;
}

/** The address with which GitHub signs commits that it makes in somebody's name. */
export function noreplySignature(account: Account, date: string): Signature {
  return { name: account.login, email: `${String(account.id)}+${account.login}@users.noreply.github.com`, date };
}

function verification(hub: Hub, commit: CommitObject): Shape {
  return hub.state.signedCommits.has(commit.sha)
    ? {
        verified: true,
        reason: "valid",
        signature: "-----BEGIN PGP SIGNATURE-----\n\nsimulated\n-----END PGP SIGNATURE-----\n",
        payload: `tree ${commit.tree}\n`,
        verified_at: commit.committer.date,
      }
    : { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null };
}

function parentShapes(hub: Hub, commit: CommitObject, api: string): Shape[] {
  return commit.parents.map((sha) => ({
    sha,
    url: `${repoUrl(hub)}/${api}/${sha}`,
    html_url: `${repoWebUrl(hub)}/commit/${sha}`,
  }));
}

export function commitShape(hub: Hub, commit: CommitObject): Shape {
  const url = `${repoUrl(hub)}/commits/${commit.sha}`;
  const person = (who: Signature): Shape | null => {
    const account = accountOfEmail(hub.state, who.email);
    return account === null ? null : userShape(hub, account.key);
  };
  return {
    sha: commit.sha,
    node_id: nodeId("Commit", commit.sha),
    commit: {
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: { sha: commit.tree, url: `${repoUrl(hub)}/git/trees/${commit.tree}` },
      url: `${repoUrl(hub)}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: verification(hub, commit),
    },
    url,
    html_url: `${repoWebUrl(hub)}/commit/${commit.sha}`,
    comments_url: `${url}/comments`,
    author: person(commit.author),
    committer: person(commit.committer),
    parents: parentShapes(hub, commit, "commits"),
  };
}

/** The Git Data API's form of a commit. */
export function gitCommitShape(hub: Hub, commit: CommitObject): Shape {
  return {
    sha: commit.sha,
    node_id: nodeId("Commit", commit.sha),
    url: `${repoUrl(hub)}/git/commits/${commit.sha}`,
    html_url: `${repoWebUrl(hub)}/commit/${commit.sha}`,
    author: commit.author,
    committer: commit.committer,
    message: commit.message,
    tree: { sha: commit.tree, url: `${repoUrl(hub)}/git/trees/${commit.tree}` },
    parents: parentShapes(hub, commit, "git/commits"),
    verification: verification(hub, commit),
  };
}

export function fileShape(hub: Hub, file: FileChange, at: string): Shape {
  const path = file.filename.split("/").map(encodeURIComponent).join("/");
  return {
    sha: file.sha,
    filename: file.filename,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${repoWebUrl(hub)}/blob/${at}/${path}`,
    raw_url: `${repoWebUrl(hub)}/raw/${at}/${path}`,
    contents_url: `${repoUrl(hub)}/contents/${path}?ref=${at}`,
    ...(file.patch === null ? {} : { patch: file.patch }),
    ...(file.previousFilename === null ? {} : { previous_filename: file.previousFilename }),
  };
}

/** A commit as `merge_group` events have it. */
export function simpleCommitShape(commit: CommitObject): Shape {
  const person = ({ name, email }: Signature): Shape => ({ name, email });
  return {
    id: commit.sha,
    tree_id: commit.tree,
    message: commit.message,
    timestamp: commit.committer.date,
    author: person(commit.author),
    committer: person(commit.committer),
  };
}

/** A commit as `push` events list it. */
export function pushCommitShape(hub: Hub, commit: CommitObject, files: readonly FileChange[]): Shape {
  const person = (who: Signature): Shape => {
    const account = accountOfEmail(hub.state, who.email);
    return { name: who.name, email: who.email, ...(account === null ? {} : { username: account.login }) };
  };
  const named = (...wanted: readonly string[]): string[] =>
    files.filter((file) => wanted.includes(file.status)).map((file) => file.filename);
  const renamedFrom = files.flatMap((file) => (file.status === "renamed" ? [file.previousFilename ?? ""] : []));
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: commit.author.date,
    url: `${repoWebUrl(hub)}/commit/${commit.sha}`,
    author: person(commit.author),
    committer: person(commit.committer),
    added: named("added", "copied", "renamed"),
    removed: [...named("removed"), ...renamedFrom],
    modified: named("modified", "changed"),
  };
}
