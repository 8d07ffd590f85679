import { describe, expect, it } from "@jest/globals";
import { BODY_LIMIT_BYTES, fit } from "../../src/render/fit.ts";

describe("fit", () => {
  const long = "é".repeat(BODY_LIMIT_BYTES / 4);

  it("keeps everything that fits and leaves out empty sections", () => {
    expect(fit([section("a"), section(""), section("b")])).toBe("a\n\nb");
  });

  it("leaves out whole sections, the last one that may go first, and says so", () => {
    const body = fit([
      section("head", null),
      section(long, "the plan"),
      section(long, "the rules"),
      section("foot", null),
    ]);
    expect(body).toBe(`head\n\n${long}\n\nfoot\n\n_Left out, since it would not fit: the rules._`);
  });

  it("measures bytes, not characters, and its own note as well", () => {
    const exact = "x".repeat(BODY_LIMIT_BYTES);
    expect(fit([section(exact)])).toBe(exact);
    expect(Buffer.byteLength(fit([section("head", null), section(`${exact}y`)]))).toBeLessThan(BODY_LIMIT_BYTES);
  });

  function section(text: string, leftOut: string | null = "something"): { text: string; leftOut: string | null } {
    return { text, leftOut };
  }
});
