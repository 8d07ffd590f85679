// One check run of ours on a commit, brought to what is wanted. GitHub adds the annotations of an update to those already there
// and takes none away, so that a run with annotations that must go is followed by a new one: the newest of a name decides.
import { LRUCache } from "lru-cache";
import type { Annotation, CheckRun, Clock, InTurn, StandingCheck } from "../handlers/ports.ts";
import type { CommitSha } from "../manifest/types.ts";
import { cutLine, cutLines } from "./github-text.ts";
import type { WriteOptions } from "./github-own.ts";
import { failedRequestOf } from "./github-errors.ts";
import { ask, askAllPages, askAllWrapped } from "./github-request.ts";

const CHECK_NAME = "signalbox";

const TITLE_CHARACTERS = 255;
const TEXT_BYTES = 65_535;
const MESSAGE_BYTES = 64 * 1024;
const ANNOTATIONS_A_REQUEST = 50;
/** GitHub gives up on runs that stay in progress for long: they are begun anew daily. */
const RENEWED_AFTER_MS = 24 * 3_600_000;

interface SentAnnotation {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly start_column: number;
  readonly end_column: number;
  readonly annotation_level: Annotation["level"];
  readonly title: string;
  readonly message: string;
}

/** As it is sent: within GitHub's limits, so that it can be compared with what GitHub gives back. */
interface WantedRun {
  readonly head_sha: string;
  readonly external_id: string;
  readonly conclusion: CheckRun["conclusion"];
  readonly title: string;
  readonly summary: string;
  readonly text: string;
  readonly annotations: readonly SentAnnotation[];
}

/** Octokit gives ids that no double can hold as bigints. */
type Id = number | bigint;

export interface OwnRun {
  readonly id: Id;
  readonly status: string;
  readonly conclusion: string | null;
  readonly external_id: string | null;
  readonly started_at: string | null;
  readonly app: { readonly id: Id } | null;
  readonly output: {
    readonly title: string | null;
    readonly summary: string | null;
    readonly text: string | null;
    readonly annotations_count: number;
  };
}

/** What stands on a commit as far as this process knows: nobody but the App changes its runs. */
interface Standing {
  readonly id: number;
  /** GitHub knows more conclusions than Signalbox gives. */
  readonly run: Omit<WantedRun, "conclusion"> & { readonly conclusion: string | null };
  readonly startedAt: number | null;
}

/** Commits whose run is remembered, the oldest going first. */
const REMEMBERED = 10_000;

/** GitHub's clock and ours. */
const CLOCKS_DIFFER_MS = 60_000;

export interface CheckRunPublisher {
  publish(check: CheckRun): Promise<void>;
  /** A run that this process has made or read, as it stands; null: it knows of none. */
  standing(head: CommitSha): StandingCheck | null;
}

export interface PublisherOptions {
  readonly clock: Pick<Clock, "now">;
  /**
   * By head. Pull requests that share one are judged side by side: were each to create the run, the newer would stand at GitHub
   * whatever became of the one that is remembered.
   */
  readonly inTurn: InTurn;
}

export function createCheckRunPublisher(github: WriteOptions, { clock, inTurn }: PublisherOptions): CheckRunPublisher {
  const remembered = new LRUCache<string, Standing>({ max: REMEMBERED });
  const failed = new Set<string>();
  const startedAt = clock.now();
  const publish = async (check: CheckRun): Promise<void> => {
    const wanted = wantedRun(check);
    // What came to be after this process began has no run that it does not know.
    const isNew = (check.headSince ?? 0) > startedAt + CLOCKS_DIFFER_MS;
    const standing =
      remembered.get(wanted.head_sha) ??
      (isNew && !failed.has(wanted.head_sha) ? null : await readStanding(github, wanted.head_sha));
    // A write that fails may have had its effect all the same: then only a look tells.
    remembered.delete(wanted.head_sha);
    failed.add(wanted.head_sha);
    remembered.set(wanted.head_sha, await bring(github, clock, { standing, wanted }));
    failed.delete(wanted.head_sha);
  };
  return {
    publish: (check) => inTurn(check.head, () => publish(check)),
    standing: (head) => {
      const run = remembered.get(head)?.run;
      return run === undefined ? null : { conclusion: run.conclusion, externalId: run.external_id };
    },
  };
}

async function readStanding(github: WriteOptions, head: string): Promise<Standing | null> {
  const run = await newestOwnRun(github, { head, name: CHECK_NAME });
  if (run === null) return null;
  return {
    id: Number(run.id),
    startedAt: run.started_at === null ? null : Date.parse(run.started_at),
    run: {
      head_sha: head,
      external_id: run.external_id ?? "",
      conclusion: run.status === "completed" ? run.conclusion : null,
      title: run.output.title ?? "",
      summary: run.output.summary ?? "",
      text: run.output.text ?? "",
      annotations: (await annotationsOf(github, run)).map(asSent),
    },
  };
}

async function bring(
  github: WriteOptions,
  clock: Pick<Clock, "now">,
  of: { readonly standing: Standing | null; readonly wanted: WantedRun },
): Promise<Standing> {
  const { standing, wanted } = of;
  if (standing === null) return createRun(github, clock, wanted);
  const there = standing.run.annotations;
  const begins = there.length <= wanted.annotations.length && there.every(isSameAs(wanted.annotations));
  if (!begins) return createRun(github, clock, wanted);
  const missing = wanted.annotations.slice(there.length);
  if (missing.length === 0 && isSame(standing.run, wanted) && !isStale(standing, clock)) return standing;
  return updateRun(github, clock, { standing, wanted, missing });
}

/** The newest by id, which is the one that GitHub shows and goes by. */
export async function newestOwnRun(
  { octokit, owner, repo, appId }: WriteOptions,
  of: { readonly head: string; readonly name: string },
): Promise<OwnRun | null> {
  const runs = await askAllWrapped<OwnRun, { readonly check_runs: readonly OwnRun[] }>(
    `list the check runs of commit ${of.head}`,
    (page) =>
      octokit.request("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", {
        owner,
        repo,
        ref: of.head,
        check_name: of.name,
        app_id: appId,
        filter: "latest",
        per_page: 100,
        page,
      }),
    (page) => page.check_runs,
  );
  return runs
    .filter((run) => Number(run.app?.id) === appId)
    .reduce<OwnRun | null>((a, b) => (a && a.id > b.id ? a : b), null);
}

function wantedRun(check: CheckRun): WantedRun {
  return {
    head_sha: check.head,
    external_id: check.externalId,
    conclusion: check.conclusion,
    title: cutLine(check.title, TITLE_CHARACTERS),
    summary: cutLines(check.summary, TEXT_BYTES),
    text: cutLines(check.text, TEXT_BYTES),
    annotations: check.annotations.map(toSent),
  };
}

function toSent(annotation: Annotation): SentAnnotation {
  const { path, line, column, level, title, message } = annotation;
  return {
    path,
    start_line: line,
    end_line: line,
    start_column: column,
    end_column: column,
    annotation_level: level,
    title: cutLine(title, TITLE_CHARACTERS),
    message: cutLines(message, MESSAGE_BYTES),
  };
}

/** Only that what is there is where it is wanted: those that are missing then follow. */
function isSameAs(wanted: readonly SentAnnotation[]): (found: SentAnnotation, index: number) => boolean {
  return (found, index) => {
    const other = wanted[index];
    return (
      other !== undefined &&
      found.path === other.path &&
      found.start_line === other.start_line &&
      found.start_column === other.start_column &&
      found.annotation_level === other.annotation_level &&
      found.title === other.title &&
      found.message === other.message
    );
  };
}

function isSame(run: Standing["run"], wanted: WantedRun): boolean {
  return (
    run.conclusion === wanted.conclusion &&
    run.external_id === wanted.external_id &&
    run.title === wanted.title &&
    run.summary === wanted.summary &&
    run.text === wanted.text
  );
}

function isStale(standing: Standing, clock: Pick<Clock, "now">): boolean {
  if (standing.run.conclusion !== null) return false;
  return standing.startedAt === null || clock.now() - standing.startedAt > RENEWED_AFTER_MS;
}

const LEVELS: readonly Annotation["level"][] = ["failure", "warning", "notice"];

interface FoundAnnotation {
  readonly path: string;
  readonly start_line: number;
  readonly start_column: number | null;
  readonly annotation_level: string | null;
  readonly title: string | null;
  readonly message: string | null;
}

async function annotationsOf({ octokit, owner, repo }: WriteOptions, run: OwnRun): Promise<readonly FoundAnnotation[]> {
  if (run.output.annotations_count === 0) return [];
  return askAllPages("list the annotations of the check run", (page) =>
    octokit.request("GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations", {
      owner,
      repo,
      check_run_id: Number(run.id),
      per_page: 100,
      page,
    }),
  );
}

/** As it would have been sent. */
function asSent(found: FoundAnnotation): SentAnnotation {
  return {
    path: found.path,
    start_line: found.start_line,
    end_line: found.start_line,
    start_column: found.start_column ?? 0,
    end_column: found.start_column ?? 0,
    annotation_level: LEVELS.find((level) => level === found.annotation_level) ?? "failure",
    title: found.title ?? "",
    message: found.message ?? "",
  };
}

async function createRun(github: WriteOptions, clock: Pick<Clock, "now">, wanted: WantedRun): Promise<Standing> {
  const { octokit, owner, repo } = github;
  const [first = [], ...rest] = batches(wanted.annotations);
  const created = await ask(`create the check run on ${wanted.head_sha}`, () =>
    octokit.request("POST /repos/{owner}/{repo}/check-runs", {
      owner,
      repo,
      name: CHECK_NAME,
      head_sha: wanted.head_sha,
      external_id: wanted.external_id,
      ...stateOf(wanted, clock),
      output: outputOf(wanted, first),
    }),
  );
  await addAnnotations(github, { id: Number(created.id), wanted, batches: rest });
  return { id: Number(created.id), run: wanted, startedAt: clock.now() };
}

async function updateRun(
  github: WriteOptions,
  clock: Pick<Clock, "now">,
  of: { readonly standing: Standing; readonly wanted: WantedRun; readonly missing: readonly SentAnnotation[] },
): Promise<Standing> {
  const { standing, wanted, missing } = of;
  const { octokit, owner, repo } = github;
  const [first = [], ...rest] = batches(missing);
  const updated = await octokit
    .request("PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}", {
      owner,
      repo,
      check_run_id: standing.id,
      external_id: wanted.external_id,
      ...stateOf(wanted, clock),
      output: outputOf(wanted, first),
    })
    .catch((error: unknown) => {
      // GitHub may refuse to take a completed run back; a new one then says the same.
      if (failedRequestOf(error)?.status === 422 && wanted.conclusion === null) return null;
      return ask(`update the check run on ${wanted.head_sha}`, () => Promise.reject(error as Error));
    });
  const isReopened = updated !== null && "data" in updated && updated.data.status !== "completed";
  if (wanted.conclusion === null && !isReopened) return createRun(github, clock, wanted);
  await addAnnotations(github, { id: standing.id, wanted, batches: rest });
  return { id: standing.id, run: wanted, startedAt: clock.now() };
}

async function addAnnotations(
  { octokit, owner, repo }: WriteOptions,
  of: { readonly id: number; readonly wanted: WantedRun; readonly batches: readonly (readonly SentAnnotation[])[] },
): Promise<void> {
  for (const batch of of.batches) {
    await ask(`add annotations to the check run on ${of.wanted.head_sha}`, () =>
      octokit.request("PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}", {
        owner,
        repo,
        check_run_id: of.id,
        output: outputOf(of.wanted, batch),
      }),
    );
  }
}

function stateOf(
  wanted: WantedRun,
  clock: Pick<Clock, "now">,
):
  | { readonly status: "in_progress"; readonly started_at: string }
  | { readonly status: "completed"; readonly conclusion: NonNullable<CheckRun["conclusion"]> } {
  if (wanted.conclusion !== null) return { status: "completed", conclusion: wanted.conclusion };
  return { status: "in_progress", started_at: new Date(clock.now()).toISOString() };
}

interface Output {
  title: string;
  summary: string;
  text: string;
  annotations: SentAnnotation[];
}

function outputOf(wanted: WantedRun, annotations: readonly SentAnnotation[]): Output {
  return { title: wanted.title, summary: wanted.summary, text: wanted.text, annotations: [...annotations] };
}

function batches<T>(items: readonly T[]): readonly (readonly T[])[] {
  const count = Math.ceil(items.length / ANNOTATIONS_A_REQUEST);
  return Array.from({ length: count }, (_, index) =>
    items.slice(index * ANNOTATIONS_A_REQUEST, (index + 1) * ANNOTATIONS_A_REQUEST),
  );
}
