import { describe, expect, it } from "@jest/globals";
import { hintOfPlace, keyOfForeign, wordOfForeign } from "../../src/manifest/foreign-words.ts";

describe("words of other tools", () => {
  it("are answered where the word of ours is known, and nowhere else", () => {
    expect(keyOfForeign("rules", ["description", "permissions"])).toBe("permissions");
    expect(keyOfForeign("rules", ["name", "approvals"])).toBe("approvals");
    expect(keyOfForeign("rules", ["name"])).toBeNull();
    expect(wordOfForeign("get", ["read", "write"])).toBe("read");
    expect(wordOfForeign("get", ["error", "warn"])).toBeNull();
  });

  it("are none where a prototype has them", () => {
    for (const name of ["constructor", "toString", "__proto__", "hasOwnProperty"]) {
      expect(keyOfForeign(name, [name])).toBeNull();
      expect(wordOfForeign(name, [name])).toBeNull();
      expect(hintOfPlace(name, [name])).toBeUndefined();
    }
  });
});
