// Installation tokens: narrowed to the config repo and to what app.yml asks for, one at a time, shared by REST and git.
import type { Clock } from "../handlers/ports.ts";
import { ask, type GitHubClient } from "./github-request.ts";

/** What Signalbox works with, of the permissions in app.yml. */
export const TOKEN_PERMISSIONS = {
  checks: "write",
  contents: "write",
  deployments: "write",
  issues: "write",
  members: "read",
  metadata: "read",
  pull_requests: "write",
} as const;

const RENEWED_BEFORE_EXPIRY_MS = 5 * 60_000;

export interface InstallationToken {
  /** Good for five minutes at least. */
  current(): Promise<string>;
  /** Instead of one that GitHub refuses; if it was replaced already, that one. */
  replace(refused: string): Promise<string>;
}

export function createInstallationToken(of: {
  readonly asApp: GitHubClient;
  readonly installationId: number;
  readonly repo: string;
  readonly clock: Pick<Clock, "now">;
}): InstallationToken {
  let held: { readonly token: string; readonly expiresAt: number } | null = null;
  let pending: Promise<string> | null = null;

  const create = async (): Promise<string> => {
    const created = await ask("get an installation token", () =>
      of.asApp.request("POST /app/installations/{installation_id}/access_tokens", {
        installation_id: of.installationId,
        repositories: [of.repo],
        permissions: TOKEN_PERMISSIONS,
      }),
    );
    held = { token: created.token, expiresAt: Date.parse(created.expires_at) };
    return created.token;
  };

  /** Whoever asks while one is being made waits for that one. */
  const createOnce = (): Promise<string> => {
    pending ??= create().finally(() => {
      pending = null;
    });
    return pending;
  };

  return {
    current: () => {
      const isFresh = held !== null && held.expiresAt - of.clock.now() > RENEWED_BEFORE_EXPIRY_MS;
      return isFresh && held !== null ? Promise.resolve(held.token) : createOnce();
    },
    replace: (refused) => {
      if (held?.token === refused) held = null;
      return held === null ? createOnce() : Promise.resolve(held.token);
    },
  };
}
