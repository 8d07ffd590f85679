import { describe, expect, it } from "@jest/globals";
import { RULE_NAMES } from "../../src/manifest/rule-names.ts";
import { run } from "./run-command.ts";

const nowhere = { folder: "/" };

describe("signalbox explain", () => {
  it("prints the page of a rule, with both examples", async () => {
    const { status, out, err } = await run(["explain", "unknown-role"], nowhere);
    expect({ status, err }).toEqual({ status: 0, err: "" });
    expect(out).toMatch(
      /^unknown-role\n\nA binding, .*\n\nBad, `bindings\/web\.yml`:\n\n {4}- role: DeveloprV2\n.*\nGood, /s,
    );
  });

  it("gives the page as JSON", async () => {
    const { out } = await run(["explain", "unknown-role", "--format", "json"], nowhere);
    expect(JSON.parse(out)).toEqual({
      rule: "unknown-role",
      summary: expect.stringMatching(/^A binding, /),
      text: expect.stringMatching(/^A binding, .*\nBad, `bindings\/web\.yml`:\n/s),
    });
  });

  it("lists all rules without a name", async () => {
    const { out } = await run(["explain"], nowhere);
    expect(out.split("\n").map((line) => line.split(" ")[0])).toEqual([...RULE_NAMES, ""]);
    const { rules } = JSON.parse((await run(["explain", "--format", "json"], nowhere)).out) as { rules: unknown[] };
    expect(rules).toHaveLength(RULE_NAMES.length);
    expect(rules[0]).toEqual({ rule: "alias", summary: expect.stringMatching(/\.$/) });
  });

  it("names a near miss for what is no rule", async () => {
    expect(await run(["explain", "unknown-rule"], nowhere)).toEqual({
      status: 2,
      out: "",
      err: "signalbox: there is no rule `unknown-rule`; did you mean `unknown-role`?\n",
    });
    expect((await run(["explain", "something"], nowhere)).err).toBe(
      "signalbox: there is no rule `something`; `signalbox explain` lists all of them\n",
    );
  });
});
