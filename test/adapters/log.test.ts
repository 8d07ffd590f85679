import { describe, expect, it } from "@jest/globals";
import { createLog } from "../../src/adapters/log.ts";
import { WaitError } from "../../src/errors.ts";

const SECRET = 'hunter"2\\\n';

function capture(level = "info"): { lines: Record<string, unknown>[]; log: ReturnType<typeof createLog> } {
  const lines: Record<string, unknown>[] = [];
  const log = createLog({
    level,
    write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>),
    redact: (text) => text.replaceAll(SECRET, "[secret]"),
  });
  return { lines, log };
}

describe("the log", () => {
  it("writes one JSON object a line, with time, level and words", () => {
    const { lines, log } = capture();
    log.info({ pull: 3 }, "checked");
    log.debug("not written");
    expect(lines).toEqual([
      { level: "info", time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/), pull: 3, msg: "checked" },
    ]);
  });

  it("redacts every text, wherever it stands and whatever JSON makes of it", () => {
    const { lines, log } = capture();
    const child = log.child({ rack: `r ${SECRET}` });
    const error = new WaitError(`refused ${SECRET}`, 5, { cause: new Error(`because ${SECRET}`) });
    child.error({ err: error, deep: [{ list: [`x${SECRET}`] }], [SECRET]: 1 }, `failed with ${SECRET}`);
    const text = JSON.stringify(lines);
    expect(text).not.toContain("hunter");
    expect(lines).toMatchObject([
      {
        rack: "r [secret]",
        msg: "failed with [secret]",
        deep: [{ list: ["x[secret]"] }],
        "[secret]": 1,
        err: { type: "WaitError", message: "refused [secret]", cause: { message: "because [secret]" } },
      },
    ]);
  });

  it("leaves out what others sent, on errors too", () => {
    const { lines, log } = capture();
    const error = Object.assign(new Error("no"), {
      status: 422,
      request: { headers: { authorization: "token abc" } },
      event: { payload: { body: "sent" } },
    });
    log.error(error);
    log.info({ payload: { text: "sent" }, request: "sent", headers: ["sent"] });
    const text = JSON.stringify(lines);
    expect(text).not.toMatch(/abc|sent/);
    expect(lines[0]).toMatchObject({ err: { message: "no", status: "422" } });
  });

  it("shortens what is long", () => {
    const { lines, log } = capture();
    log.info("x".repeat(5_000));
    expect(lines[0]?.["msg"]).toBe(`${"x".repeat(2_000)}… (3000 characters more)`);
  });
});
