// What a running Signalbox is connected to: its settings become adapters, once. No rule stands here.
import { join } from "node:path";
import type { Logger } from "pino";
import { openAttempts } from "./adapters/attempts-file.ts";
import { createAppWorkers } from "./adapters/app-workers.ts";
import { createByteStore } from "./adapters/byte-store.ts";
import { codeVersion } from "./adapters/code-version.ts";
import { openConfigGit, type OpenConfigGit } from "./adapters/config-git.ts";
import { openEditedComments, type NotedEdits } from "./adapters/edited-comments.ts";
import { openForkPushes, type ForkPushes } from "./adapters/fork-pushes.ts";
import { connectApp, gitAddress, type GitHubApp } from "./adapters/github-app.ts";
import { createCommitFiles } from "./adapters/github-commit-files.ts";
import { createLedgerAnchor } from "./adapters/github-ledger-anchor.ts";
import { createGitHubReader, type CachingGitHubReader } from "./adapters/github-reader.ts";
import { giveWay } from "./adapters/give-way.ts";
import { createGitHubWriter } from "./adapters/github-writer.ts";
import { openLedger, type OpenLedger } from "./adapters/ledger-branch.ts";
import { openObservedRacks, type ObservedRacks } from "./adapters/observed-racks.ts";
import type { Clock, GitHubWriter } from "./handlers/ports.ts";
import { createConfigSource, type ConfigSource, type StoredReading } from "./handlers/read-config.ts";
import { partsOptions } from "./handlers/read-parts.ts";
import { createTurns } from "./handlers/turns.ts";
import { isSignalboxPath } from "./manifest/repo-paths.ts";
import type { CommitSha, Role } from "./manifest/types.ts";
import type { Attempts } from "./reconcile/ports.ts";
import { type Redactor } from "./secrets/redactor.ts";

/** What `serve` is told; see the table in docs/settings.md. */
export interface ServeSettings {
  readonly appId: number;
  readonly appKey: string;
  readonly webhookSecrets: readonly string[];
  readonly apiUrl: string;
  readonly repo: string;
  readonly root: CommitSha;
  /** Text of the grants file. */
  readonly grants: string;
  readonly signingKey: string;
  readonly ageIdentities: readonly string[];
  readonly dataFolder: string;
  readonly address: { readonly host: string; readonly port: number };
  readonly ledgerBranch: string;
  readonly ledgerIntervalMs: number;
  readonly writeSpacingMs: number;
  readonly appPollMs: number;
  readonly buildPollMs: number;
  readonly logLevel: string;
  /** "" but in simulations. */
  readonly clockFile: string;
  /** The process's environment: what `env://NAME` opens where it is granted, and git's proxy and authorities. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

export interface Surroundings {
  readonly version: string;
  readonly predefinedRoles: readonly Role[];
  /** Takes each line of the log. */
  readonly writeLog: (line: string) => void;
}

/** Everything that is connected once and used by all jobs. */
export interface Parts {
  readonly settings: ServeSettings;
  readonly around: Surroundings;
  readonly redactor: Redactor;
  readonly log: Logger;
  readonly clock: Clock;
  readonly app: GitHubApp;
  readonly github: CachingGitHubReader;
  readonly writer: GitHubWriter;
  readonly git: OpenConfigGit;
  readonly source: ConfigSource & Pick<StoredReading, "close">;
  readonly ledger: OpenLedger;
  readonly observed: ObservedRacks;
  readonly attempts: Attempts;
  readonly forkPushes: ForkPushes;
  readonly editedComments: NotedEdits;
}

export type Base = Pick<Parts, "settings" | "around" | "redactor" | "log" | "clock">;

export async function connect(base: Base): Promise<Parts> {
  const { settings, around, log, clock } = base;
  const [owner = "", repo = ""] = settings.repo.split("/");
  const [webhookSecret = ""] = settings.webhookSecrets;
  const { appId, apiUrl, writeSpacingMs } = settings;
  const app = await connectApp({
    ...{ appId, privateKey: settings.appKey, webhookSecret, apiUrl, owner, repo, writeSpacingMs, clock, log },
  });
  const { octokit, defaultBranch, appSlug } = app;
  const git = await openConfigGit({
    folder: join(settings.dataFolder, "mirror.git"),
    url: `${gitAddress(apiUrl)}/${settings.repo}.git`,
    defaultBranch,
    ledgerBranch: settings.ledgerBranch,
    token: () => app.installationToken(),
    isOurs: isSignalboxPath,
    environment: settings.variables,
    log: logger(log),
  });
  await git.update();
  const { predefinedRoles } = around;
  const bytes = createByteStore({ folder: join(settings.dataFolder, "parts"), version: codeVersion() });
  const forkPushes = await openForkPushes(settings.dataFolder);
  const own = { octokit, owner, repo, appId, appSlug };
  return {
    ...base,
    app,
    git,
    github: createGitHubReader(octokit, {
      owner,
      repo,
      defaultBranch,
      clock,
      forkPushes: (pull) => forkPushes.of(pull),
    }),
    writer: createGitHubWriter(octokit, { ...own, clock, inTurn: createTurns(), log }),
    source: createConfigSource(git, partsOptions(predefinedRoles, { bytes, workers: createAppWorkers(), giveWay })),
    ledger: await openLedger({
      root: settings.root,
      signingKey: settings.signingKey,
      dataFolder: settings.dataFolder,
      read: async () => {
        await git.update();
        return git.readLedger();
      },
      write: createCommitFiles({ octokit, owner, repo }, settings.ledgerBranch),
      anchor: createLedgerAnchor(own, settings.root),
      clock,
      intervalMs: settings.ledgerIntervalMs,
      log: logger(log),
    }),
    observed: await openObservedRacks(settings.dataFolder),
    attempts: await openAttempts(settings.dataFolder),
    forkPushes,
    editedComments: await openEditedComments(settings.dataFolder),
  };
}

export function logger(log: Logger): (event: string, fields: Readonly<Record<string, unknown>>) => void {
  return (event, fields) => {
    log.info(fields, event);
  };
}
