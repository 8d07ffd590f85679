// What files of different folders say of each other. A check here is a function of facts (RackFacts, TopPart), never of files, so
// that it need not run again where no fact has changed: an edited env.yml changes none.
import { buildFaults } from "./build-circles.ts";
import { FILE_START, inFile, warningAt } from "./findings.ts";
import type { RackFacts } from "./load-rack.ts";
import type { TopPart } from "./load-top.ts";
import { endpointFindings } from "./rack-endpoints.ts";
import { orderFindings } from "./rack-order.ts";
import { referenceFindings } from "./reference-findings.ts";
import { SETTINGS_PATH } from "./repo-paths.ts";
import { sharedDomains, type SharedDomain } from "./shared-domains.ts";
import type { Finding } from "./types.ts";

export interface CrossFindings {
  readonly findings: readonly Finding[];
  /** `rack/app` of those that cannot be used, because of what others say. */
  readonly unusable: ReadonlySet<string>;
  readonly sharedDomains: readonly SharedDomain[];
}

export function crossFindings(top: TopPart, racks: readonly RackFacts[]): CrossFindings {
  const apps = new Set(racks.flatMap(({ name, apps: inRack }) => inRack.map((app) => `${name}/${app.name}`)));
  const builds = buildFaults(
    racks.flatMap(({ sources }) => sources),
    apps,
  );
  const order = (top.references[0]?.references ?? []).flatMap((one) => (one.kind === "order" ? [one] : []));
  return {
    unusable: builds.apps,
    sharedDomains: sharedDomains(racks.flatMap(({ domains }) => domains)),
    findings: [
      ...builds.findings,
      ...endpointFindings(racks.flatMap(({ endpoint }) => endpoint ?? [])),
      ...referenceFindings(top.references, {
        apps: new Map(racks.map((rack) => [rack.name, rack.apps])),
        roles: top.roleNames,
        keys: top.keyNames,
        paths: [...top.files.paths, ...racks.flatMap(({ paths }) => paths)],
      }),
      ...orderFindings(
        order,
        racks.map(({ name }) => name),
      ),
      ...notUsedYet(top, racks),
    ],
  };
}

/** Nothing is passed over in silence: what is checked and has no effect yet is named once. */
function notUsedYet(top: TopPart, racks: readonly RackFacts[]): readonly Finding[] {
  const named = [...top.unused, ...[...new Set(racks.flatMap(({ unused }) => unused))].sort()];
  if (named.length === 0) return [];
  const message = `checked, but without effect in this version of Signalbox: ${named.join(", ")}`;
  const hint = "do not rely on them yet";
  return [inFile(SETTINGS_PATH, warningAt(FILE_START, { rule: "not-used-yet", message, hint }))];
}
