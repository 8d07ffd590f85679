import { describe, expect, it } from "@jest/globals";
import { cpuTimeMs } from "../cpu-time.ts";
import { loadConfigRepo } from "../../src/manifest/load-config-repo.ts";
import { aTree, predefinedRoles } from "./a-tree.ts";

describe("a repo of many files", () => {
  it("with 5,000 roles, each bound, is loaded in seconds", () => {
    const files: Record<string, string> = {};
    for (let index = 0; index < 5_000; index += 1) {
      files[`roles/r${index}.yml`] =
        `permissions: [{ resource: applications, names: [web-${index}*], action: read }]\n`;
      files[`bindings/b${index}.yml`] = `- { role: r${index}, subjects: ["user:u${index}"] }\n`;
    }
    const tree = aTree(files);
    const before = cpuTimeMs();
    const { access, findings } = loadConfigRepo(tree, { predefinedRoles });
    expect(cpuTimeMs() - before).toBeLessThan(6_000);
    expect(findings.filter(({ level }) => level === "error")).toEqual([]);
    expect([access.roles.size, access.bindings.length]).toEqual([5_003, 5_000]);
  });
});
