// The bare mirror of the config repo. INVARIANT: nothing of it is ever checked out, and the token reaches git for the one call
// that needs it, through the environment alone.
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { StalledError, WaitError } from "../errors.ts";
import type { ConfigGit, MergeGroup } from "../handlers/ports.ts";
import type { LedgerContent } from "../ledger/ports.ts";
import type { CommitSha, RepoTree } from "../manifest/types.ts";
import { runGit, type GitFolder } from "./git-command.ts";
import { createGitHistory, isSafeRef, type GitHistory } from "./git-history.ts";
import { checkedId } from "./git-objects.ts";
import type { GitTreeOptions } from "./git-trees.ts";

export interface ConfigGitOptions extends GitTreeOptions {
  /** The bare mirror; made if missing. Losing it costs one fetch. */
  readonly folder: string;
  /** https; http for loopback only; file:// or a path for tests and tools. Never with a password in it. */
  readonly url: string;
  readonly defaultBranch: string;
  /** The password of `x-access-token`, asked for at each fetch; null: none is needed. */
  readonly token: () => Promise<string> | null;
  /** Default `signalbox/ledger`. */
  readonly ledgerBranch?: string;
  /** The process's environment, of which git gets a few names (PATH, proxies, trusted authorities). */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly log?: (event: string, fields: Readonly<Record<string, unknown>>) => void;
}

export interface OpenConfigGit extends ConfigGit {
  /** Signalbox's files of a commit or tree, or of them those of `only`. */
  readTree(commitOrTree: string, only?: ReadonlySet<string>): Promise<RepoTree>;
  /** The ledger branch as of the last update; null where there is none. */
  readLedger(): Promise<LedgerContent | null>;
  /** Ends the git process that is kept for reading. */
  close(): Promise<void>;
}

const FETCH_PAUSE_MS = 2_000;
const STALE_LOCK_MS = 10 * 60_000;
const EVERYTHING = ["refs/heads/*", "refs/pull/*/head"];

export async function openConfigGit(options: ConfigGitOptions): Promise<OpenConfigGit> {
  const at = { folder: options.folder, environment: options.environment ?? {}, protocols: protocolsOf(options.url) };
  const trusted = [`refs/heads/${options.defaultBranch}`, `refs/heads/${options.ledgerBranch ?? "signalbox/ledger"}`];
  for (const ref of trusted) {
    if (!isSafeRef(ref)) throw new StalledError(`${JSON.stringify(ref)} is no name that git allows for a branch`);
  }
  await prepareMirror(at);
  const history = createGitHistory(at, options);
  const [tipRef = "", ledgerRef = ""] = trusted;
  const refs = createKnownRefs(() => listRefs(at, options.defaultBranch));
  return {
    ...withoutRefs(history),
    update: coalesce(async () => {
      await fetchMirror({ at, options, trusted }).finally(refs.forget);
      await refs.known();
    }),
    tip: async () => {
      const tip = await history.resolveRef(tipRef);
      if (tip === null) throw new StalledError(`the config repo has no branch ${options.defaultBranch}`);
      return tip;
    },
    pullsAt: async (head) => (await refs.known()).pullsAt.get(checkedId(head)) ?? [],
    mergeGroups: async () => (await refs.known()).groups,
    readLedger: async () => {
      const tip = await history.resolveRef(ledgerRef);
      return tip === null ? null : history.readLedgerAt(tip);
    },
    close: history.close,
  };
}

/** What refs said at the last update. */
interface KnownRefs {
  readonly pullsAt: ReadonlyMap<string, readonly number[]>;
  readonly groups: readonly MergeGroup[];
}

/** Listed once after each fetch, however it ended; what was listed before it counts for nobody who asks after it. */
function createKnownRefs(list: () => Promise<KnownRefs>): { known(): Promise<KnownRefs>; forget(): void } {
  let listed: Promise<KnownRefs> | null = null;
  const forget = (): void => void (listed = null);
  return {
    known: () => {
      const asked = (listed ??= list());
      return asked.catch((error: unknown) => {
        if (listed === asked) forget();
        throw error;
      });
    },
    forget,
  };
}

async function listRefs(at: GitFolder, defaultBranch: string): Promise<KnownRefs> {
  const queue = `refs/heads/gh-readonly-queue/${defaultBranch}/`;
  const listed = await runGit(at, ["for-each-ref", "--format=%(objectname) %(refname)", "refs/pull/", queue]);
  const pulls = new Map<string, number[]>();
  const groups: MergeGroup[] = [];
  for (const [ref, id] of parseRefs(listed, " ")) {
    const pull = /^refs\/pull\/(\d+)\/head$/.exec(ref)?.[1];
    const known = pulls.get(id) ?? [];
    if (pull !== undefined) pulls.set(id, known);
    if (pull !== undefined) known.push(Number(pull));
    // GitHub names the pull request that a candidate adds in the name of its branch. Branches point at commits.
    const added = ref.startsWith(queue) ? /^pr-(\d+)-[0-9a-f]+$/.exec(ref.slice(queue.length))?.[1] : undefined;
    if (added !== undefined) groups.push({ pull: Number(added), head: id as CommitSha });
  }
  // Whoever may push may give a branch such a name: what stands on a pull request's own head is its own verdict's to say.
  return { pullsAt: pulls, groups: groups.filter(({ head }) => !pulls.has(head)) };
}

type OfRefs = "update" | "tip" | "pullsAt" | "mergeGroups" | "readLedger" | "close";

function withoutRefs(history: GitHistory): Omit<OpenConfigGit, OfRefs> {
  const { has, readTree, readFolder, readFiles, treeOf, merge, mergeBase, commitsBetween } = history;
  return { has, readTree, readFolder, readFiles, treeOf, merge, mergeBase, commitsBetween };
}

/** What git may speak with this address; refuses what would carry the token in the clear, or a password to a log. */
function protocolsOf(url: string): string {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//.exec(url)?.[1];
  if (scheme === undefined) {
    if (url.startsWith("/")) return "file";
    throw new StalledError("the config repo's address must be https://…, or an absolute path");
  }
  if (scheme === "file") return "file";
  const parsed = new URL(url);
  if (parsed.username !== "" || parsed.password !== "") {
    throw new StalledError(`the config repo's address must not hold a user or a password (${parsed.host})`);
  }
  if (scheme === "https") return "https";
  const loopback = ["localhost", "127.0.0.1", "[::1]"].includes(parsed.hostname);
  if (scheme === "http" && loopback) return "http";
  throw new StalledError(`the config repo's address must be https; ${scheme} is allowed for loopback http only`);
}

async function prepareMirror(at: GitFolder): Promise<void> {
  await mkdir(at.folder, { recursive: true, mode: 0o700 });
  await removeStaleLocks(at.folder);
  // Repeating it is harmless. Without a template there are no hooks, and no `info/` whose content could matter.
  await runGit(at, ["init", "--quiet", "--bare", "."]);
  // HEAD points at nothing that anybody can push, since newer gits read attributes from it.
  await runGit(at, ["symbolic-ref", "HEAD", "refs/signalbox/none"]);
}

/** A git that was killed leaves its locks behind, and every later fetch would fail on them. */
async function removeStaleLocks(folder: string): Promise<void> {
  const listed = await readdir(folder, { recursive: true });
  for (const path of listed.filter((name) => name.endsWith(".lock") && !name.startsWith("objects"))) {
    const file = join(folder, path);
    const { mtimeMs } = await stat(file);
    if (Date.now() - mtimeMs > STALE_LOCK_MS) await rm(file, { force: true });
  }
}

interface Fetch {
  readonly at: GitFolder;
  readonly options: ConfigGitOptions;
  readonly trusted: readonly string[];
}

/**
 * One fetch of everything. Where that fails (one pull request with a tree that git refuses is enough), the default branch and
 * the ledger come first and alone, and then each other ref by itself, so that nobody can keep the rest from being seen.
 */
async function fetchMirror(fetch: Fetch): Promise<void> {
  const secret = await tokenSettings(fetch.options);
  try {
    await fetchRefs(fetch, EVERYTHING, secret);
    return;
  } catch (error) {
    fetch.options.log?.("git-fetch-failed", { error: describe(error) });
  }
  const remote = await fetchTrusted(fetch, secret);
  const local = parseRefs(await runGit(fetch.at, ["for-each-ref", "--format=%(objectname) %(refname)"]), " ");
  for (const [ref, id] of remote) {
    if (local.get(ref) === id || fetch.trusted.includes(ref) || !isSafeRef(ref)) continue;
    try {
      await fetchRefs(fetch, [ref], secret);
    } catch (error) {
      // Its pull request fails closed, since its head is not here; the others must not.
      fetch.options.log?.("git-ref-refused", { ref, error: describe(error) });
    }
  }
}

/** The default branch and the ledger. Whatever keeps them from coming (the network, GitHub, its permissions) may pass. */
async function fetchTrusted(fetch: Fetch, secret: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, string>> {
  try {
    const remote = await listRemote(fetch, secret);
    const there = fetch.trusted.filter((ref) => remote.has(ref));
    await fetchRefs(fetch, there, secret);
    return remote;
  } catch (error) {
    throw new WaitError(`Cannot fetch the config repo: ${describe(error)}; trying again.`, FETCH_PAUSE_MS, {
      cause: error,
    });
  }
}

/** `+`: pull requests' branches are rebased all the time. What a force push of the default branch means is judged elsewhere. */
async function fetchRefs(fetch: Fetch, refs: readonly string[], secret: ReadonlyMap<string, string>): Promise<void> {
  if (refs.length === 0) return;
  const args = [
    "fetch",
    "--quiet",
    "--no-tags",
    "--no-recurse-submodules",
    "--no-write-fetch-head",
    "--no-auto-maintenance",
  ];
  const prune = refs === EVERYTHING ? ["--prune"] : [];
  const specs = refs.map((ref) => `+${ref}:${ref}`);
  await runGit(fetch.at, [...args, ...prune, "--end-of-options", fetch.options.url, ...specs], secret);
}

async function listRemote(fetch: Fetch, secret: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, string>> {
  const args = ["ls-remote", "--quiet", "--refs", "--end-of-options", fetch.options.url, ...EVERYTHING];
  return parseRefs(await runGit(fetch.at, args, secret), "\t");
}

function parseRefs(output: string, separator: string): ReadonlyMap<string, string> {
  const refs = new Map<string, string>();
  for (const line of output.split("\n")) {
    const at = line.indexOf(separator);
    if (at > 0) refs.set(line.slice(at + 1), line.slice(0, at));
  }
  return refs;
}

async function tokenSettings(options: ConfigGitOptions): Promise<ReadonlyMap<string, string>> {
  const token = await options.token();
  if (token === null) return new Map();
  const credentials = Buffer.from(`x-access-token:${token}`, "utf8").toString("base64");
  return new Map([["http.extraHeader", `Authorization: Basic ${credentials}`]]);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : "no Error was thrown";
}

/** Calls during a run share the one run after it: what they were told of may have come after the running one looked. */
function coalesce(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  const start = (): Promise<void> => {
    next = null;
    running = run().finally(() => (running = null));
    return running;
  };
  return () => {
    if (running === null) return start();
    // Whether the running one fails is told to those who wait for it.
    next ??= running.then(start, start);
    return next;
  };
}
