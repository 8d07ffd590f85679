// One step of a plan, done on the rack.
import { InvariantError } from "../errors.ts";
import type { AppWork } from "./app-work.ts";
import { describe } from "./describe.ts";
import type { Step } from "./step.ts";
import type { LiveApp, LiveRelease } from "./ports.ts";
import { promoteRelease } from "./promote-release.ts";
import type { Ending } from "./record-outcome.ts";
import { waitForBuild } from "./wait-for-build.ts";
import { waitUntilSettled } from "./wait-for-promotion.ts";

/** null: done, go on. `live` is the app as the plan saw it, null where there was none. */
export async function carryOut(work: AppWork, step: Step, live: LiveApp | null): Promise<Ending | null> {
  const { connection, desired } = work;
  const app = desired.name;
  switch (step.kind) {
    case "create-app":
      await connection.createApp(app);
      return settle(work);
    case "parameters":
      await connection.setParameters(app, step.values);
      return settle(work);
    case "environment":
      await connection.createRelease(app, {
        build: null,
        parent: null,
        environment: work.environment,
        description: describe("environment", work.task.origin),
      });
      return null;
    case "build":
      return waitForBuild(work, step.existing ?? (await startBuild(work, step.manifest)));
    case "release":
      return makeRelease(work, step.build, live);
    case "promote":
      if (step.release === null) {
        throw new InvariantError(`${app}: a promotion was planned before its release was made`);
      }
      return promoteRelease(work, step.release);
    case "scale":
      await connection.scale(app, step.service, step.count);
      return null;
    case "lock":
      await connection.setLock(app, step.locked);
      return settle(work);
  }
}

function startBuild(work: AppWork, manifest: string): Promise<string> {
  const description = describe("build", work.task.origin);
  return work.connection.startBuild(work.desired.name, { manifest, description });
}

/** Explicit in all, and checked against the reply: a build that ends meanwhile makes a release of its own. */
async function makeRelease(work: AppWork, build: string | null, live: LiveApp | null): Promise<Ending | null> {
  const app = work.desired.name;
  if (build === null) throw new InvariantError(`${app}: a release was planned before its build was there`);
  const made = await work.connection.createRelease(app, {
    build,
    parent: live?.releases[0]?.id ?? null,
    environment: work.environment,
    description: describe("release", work.task.origin),
  });
  if (made.build === build && hasEnvironment(work, made)) return null;
  return {
    result: "failed",
    release: made.id,
    build,
    detail: `the rack made release ${made.id} with another build or environment than it was sent; it was not promoted`,
    next: "Look at what else makes releases of this app at the same time, then merge a change.",
  };
}

function hasEnvironment(work: AppWork, made: LiveRelease): boolean {
  const sent = work.environment;
  return (
    made.environment.size === sent.size &&
    [...sent].every(([key, value]) => made.environment.get(key)?.reveal() === value.reveal())
  );
}

/** Convox promotes again for some changes: nothing else is done until that is over. */
async function settle(work: AppWork): Promise<Ending | null> {
  const { ports, connection, signal, desired } = work;
  if (await waitUntilSettled({ ports, connection, signal, app: desired.name })) return null;
  return busyEnding();
}

export function busyEnding(): Ending {
  return {
    result: "failed",
    detail: "the app is busy on the rack, and did not come to rest in the time that a promotion may take",
    next: "See what goes on there with `convox apps info` and `convox releases`; then merge a change.",
  };
}
