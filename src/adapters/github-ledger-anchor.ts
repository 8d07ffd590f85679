// The newest digest of the ledger, in a check run on the root commit: only the App can write it, whoever may push to branches.
import type { LedgerAnchor } from "../ledger/ports.ts";
import type { CommitSha } from "../manifest/types.ts";
import { newestOwnRun } from "./github-check-run.ts";
import type { WriteOptions } from "./github-own.ts";
import { ask } from "./github-request.ts";

const ANCHOR_NAME = "signalbox ledger";

/** Both calls @throws WaitError, StalledError. */
export function createLedgerAnchor(github: WriteOptions, root: CommitSha): LedgerAnchor {
  const { octokit, owner, repo } = github;
  const find = (): ReturnType<typeof newestOwnRun> => newestOwnRun(github, { head: root, name: ANCHOR_NAME });
  return {
    read: async () => {
      const digest = (await find())?.external_id ?? "";
      return digest === "" ? null : digest;
    },
    write: async (digest) => {
      const run = await find();
      if (run?.external_id === digest) return;
      const content = {
        external_id: digest,
        status: "completed",
        conclusion: "neutral",
        output: outputOf(digest),
      } as const;
      if (run === null) {
        await ask("create the ledger's check run on the root commit", () =>
          octokit.request("POST /repos/{owner}/{repo}/check-runs", {
            owner,
            repo,
            name: ANCHOR_NAME,
            head_sha: root,
            ...content,
          }),
        );
        return;
      }
      await ask("bring the ledger's check run on the root commit up to date", () =>
        octokit.request("PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}", {
          owner,
          repo,
          check_run_id: Number(run.id),
          ...content,
        }),
      );
    },
  };
}

function outputOf(digest: string): { title: string; summary: string } {
  return {
    title: `Newest record ${digest.slice(0, 12)}`,
    summary: `The newest line of Signalbox's ledger has the SHA-256 \`${digest}\`. A ledger whose tip does not descend from it decides nothing.`,
  };
}
