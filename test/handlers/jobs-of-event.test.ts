import { describe, expect, it } from "@jest/globals";
import { jobsOfEvent } from "../../src/handlers/jobs-of-event.ts";
import type { WebhookEvent } from "../../src/handlers/ports.ts";

const OURS = { defaultBranch: "main", appSlug: "signalbox" };
const EVENT: WebhookEvent = {
  name: "",
  action: null,
  pull: null,
  comment: null,
  ref: null,
  checkApp: null,
  checkPulls: [],
};
const CHECK = { kind: "check-pull-request", pull: 7 };

describe("jobsOfEvent", () => {
  it.each<[string, Partial<WebhookEvent>, readonly unknown[]]>([
    ["a pull request that opens is checked", { name: "pull_request", action: "opened", pull: 7 }, [CHECK]],
    ["a push to its branch checks it again", { name: "pull_request", action: "synchronize", pull: 7 }, [CHECK]],
    ["a changed base checks it again", { name: "pull_request", action: "edited", pull: 7 }, [CHECK]],
    ["a closed pull request asks for nothing", { name: "pull_request", action: "closed", pull: 7 }, []],
    ["an assignment asks for nothing", { name: "pull_request", action: "assigned", pull: 7 }, []],
    ["a review checks it again", { name: "pull_request_review", action: "dismissed", pull: 7 }, [CHECK]],
    [
      "a push to the default branch is verified",
      { name: "push", ref: "refs/heads/main" },
      [{ kind: "verify-updates" }],
    ],
    ["a push of a tag of that name is not", { name: "push", ref: "refs/tags/main" }, []],
    ["a push to another branch asks for nothing", { name: "push", ref: "refs/heads/feature" }, []],
    [
      "our own check asked for again is made again",
      { name: "check_run", action: "rerequested", checkApp: "signalbox", checkPulls: [7] },
      [CHECK],
    ],
    ["another App's check is not", { name: "check_run", action: "rerequested", checkApp: "ci", checkPulls: [7] }, []],
    ["our own check's birth asks for nothing", { name: "check_run", action: "created", checkApp: "signalbox" }, []],
    ["a changed team asks for a sweep", { name: "membership", action: "added" }, [{ kind: "sweep" }]],
    ["an event that is not known asks for nothing", { name: "__proto__", action: "opened", pull: 7 }, []],
  ])("%s", (_rule, event, expected) => {
    expect(jobsOfEvent({ ...EVENT, ...event }, OURS)).toEqual(expected);
  });
});
