import { afterAll, expect, it } from "@jest/globals";
import { openEditedComments } from "../../src/adapters/edited-comments.ts";
import { removeTemporaryFolders, temporaryFolder } from "./git-fixture.ts";

afterAll(removeTemporaryFolders);

it("that a comment was edited is known after a restart", async () => {
  const folder = temporaryFolder();
  const first = await openEditedComments(folder);
  await Promise.all([7, 8, 7].map((comment) => first.note(comment)));
  expect([7, 8, 9].map((comment) => first.has(comment))).toEqual([true, true, false]);
  const again = await openEditedComments(folder);
  expect([7, 8, 9].map((comment) => again.has(comment))).toEqual([true, true, false]);
});
