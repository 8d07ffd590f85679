import { describe, expect, it } from "@jest/globals";
import { createTurns } from "../../src/handlers/turns.ts";

describe("acts in their turn", () => {
  it("run one after another where they have one key, however the one before ended, and give what they gave", async () => {
    const inTurn = createTurns();
    const seen: string[] = [];
    const act = (name: string, end: () => string) => async (): Promise<string> => {
      seen.push(`${name} begins`);
      await new Promise(setImmediate);
      seen.push(`${name} ends`);
      return end();
    };
    const fail = (): never => {
      throw new Error("no");
    };
    const all = [
      inTurn("a", act("first", fail)),
      inTurn(
        "a",
        act("second", () => "2"),
      ),
      inTurn(
        "b",
        act("other", () => "3"),
      ),
    ];
    const ended = await Promise.allSettled(all);
    expect(ended.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
    expect(await all[1]).toBe("2");
    expect(seen.indexOf("first ends")).toBeLessThan(seen.indexOf("second begins"));
    expect(seen.indexOf("other begins")).toBeLessThan(seen.indexOf("first ends"));
  });
});
