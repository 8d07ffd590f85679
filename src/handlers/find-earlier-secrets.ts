// Secrets that a branch held on the way: git keeps each of its commits, whatever the last one took out again.
import { arrangeFindings } from "../manifest/findings.ts";
import { fileSecrets } from "../manifest/parse-repo-file.ts";
import { PLAIN_SECRET } from "../manifest/plain-secrets/plain-secrets.ts";
import type { CommitSha, ConfigRepo, Finding, RepoFile } from "../manifest/types.ts";
import { shortCommit } from "../rbac/phrases.ts";
import type { ConfigGit, GitCommit, TreeEntry } from "./ports.ts";
import { differingFiles, fileAt } from "./touched-paths.ts";

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
  git: EarlierGit & Pick<ConfigGit, "commitsBetween">,
  repo: ConfigRepo,
  range: Range,
): Promise<ConfigRepo> {
  const commits = await git.commitsBetween(range.base, range.head);
  // Of one commit alone everything is in the result.
  if (commits.length < 2) return repo;
  const seen = new Set(repo.findings.map(identityOf));
  const found: Finding[] = [];
  for (const commit of commits) {
    const passing = await passingEntries(git, commit, range);
    const inBase = passing.flatMap(({ path, base }) => (base === null ? [] : [{ ...base, path }]));
    for (const finding of (await git.readFiles(inBase)).flatMap(plainSecretsOf)) seen.add(identityOf(finding));
    for (const finding of (await git.readFiles(passing)).flatMap(plainSecretsOf)) {
      if (seen.has(identityOf(finding))) continue;
      seen.add(identityOf(finding));
      found.push(inCommit(finding, commit.sha));
    }
  }
  return found.length === 0 ? repo : { ...repo, findings: arrangeFindings([...repo.findings, ...found]) };
}

type EarlierGit = Pick<ConfigGit, "treeOf" | "readFolder" | "readFiles">;

type PlacedEntry = TreeEntry & { readonly path: string };

type PassingEntry = PlacedEntry & { readonly base: TreeEntry | null };

/** What a commit itself put there, files that none of its parents has so, and that neither of the ends has. */
async function passingEntries(
  git: EarlierGit,
  commit: GitCommit,
  ends: Pick<Range, "base" | "result">,
): Promise<readonly PassingEntry[]> {
  const passing: PassingEntry[] = [];
  for (const entry of await ownEntries(git, commit)) {
    const base = await fileAt(git, ends.base, entry.path);
    const result = await fileAt(git, ends.result, entry.path);
    if (base?.id !== entry.id && result?.id !== entry.id) passing.push({ ...entry, base });
  }
  return passing;
}

async function ownEntries(git: EarlierGit, commit: GitCommit): Promise<readonly PlacedEntry[]> {
  const [first = null, ...others] = commit.parents;
  const fromFirst = await differingFiles(git, first, commit.tree);
  const fromOthers = await Promise.all(others.map((parent) => differingFiles(git, parent, commit.tree)));
  return [...fromFirst].flatMap(([path, { to }]) =>
    to === undefined || fromOthers.some((differing) => !differing.has(path)) ? [] : [{ ...to, path }],
  );
}

function plainSecretsOf(file: RepoFile): readonly Finding[] {
  return fileSecrets(file).filter(({ rule }) => rule === PLAIN_SECRET);
}

function identityOf({ file, rule, message, about = "" }: Finding): string {
  return [file, rule, message, about].join("\0");
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
