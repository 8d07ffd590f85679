import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { loadConfigRepo } from "./load-config-repo.ts";
import { aTree, predefinedRoles } from "./a-tree.ts";

const example = (name: string): string => readFileSync(new URL(`fixtures/spec/${name}`, import.meta.url), "utf8");

/** Each example of the specification at the path that it is written for, and what it names beside it. */
const exampleTree = aTree({
  "signalbox.yml": example("signalbox.yml"),
  "roles/web-developer.yml": example("web-developer.yml"),
  "bindings/web.yml": example("bindings.yml"),
  "deploy-keys/ci-web.yml": example("ci-web.yml"),
  "racks/prod-eu/rack.yml": example("rack.yml"),
  "racks/prod-eu/apps/web/app.yml": example("app.yml"),
  "racks/prod-eu/apps/web/env.yml": example("env.yml"),
  "racks/prod-eu/apps/web/convox.yml": "services:\n  web:\n    image: acme/web:1\n",
  "racks/prod-eu/apps/payments/app.yml": "build: { images: true }\n",
  "racks/prod-eu/apps/payments/env.yml": "{}\n",
  "racks/prod-eu/apps/payments/convox.yml": "services:\n  pay:\n    image: acme/pay:1\n",
  "tests/production.yml": example("tests.yml"),
});

describe("the examples of the specification", () => {
  const repo = loadConfigRepo(exampleTree, { predefinedRoles });

  it("load without an error", () => {
    expect(repo.findings.filter(({ level }) => level === "error")).toEqual([]);
  });

  it("are told apart from what is in use", () => {
    const unused = repo.findings.filter(({ rule }) => rule === "not-used-yet");
    expect(unused).toHaveLength(1);
    expect(unused[0]).toMatchObject({ file: "signalbox.yml", line: 1, level: "warning" });
    for (const word of ["deploy keys", "freezes", "sync.order", "release hooks"]) {
      expect(unused[0]?.message).toContain(word);
    }
  });

  it("say of values that documentation leaves out that they are left out", () => {
    const elided = repo.findings.filter(({ rule }) => rule === "elided-value");
    expect(elided.map(({ file }) => file)).toEqual([
      "deploy-keys/ci-web.yml",
      "racks/prod-eu/apps/web/env.yml",
      "racks/prod-eu/rack.yml",
      "racks/prod-eu/rack.yml",
    ]);
  });
});
