// A pull request that does not exist, as a policy test describes it, brought before the judge.
import { changeSetBetween } from "../manifest/change-set.ts";
import { groupFiles } from "../manifest/repo-files.ts";
import { changeKindOf, isSignalboxPath } from "../manifest/repo-paths.ts";
import type { AppFolder, CommitSha, ConfigRepo, Instant, Login, RackName, VerdictTest } from "../manifest/types.ts";
import type { ComparableFile } from "../manifest/compared-files.ts";
import { appOfPath } from "./changes.ts";
import { blocks } from "./judge-findings.ts";
import { listWords, mayNotWords } from "./phrases.ts";
import type { ChangeSet, People, Policy, Proposal, Review } from "./proposal.ts";
import type { Outcome, Verdict } from "./verdict.ts";

/** The one judge, handed in: it runs the policy tests itself. */
export type Judge = (policies: readonly Policy[], proposal: Proposal) => Verdict;

interface Example {
  readonly repo: ConfigRepo;
  readonly at: Instant;
  readonly judge: Judge;
}

/** The verdict on it by the policy of `repo`, and what decided, as a sentence without a full stop. */
export function judgeExample(
  test: VerdictTest,
  { repo, at, judge }: Example,
): { readonly outcome: Outcome; readonly why: string } {
  const verdict = judge([{ name: "base", repo }], proposalOf(test, repo, at));
  return { outcome: verdict.outcome, why: whyOutcome(verdict) };
}

function proposalOf(test: VerdictTest, repo: ConfigRepo, at: Instant): Proposal {
  const { by: author, approvedBy, labels } = test;
  // Its files alone: what a change reaches is looked up in the whole repo by name, and the tests do not run in themselves.
  const before = filesBefore(test, repo);
  const base = { ...repo, files: groupFiles(before.values()), tests: [] };
  const head = withNewApps(test, { ...base, files: groupFiles(filesAfter(test, before).values()) });
  const saw = changeSetBetween(base.files, head.files);
  return {
    author,
    contributors: [...new Set([author, ...test.contributors])].map((login) => ({
      login,
      as: [login === author ? "author" : "commit-author"],
      commits: [],
    })),
    unattributed: [],
    coAuthors: [],
    unknown: new Set(),
    heldContributors: [],
    labels,
    reviews: approvedBy.map((login, id) => approval(login, { id, at, saw })),
    people: peopleOf(test, repo),
    base,
    head,
    conflicts: [],
    at,
  };
}

function filesBefore({ paths }: VerdictTest, repo: ConfigRepo): ReadonlyMap<string, ComparableFile> {
  const concerned = paths.flatMap((path) => {
    const rack = /^racks\/[^/]+\//.exec(path)?.[0];
    return rack === undefined ? [path] : [path, `${rack}rack.yml`];
  });
  return new Map(concerned.flatMap((path) => fileAt(path, repo)));
}

function fileAt(path: string, repo: ConfigRepo): readonly [string, ComparableFile][] {
  const file = repo.files.get(path);
  return file === undefined ? [] : [[path, file]];
}

const CHANGED_FIELD = "changed by the test";

/** One field more, which stands for any: never one that a key of convox.yml or the rule `access` speaks of by name. */
function filesAfter(
  { paths }: VerdictTest,
  before: ReadonlyMap<string, ComparableFile>,
): ReadonlyMap<string, ComparableFile> {
  const after = new Map(before);
  for (const path of paths.filter(isSignalboxPath)) {
    const known = before.get(path);
    const kind = changeKindOf(path);
    const fields = new Map(known?.fields);
    fields.set(kind === "manifest" ? "" : CHANGED_FIELD, `"${CHANGED_FIELD}"`);
    after.set(path, { path, kind, blob: `${known?.blob ?? ""} ${CHANGED_FIELD}`, fields, lines: new Map() });
  }
  return after;
}

/** An app that the test adds reaches nothing beyond itself. */
function withNewApps({ paths }: VerdictTest, repo: ConfigRepo): ConfigRepo {
  const racks = new Map(repo.racks);
  for (const path of paths) {
    const place = appOfPath(path);
    const folder = place === null ? undefined : racks.get(place.rack);
    if (place === null || folder === undefined || folder.apps.has(place.app)) continue;
    racks.set(place.rack, { ...folder, apps: new Map([...folder.apps, [place.app, newApp(place)]]) });
  }
  return { ...repo, racks };
}

function newApp({ rack, app: name }: { readonly rack: RackName; readonly app: AppFolder["name"] }): AppFolder {
  return {
    rack,
    name,
    app: {
      build: { kind: "pushed", build: null, digest: null },
      parameters: new Map(),
      before: null,
      after: null,
      timeoutMs: null,
      lock: false,
      suspend: null,
      delete: null,
    },
    manifest: null,
    environment: new Map(),
  };
}

const NO_COMMIT = "0".repeat(40) as CommitSha; // forty hex digits, which name no commit

function approval(login: Login, of: { readonly id: number; readonly at: Instant; readonly saw: ChangeSet }): Review {
  return { ...of, login, state: "approved", commit: NO_COMMIT, dismissal: null, retargetedAt: null };
}

/** Everybody whom the test or a binding names is a member of the organisation. */
function peopleOf({ by, contributors, approvedBy, teams }: VerdictTest, { access }: ConfigRepo): People {
  const bound = access.bindings.flatMap(({ subjects }) =>
    subjects.flatMap((subject) => (subject.startsWith("user:") ? [subject.slice("user:".length)] : [])),
  );
  const inTeams = [...teams.values()].flatMap((logins) => [...logins]);
  return {
    members: new Set([by, ...contributors, ...approvedBy, ...inTeams, ...bound]),
    teams,
    changed: new Map(),
  };
}

function whyOutcome({ outcome, violations, findings, approvals }: Verdict): string {
  const isWaiting = outcome === "waiting";
  const rules = approvals.filter(({ satisfied }) => isWaiting !== satisfied);
  const reasons = [
    ...violations.map((violation) => `${mayNotWords(violation)}: ${violation.reason}`),
    ...findings.filter(blocks).map(({ file, line, message }) => `${file}:${line}: ${message}`),
    ...(outcome === "blocked" ? [] : rules.map(({ rule, reason }) => `${rule}: ${reason}`)),
  ];
  if (reasons.length > 0) return listWords([...new Set(reasons)].slice(0, 4));
  return outcome === "untouched" ? "nothing of Signalbox's changes" : "no rule asks for an approval";
}
