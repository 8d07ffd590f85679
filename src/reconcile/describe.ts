// What Signalbox writes into the description of each build and release, so that it finds on the rack what it made there before.
import type { CommitSha } from "../manifest/types.ts";

/** `build`: a build, and the release that the rack makes of it. `environment`: a release for the next build to read. */
export type DescribedPart = "release" | "build" | "environment";

export interface Origin {
  /** `acme/config`. */
  readonly repository: string;
  readonly commit: CommitSha;
  /** 16 hex digits, of the app's files. */
  readonly digest: string;
  /** How often somebody asked for it to be tried again; what an earlier try made on the rack is not this one's. */
  readonly retries: number;
}

const FORM = /^signalbox (\S+)@[0-9a-f]{12} (?:(?:build|environment) )?[0-9a-f]{16}(?: retry \d+)?$/;

/** e.g. `signalbox acme/config@0123456789ab 0123456789abcdef`. */
export function describe(part: DescribedPart, origin: Origin): string {
  const word = part === "release" ? "" : `${part} `;
  const again = origin.retries === 0 ? "" : ` retry ${String(origin.retries)}`;
  return `signalbox ${origin.repository}@${origin.commit.slice(0, 12)} ${word}${origin.digest}${again}`;
}

/** The config repo that a description names; null where it is not one of Signalbox's. */
export function repositoryIn(description: string): string | null {
  return FORM.exec(description)?.[1] ?? null;
}
