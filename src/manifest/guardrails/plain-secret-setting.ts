// Level and scope of no-plaintext-secret. Secrets are looked for when a file is read, whoever judges; what they mean, the judge's
// guardrails say.
import type { Guardrail } from "../guardrail.ts";
import { PLAIN_SECRET } from "../plain-secrets/plain-secrets.ts";
import { placeOfPath } from "../repo-files.ts";
import { matchesSelector } from "../selector.ts";
import type { Finding } from "../types.ts";
import { settingOf } from "./guardrail-setting.ts";

/** Files outside racks/ are in every scope: no selector speaks of them. */
export function withSecretSetting<F extends Finding>(
  findings: readonly F[],
  guardrails: readonly Guardrail[],
): readonly F[] {
  const said = settingOf(guardrails, PLAIN_SECRET);
  const { level, racks, apps, message } = said;
  if (level === "error" && racks.kind === "all" && apps.kind === "all" && message === null) return findings;
  return findings.flatMap((finding) => {
    if (finding.rule !== PLAIN_SECRET) return [finding];
    const { rack, app } = placeOfPath(finding.file);
    const isOutOfScope =
      (rack !== null && !matchesSelector(racks, rack)) || (app !== null && !matchesSelector(apps, app));
    if (level === null || isOutOfScope) return [];
    const words = message === null ? finding.message : `${message.replace(/[.:]$/, "")}: ${finding.message}`;
    return [{ ...finding, level, message: words }];
  });
}
