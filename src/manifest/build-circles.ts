// `build: { from: … }`: what an app's builds come from must be there, and must not come from the app itself in the end.
import { errorAt, inFile, type Position } from "./findings.ts";
import { nearest } from "./near-miss.ts";
import type { Finding } from "./types.ts";

/** An app that takes its builds from another one. Places are written `rack/app`. */
export interface BuildSource {
  readonly app: string;
  readonly from: string;
  readonly at: Position;
}

/** Findings, and the apps whose source is none: these cannot be used. */
export interface BuildFaults {
  readonly findings: readonly Finding[];
  readonly apps: ReadonlySet<string>;
}

/** @param apps `rack/app` of every app folder, those with mistakes in them included */
export function buildFaults(sources: readonly BuildSource[], apps: ReadonlySet<string>): BuildFaults {
  const byApp = new Map(sources.map((source) => [source.app, source]));
  const findings: Finding[] = [];
  const faulty = new Set<string>();
  const settled = new Set<string>();
  for (const source of sources) {
    if (!apps.has(source.from)) {
      faulty.add(source.app);
      findings.push(unknownApp(source, apps));
    } else if (!faulty.has(source.app)) {
      const circle = circleOf(source, byApp, settled);
      const first = byApp.get(circle[0] ?? "");
      for (const app of circle) faulty.add(app);
      if (first !== undefined) findings.push(circleFinding(circle, first));
    }
  }
  return { findings, apps: faulty };
}

/** The circle that these builds end in, or none. `settled`: seen before, so that a long chain is walked once. */
function circleOf(
  source: BuildSource,
  byApp: ReadonlyMap<string, BuildSource>,
  settled: Set<string>,
): readonly string[] {
  const seen = new Set<string>();
  let next: BuildSource | undefined = source;
  while (next !== undefined && !seen.has(next.app) && !settled.has(next.app)) {
    seen.add(next.app);
    next = byApp.get(next.from);
  }
  const isCircle = next !== undefined && seen.has(next.app);
  const circle = isCircle && next !== undefined ? [...seen].slice([...seen].indexOf(next.app)) : [];
  for (const app of seen) settled.add(app);
  return circle;
}

function circleFinding(circle: readonly string[], { app, at }: BuildSource): Finding {
  const path = [...circle, app].map((one) => `\`${one}\``).join(" from ");
  const message = `expected builds that come from somewhere, found a circle: ${path}`;
  return inFile(fileOf(app), errorAt(at, { rule: "build-circle", message, hint: "let one of them build" }));
}

function unknownApp({ app, from, at }: BuildSource, apps: ReadonlySet<string>): Finding {
  const near = nearest(from, apps);
  const hint = near === null ? undefined : `did you mean \`${near}\`?`;
  const message = `expected another app of this repo (rack/app), found \`${from}\`, which is none`;
  return inFile(fileOf(app), errorAt(at, { rule: "unknown-app", message, hint }));
}

function fileOf(app: string): string {
  return `racks/${app.replace("/", "/apps/")}/app.yml`;
}
