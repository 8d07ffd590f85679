// `signalbox check`: the verdict on a pull request from a clone alone, by the same facts and the same judge as the check on GitHub.
import { resolve } from "node:path";
import { gatherProposal } from "../handlers/gather-proposal.ts";
import type { Contributors } from "../handlers/find-contributors.ts";
import { readConfig, type ConfigSource } from "../handlers/read-config.ts";
import type { Account, ListedReview } from "../handlers/ports.ts";
import { EMPTY_LEDGER } from "../ledger/ledger-state.ts";
import type { CommitSha, Login, RepoFile, Subject } from "../manifest/types.ts";
import { judge } from "../rbac/judge.ts";
import { rootBelow, type FindingsFormat } from "./format.ts";
import { withClone } from "./open-config.ts";
import { parseLogin, parseTeams, peopleOf } from "./people-options.ts";
import type { ExitStatus, Terminal } from "./terminal.ts";
import { writeVerdict } from "./write-verdict.ts";

export interface CheckOptions {
  readonly dir?: string;
  readonly base: string;
  readonly head: string;
  readonly author: string;
  readonly contributor: readonly string[];
  readonly approvedBy: readonly string[];
  readonly team: readonly string[];
  readonly format: FindingsFormat;
}

/**
 * Who did what comes from the options alone; who there is, from these and the bindings, each taken as a member. Approvals stand
 * on the head, and the base counts as verified.
 */
export async function check(options: CheckOptions, terminal: Terminal): Promise<ExitStatus> {
  const author = parseLogin(options.author, "--author");
  const contributors = options.contributor.map((login) => parseLogin(login, "--contributor"));
  const approvers = options.approvedBy.map((login) => parseLogin(login, "--approved-by"));
  const teams = parseTeams(options.team);
  return withClone(options.dir, terminal, async (clone) => {
    const base = await clone.git.resolveRevision(options.base);
    const head = await clone.git.resolveRevision(options.head);
    const merged = await clone.git.merge(base, head);
    const at = Date.now();
    const sides = merged.conflicts.length > 0 ? [base] : [base, merged.tree];
    const bound = (await Promise.all(sides.map((side) => boundLogins(clone, side)))).flat();
    const people = peopleOf([author, ...contributors, ...approvers, ...bound], teams);
    const accountOf = (login: Login): Account => ({ login, id: [...people.members].indexOf(login) + 1 });
    const baseIsVerified = { ...EMPTY_LEDGER, root: base, judged: base };
    const { policies, proposal } = await gatherProposal(clone, baseIsVerified, {
      base,
      head,
      result: merged.tree,
      conflicts: merged.conflicts,
      author: accountOf(author),
      contributors: contributorsOf(accountOf(author), contributors.map(accountOf)),
      labels: [],
      reviews: approvers.map((login, index) => approvalOf(accountOf(login), { id: index + 1, commit: head, at })),
      people: (slugs) => Promise.resolve({ ...people, ids: takenAsThere(people.members, slugs) }),
      at,
    });
    const verdict = judge(policies, proposal);
    const faulty = new Set(verdict.findings.map(({ file }) => file));
    const isMerged = merged.conflicts.length === 0;
    const tree = isMerged ? await clone.git.readTree(merged.tree, faulty) : new Map<string, RepoFile>();
    await writeVerdict(
      { verdict, tree, root: rootBelow(resolve(terminal.folder, options.dir ?? "."), terminal) },
      options.format,
      terminal,
    );
    return verdict.outcome === "ready" || verdict.outcome === "untouched" ? 0 : 1;
  });
}

/** Nothing is recorded that an id would be compared with: it says that there is somebody of this name. */
function takenAsThere(members: Iterable<Login>, slugs: readonly string[]): ReadonlyMap<Subject, number> {
  const names = [
    ...Array.from(members, (login): Subject => `user:${login}`),
    ...slugs.map((slug): Subject => `team:${slug}`),
  ];
  return new Map(names.map((name, index) => [name, index + 1]));
}

async function boundLogins(clone: ConfigSource, commitOrTree: string): Promise<readonly Login[]> {
  const { access } = await readConfig(clone, commitOrTree);
  const subjects = access.bindings.flatMap((binding) => binding.subjects);
  return subjects.flatMap((subject) => (subject.startsWith("user:") ? [subject.slice("user:".length)] : []));
}

function contributorsOf(author: Account, others: readonly Account[]): Contributors {
  const rest = new Map(others.filter(({ id }) => id !== author.id).map((account) => [account.id, account]));
  return {
    contributors: [
      { account: author, as: ["author"], commits: [] },
      ...[...rest.values()].map((account) => ({ account, as: ["commit-author" as const], commits: [] })),
    ],
    unattributed: [],
    coAuthors: [],
  };
}

function approvalOf(
  by: Account,
  on: { readonly id: number; readonly commit: CommitSha; readonly at: number },
): ListedReview {
  return { ...on, by, state: "approved", dismissal: null, retargetedAt: null };
}
