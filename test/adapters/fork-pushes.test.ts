import { afterAll, expect, it } from "@jest/globals";
import { openForkPushes } from "../../src/adapters/fork-pushes.ts";
import type { ForkPush } from "../../src/handlers/ports.ts";
import type { CommitSha } from "../../src/manifest/types.ts";
import { removeTemporaryFolders, temporaryFolder } from "./git-fixture.ts";

afterAll(removeTemporaryFolders);

const A = "a".repeat(40) as CommitSha;
const B = "b".repeat(40) as CommitSha;

it("who pushed what to a fork is known once, in its order, and after a restart", async () => {
  const folder = temporaryFolder();
  const opened: ForkPush = { before: null, after: A, by: { login: "ana", id: 1 } };
  const moved: ForkPush = { before: A, after: B, by: { login: "bo", id: 2 } };
  const first = await openForkPushes(folder);
  await Promise.all([opened, moved, opened].map((push) => first.note(7, push)));
  expect([first.of(7), first.of(8)]).toEqual([[opened, moved], []]);
  expect((await openForkPushes(folder)).of(7)).toEqual([opened, moved]);
});
