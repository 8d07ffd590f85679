// What the judge is given: a proposed change with everybody and everything that bears on it, fetched before anything is decided.
import type { CommitSha, ConfigRepo, Instant, Login, Subject } from "../manifest/types.ts";

/**
 * Why somebody counts as having contributed. `suggester`: wrote a commit that somebody else put there through GitHub, as a
 * suggestion in a review is applied. `fork-owner`: whoever owns the fork may push to it.
 */
export type Contribution = "author" | "commit-author" | "suggester" | "committer" | "pusher" | "fork-owner";

export interface Contributor {
  readonly login: Login;
  readonly as: readonly Contribution[];
  /** The commits concerned, oldest first; empty for the author of the pull request alone. */
  readonly commits: readonly CommitSha[];
  /** Those of them that are a suggestion of theirs which somebody else applied; left out where none is. */
  readonly suggested?: readonly CommitSha[];
}

/** A commit whose author, committer or pusher GitHub does not know: fails closed. */
export interface UnattributedCommit {
  readonly commit: CommitSha;
  /** In words, e.g. "its author's e-mail belongs to no GitHub account". */
  readonly reason: string;
  /** What mends it: an e-mail address that GitHub knows, a new push, or a (new) pull request. */
  readonly mend: "e-mail" | "push" | "pull-request";
}

/** Somebody whom `Co-authored-by` lines name, GitHub's own for an applied suggestion included. */
export interface CoAuthor {
  readonly login: Login;
  /** Oldest first. */
  readonly commits: readonly CommitSha[];
}

/** `path` + NUL + `field` → canonical text before and after; null: absent. Equal sets are the same change. */
export type ChangeSet = ReadonlyMap<string, { readonly before: string | null; readonly after: string | null }>;

export interface Review {
  readonly id: number;
  /** null: an account that is gone. */
  readonly login: Login | null;
  readonly state: "approved" | "changes-requested" | "dismissed" | "commented";
  readonly commit: CommitSha | null;
  readonly at: Instant;
  /** Who dismissed it, where `state` is `dismissed` and the timeline tells; `was` is what it had been. */
  readonly dismissal: { readonly by: Login | null; readonly was: "approved" | "changes-requested" } | null;
  /** When the pull request was first given another base since, or within the same second; null: never. */
  readonly retargetedAt: Instant | null;
  /** The change that an approval saw; null: git no longer has it, so it counts for nothing. Nothing asks it of other reviews. */
  readonly saw: ChangeSet | null;
}

/** Who is who, as GitHub said it at one moment. A team that is not in `teams` is not known: it has nobody. */
export interface People {
  readonly members: ReadonlySet<Login>;
  readonly teams: ReadonlyMap<string, ReadonlySet<Login>>;
  /** Names in git that are not now what they were when they were merged, and whose difference is known of here: they mean nobody. */
  readonly changed: ReadonlyMap<Subject, ChangedName>;
}

/** A name in git that meant another account or team when it was merged than it does now. */
export interface ChangedName {
  readonly name: Subject;
  /** What was recorded at the merge: a numeric id, and what has it now; null: nobody had the name. */
  readonly then: { readonly id: number; readonly now: Subject | null } | null;
  /** Who has the name now; null: nobody, as far as is known here. `id` null: GitHub does not say it. */
  readonly now: { readonly id: number | null; readonly logins: ReadonlySet<Login> } | null;
  /** Files of the config repo in which it stands, sorted. */
  readonly files: readonly string[];
}

export interface Proposal {
  readonly author: Login;
  /** Everybody who contributed, the author included. */
  readonly contributors: readonly Contributor[];
  readonly unattributed: readonly UnattributedCommit[];
  /** They may not approve, and need nothing. */
  readonly coAuthors: readonly CoAuthor[];
  /** Who contributed to what is held and stands below this change: they may not approve it either. */
  readonly heldContributors: readonly Login[];
  readonly labels: readonly string[];
  /** In GitHub's order, oldest first. */
  readonly reviews: readonly Review[];
  readonly people: People;
  /** Names that the head has, the base has not, and of which no list of the organisation tells: people, teams, and any App. */
  readonly unknown: ReadonlySet<Subject>;
  /** The base's tip; held units in it stand as they were last verified. */
  readonly base: ConfigRepo;
  /** What merging would make of it: git's own merge of the head into the base's tip. */
  readonly head: ConfigRepo;
  /** Paths in conflict; with any, `head` is the base. */
  readonly conflicts: readonly string[];
  readonly at: Instant;
}

/** One policy to judge by. The worst of the verdicts holds. */
export interface Policy {
  readonly name: "base" | "last verified";
  readonly repo: ConfigRepo;
}
