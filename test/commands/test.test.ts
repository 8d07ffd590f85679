import { afterAll, describe, expect, it } from "@jest/globals";
import { ACME, folderOf, removeFolders, run } from "./run-command.ts";

afterAll(removeFolders);

const PASSING = '- { name: web ships to staging, as: "team:web", may: { write: [applications web on staging] } }\n';
const FAILING = [
  "- name: web leaves production alone",
  '  as: "team:web"',
  "  mayNot: { read: [applications web on production] }",
  "",
].join("\n");
const WHY = "team:web holds read on applications web on production by role web-developer (bindings/all.yml#2)";

describe("signalbox test", () => {
  it("says how many passed", async () => {
    const folder = folderOf({ ...ACME, "tests/web.yml": PASSING });
    expect(await run(["test", folder], { folder: "/" })).toEqual({ status: 0, out: "1 policy test passed\n", err: "" });
  });

  it("says that there are none", async () => {
    const ran = await run(["test"], { folder: folderOf(ACME) });
    expect(ran).toEqual({ status: 0, out: "no policy tests here (tests/ has none)\n", err: "" });
  });

  it("prints what was expected, what was found and why, on the line of the failure", async () => {
    const folder = folderOf({ ...ACME, "tests/web.yml": PASSING + FAILING });
    expect(await run(["test"], { folder })).toEqual({
      status: 1,
      err: "",
      out: [
        `tests/web.yml:4:20: error[policy-test] "web leaves production alone": expected team:web may not read applications web on production, found yes: ${WHY}`,
        "  4 |   mayNot: { read: [applications web on production] }",
        "    |                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
        "  hint: change the policy, or the test if it no longer says what is meant",
        "",
        "1 of 2 policy tests passed, 1 failed",
        "",
      ].join("\n"),
    });
  });

  it("gives each test as JSON", async () => {
    const folder = folderOf({ ...ACME, "tests/web.yml": PASSING + FAILING });
    const ran = await run(["test", "--format", "json"], { folder });
    expect(ran.status).toBe(1);
    expect(JSON.parse(ran.out)).toEqual({
      ok: false,
      tests: [
        { name: "web ships to staging", file: "tests/web.yml", line: 1, ok: true, failures: [] },
        {
          name: "web leaves production alone",
          file: "tests/web.yml",
          line: 2,
          ok: false,
          failures: [
            {
              line: 4,
              column: 20,
              expected: "team:web may not read applications web on production",
              got: "yes",
              why: WHY,
            },
          ],
        },
      ],
      findings: [],
    });
  });

  it("has not passed where a test cannot be read", async () => {
    const folder = folderOf({ ...ACME, "tests/web.yml": PASSING, "tests/odd.yml": "- { name: x }\n" });
    const ran = await run(["test"], { folder });
    expect(ran.status).toBe(1);
    expect(ran.out).toContain("tests/odd.yml:1:3: error[test-form] ");
    expect(ran.out).toMatch(/\n1 policy test passed\n$/);
  });

  it("cannot test a policy that cannot be read", async () => {
    const folder = folderOf({ ...ACME, "bindings/odd.yml": "- { role: nobody }\n", "tests/web.yml": PASSING });
    expect((await run(["test"], { folder })).status).toBe(2);
  });
});
