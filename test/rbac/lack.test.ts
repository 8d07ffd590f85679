import { expect, it } from "@jest/globals";
import { violationsOfLacks, type Lack } from "../../src/rbac/lack.ts";

it("what people lack is told once for all paths, and who may is looked up when it is read, once", () => {
  let looks = 0;
  const lack = (path: string): Lack => ({
    ...{ subject: "user:ana", resource: "roles", needs: "write", reason: "no binding", paths: [path] },
    whoMay: () => {
      looks += 1;
      return ["user:pia"];
    },
    whatIsMissing: () => null,
  });
  const [violation, ...others] = violationsOfLacks([lack("roles/a.yml"), lack("roles/b.yml"), lack("roles/a.yml")]);
  expect([violation?.paths, others, looks]).toEqual([["roles/a.yml", "roles/b.yml"], [], 0]);
  expect([violation?.allowed, violation?.allowed, looks]).toEqual([["user:pia"], ["user:pia"], 1]);
});
