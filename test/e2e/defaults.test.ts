// One world that keeps every wait and every spacing as `serve` has them: what the other tests shorten works unshortened.
import { describe, expect, it } from "@jest/globals";
import { openTestWorld } from "./open-world.ts";

const LIMIT_MS = 150_000;

describe("Signalbox with its default waits", () => {
  it(
    "brings a pull request from its push to the promoted release",
    async () => {
      const opened = await openTestWorld({
        settings: {
          // Not set: what holds is the default.
          SIGNALBOX_APP_POLL: "",
          SIGNALBOX_BUILD_POLL: "",
          SIGNALBOX_WRITE_SPACING: "",
          SIGNALBOX_LEDGER_INTERVAL: "",
        },
      });
      try {
        const { stage } = opened;
        const ana = stage.person("ana");
        const clone = await ana.branch("slowly");
        await clone.write("racks/staging/apps/web/env.yml", (text) => text.replace("debug", "info"));
        await clone.push("Log less on staging");
        const pull = await ana.openPullRequest("slowly", "Log less on staging");
        await stage.onlooker.check(pull, /^Ready/);
        expect(await ana.merge(pull)).toBe(200);
        await stage.onlooker.comment(pull, "result", /### Applied/);
        expect((await stage.onlooker.serving("staging", "web"))?.env).toEqual({ LOG_LEVEL: "info" });
      } finally {
        await opened.close();
      }
    },
    LIMIT_MS,
  );
});
