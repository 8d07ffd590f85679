import { readFileSync } from "node:fs";
import { expect, it } from "@jest/globals";
import { Octokit } from "@octokit/rest";
import { parse } from "yaml";
import { createInstallationToken, TOKEN_PERMISSIONS } from "../../src/adapters/github-token.ts";
import { HANDLED_EVENTS } from "../../src/handlers/jobs-of-event.ts";

const manifest = parse(readFileSync(new URL("../../app.yml", import.meta.url), "utf8")) as Readonly<
  Record<string, unknown>
>;

it("app.yml asks for these permissions and no other, and the token for no more than them", () => {
  expect(manifest["default_permissions"]).toEqual({ ...TOKEN_PERMISSIONS, merge_queues: "read" });
  expect(manifest["public"]).toBe(false);
});

it("app.yml subscribes to what is handled; an App hears of its own check suites without asking", () => {
  const subscribed = [...((manifest["default_events"] ?? []) as readonly string[]), "check_suite"];
  expect(subscribed.sort()).toEqual([...HANDLED_EVENTS].sort());
});

it("a token is made once however many ask, and anew five minutes before its end", async () => {
  let now = 0;
  let made = 0;
  const answer = (): Promise<Response> => {
    made += 1;
    const body = { token: `t${String(made)}`, expires_at: new Date(now + 3_600_000).toISOString() };
    return Promise.resolve(Response.json(body, { status: 201 }));
  };
  const asApp = new Octokit({ request: { fetch: answer } });
  const token = createInstallationToken({
    asApp,
    installationId: 1,
    repo: "config",
    clock: { now: () => now },
  });
  expect(await Promise.all([token.current(), token.current()])).toEqual(["t1", "t1"]);
  now = 54 * 60_000;
  expect(await token.current()).toBe("t1");
  now = 55 * 60_000;
  expect(await token.current()).toBe("t2");
  expect(await Promise.all([token.replace("t2"), token.replace("t2")])).toEqual(["t3", "t3"]);
  expect(await token.replace("t2")).toBe("t3");
});
