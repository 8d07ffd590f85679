import type { AppWork } from "./app-work.ts";
import { logTailOf } from "./log-tail.ts";
import type { Ending } from "./record-outcome.ts";

/** null: complete. Throws what the connection throws; the next run finds the build by its description. */
export async function waitForBuild(work: AppWork, build: string): Promise<Ending | null> {
  const { connection, ports, desired, signal } = work;
  const startedAt = ports.clock.now();
  while (ports.clock.now() - startedAt <= ports.waits.buildLimitMs) {
    const now = await connection.readBuild(desired.name, build);
    if (now.status === "complete") return null;
    if (now.status === "failed") {
      const reason = now.reason === "" ? "" : `: ${now.reason}`;
      return {
        result: "failed",
        build,
        logTail: await logTailOf(work, build),
        detail: `build ${build} failed${reason}; the running release stays`,
        next: "Find the reason in the build's log, then merge a fix. The same content is not built again by itself.",
      };
    }
    await ports.clock.sleep(ports.waits.buildPollMs, signal);
  }
  return {
    result: "failed",
    build,
    logTail: await logTailOf(work, build),
    detail: `build ${build} did not end in the time that a build may take`,
    next: `See \`convox builds logs ${build} -r ${work.task.folder.rack} -a ${desired.name}\`, then merge a change.`,
  };
}
