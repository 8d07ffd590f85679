// Tests of what not every machine has. Skipping is said in one line with its reason, and is a failure where
// SIGNALBOX_REQUIRE_ALL=1 (as in CI) says that nothing may be missing.
import { describe, it } from "@jest/globals";

export interface Requirement {
  readonly present: boolean;
  /** What is missing and how to get it, as a sentence. */
  readonly otherwise: string;
}

/** `describe`, where `requirement` is met. */
export function describeWith(requirement: Requirement, name: string, tests: () => void): void {
  if (requirement.present) {
    describe(name, tests);
  } else if (process.env["SIGNALBOX_REQUIRE_ALL"] === "1") {
    describe(name, () => {
      it("has what it needs (SIGNALBOX_REQUIRE_ALL=1)", () => {
        throw new Error(requirement.otherwise);
      });
    });
  } else {
    process.stderr.write(`Skipped: ${name}. ${requirement.otherwise}\n`);
    // Not `tests` itself: jest runs the body even of what it skips, and the body may need what is missing.
    describe.skip(name, () => {
      it.todo("needs more than this machine has");
    });
  }
}
