import { afterAll, expect, it } from "@jest/globals";
import { openForkSenders } from "../../src/adapters/fork-senders.ts";
import { removeTemporaryFolders, temporaryFolder } from "./git-fixture.ts";

afterAll(removeTemporaryFolders);

it("who pushed to a fork is known once, and after a restart", async () => {
  const folder = temporaryFolder();
  const first = await openForkSenders(folder);
  await Promise.all(["ana", "bo", "ana"].map((sender) => first.note(7, sender)));
  expect([first.of(7), first.of(8)]).toEqual([["ana", "bo"], []]);
  expect((await openForkSenders(folder)).of(7)).toEqual(["ana", "bo"]);
});
