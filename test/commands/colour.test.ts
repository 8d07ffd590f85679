import { describe, expect, it } from "@jest/globals";
import { mayColour } from "../../src/commands/colour.ts";

describe("colour", () => {
  it.each([
    ["is there on a screen", {}, true, true],
    ["is not there in a pipe", {}, false, false],
    ["is not there on a dumb terminal", { TERM: "dumb" }, true, false],
    ["goes with NO_COLOR", { NO_COLOR: "1" }, true, false],
    ["stays with an empty NO_COLOR", { NO_COLOR: "" }, true, true],
    ["comes with FORCE_COLOR", { FORCE_COLOR: "1", TERM: "dumb" }, false, true],
    ["goes with FORCE_COLOR=0", { FORCE_COLOR: "0" }, true, false],
    ["goes with NO_COLOR, whatever else is said", { NO_COLOR: "1", FORCE_COLOR: "1" }, true, false],
  ])("%s", (_, variables, isScreen, expected) => {
    expect(mayColour(variables, { isScreen })).toBe(expected);
  });
});
