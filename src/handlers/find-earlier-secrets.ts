// Secrets that a branch held on the way: git keeps each of its commits, whatever the last one took out again.
import { arrangeFindings } from "../manifest/findings.ts";
import { fileSecrets } from "../manifest/parse-repo-file.ts";
import { PLAIN_SECRET } from "../manifest/plain-secrets/plain-secrets.ts";
import type { CommitSha, ConfigRepo, Finding, RepoFile, RepoTree } from "../manifest/types.ts";
import { shortCommit } from "../rbac/phrases.ts";
import type { ConfigGit, GitCommit } from "./ports.ts";

export interface Range {
  /** The commit that is changed. */
  readonly base: CommitSha;
  /** The last commit of the change. */
  readonly head: CommitSha;
  /** Tree or commit that the change makes of the base. */
  readonly result: string;
}

/** `repo`, the result, with a finding for each secret that an earlier commit put in a file and that neither it nor the base has. */
export async function withEarlierSecrets(
  git: Pick<ConfigGit, "commitsBetween" | "readTree">,
  repo: ConfigRepo,
  range: Range,
): Promise<ConfigRepo> {
  const commits = await git.commitsBetween(range.base, range.head);
  // Of one commit alone everything is in the result.
  if (commits.length < 2) return repo;
  const ends = [await git.readTree(range.base), await git.readTree(range.result)];
  const seen = new Set(repo.findings.map(identityOf));
  const found: Finding[] = [];
  for (const commit of commits) {
    const files = await filesOf(git, commit);
    const passing = files.filter(({ path, blob }) => !ends.some((tree) => tree.get(path)?.blob === blob));
    for (const finding of passing.flatMap(plainSecretsOf)) {
      if (seen.has(identityOf(finding))) continue;
      seen.add(identityOf(finding));
      found.push(inCommit(finding, commit.sha));
    }
  }
  return found.length === 0 ? repo : { ...repo, findings: arrangeFindings([...repo.findings, ...found]) };
}

/** What a commit itself put there: files that none of its parents has so. */
async function filesOf(git: Pick<ConfigGit, "readTree">, commit: GitCommit): Promise<readonly RepoFile[]> {
  const tree = await git.readTree(commit.tree);
  const parents: RepoTree[] = [];
  for (const parent of commit.parents) parents.push(await git.readTree(parent));
  return [...tree.values()].filter(
    ({ path, blob }) => !parents.some((parent) => parent === tree || parent.get(path)?.blob === blob),
  );
}

function plainSecretsOf(file: RepoFile): readonly Finding[] {
  return fileSecrets(file).filter(({ rule }) => rule === PLAIN_SECRET);
}

function identityOf({ file, rule, message }: Finding): string {
  return [file, rule, message].join("\0");
}

/** Its line is another commit's, so that it stands at the beginning of the file. */
function inCommit(finding: Finding, commit: CommitSha): Finding {
  return {
    ...finding,
    line: 1,
    column: 1,
    message: `${finding.message}, on line ${finding.line} of commit ${shortCommit(commit)}`,
    hint:
      "rotate it, since it was pushed and git keeps it; then take it out of that commit, too (`git rebase -i`, or squash the branch " +
      "into one commit and push it with --force-with-lease)",
  };
}
