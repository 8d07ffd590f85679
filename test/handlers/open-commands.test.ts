// What is a command, and which of them wait for an answer.
import { describe, expect, it } from "@jest/globals";
import { openCommands } from "../../src/handlers/open-commands.ts";
import { parseCommand, type Command } from "../../src/handlers/parse-command.ts";
import type { Comment } from "../../src/handlers/ports.ts";
import { account } from "./handler-world.ts";
import { answerMarker } from "../../src/render/markers.ts";

describe("the first line of a comment", () => {
  const UNKNOWN = { kind: "unknown" } as const;
  const cases: readonly [rule: string, body: string, command: Command | null][] = [
    ["is a command by itself", "/signalbox plan", { kind: "plan" }],
    ["may end in blanks", "/signalbox \t help  ", { kind: "help" }],
    [
      "is one whatever follows it",
      "/signalbox explain\r\n\r\nsince I do not see why\n/signalbox retry",
      { kind: "explain" },
    ],
    ["names what is tried again, or all", "/signalbox retry", { kind: "retry", target: null }],
    ["names a rack to try again", "/signalbox retry prod-eu", { kind: "retry", target: "prod-eu" }],
    ["names an app to try again", "/signalbox retry prod-eu/web", { kind: "retry", target: "prod-eu/web" }],
    ["names what is not here yet", "/signalbox rollback prod-eu/web", { kind: "later", name: "rollback" }],
    ["is not understood with extra text", "/signalbox plan please", UNKNOWN],
    ["is not understood without a verb", "/signalbox", UNKNOWN],
    ["is not understood with another verb", "/signalbox apply prod; rm -rf /", UNKNOWN],
    ["is not understood by a part of a verb", "/signalbox planner", UNKNOWN],
    ["is not understood in capitals", "/signalbox PLAN", UNKNOWN],
    ["is not understood with two things to try again", "/signalbox retry a b", UNKNOWN],
    ["is not understood with a path to try again", "/signalbox retry ../prod", UNKNOWN],
    ["is none after a blank", " /signalbox plan", null],
    ["is none in the middle of a sentence", "please /signalbox plan", null],
    ["is none in a quote", "> /signalbox plan", null],
    ["is none in a block of code", "```\n/signalbox plan\n```", null],
    ["is none in an HTML comment", "<!--\n/signalbox plan\n-->", null],
    ["is none on the second line", "\n/signalbox plan", null],
    ["is none with another word before its end", "/signalboxplan", null],
    ["is none with a no-break space", "/signalbox\u00a0plan", null],
    ["is none with a zero-width character in the verb", "/signalbox pl\u200ban", null],
    ["is none with a letter that only looks like another", "/signalb\u043ex plan", null],
    ["is none at 60 KB", `/signalbox plan ${"x".repeat(60_000)}`, null],
    ["is none where there is nothing", "", null],
  ];
  it.each(cases)("%s", (_, body, command) => {
    expect(parseCommand(body)).toEqual(command);
  });
});

describe("a command waits for an answer", () => {
  const OWN = "signalbox[bot]";
  const at = (id: number, seconds: number, written: Partial<Comment> = {}): Comment => {
    const createdAt = seconds * 1000;
    const fresh = { id, by: account("ana"), byPerson: true, createdAt, updatedAt: createdAt, body: "/signalbox plan" };
    return { ...fresh, ...written };
  };
  const answer = (id: number, of: number, written: Partial<Comment> = {}): Comment =>
    at(id, 1, { by: account(OWN), byPerson: false, body: `${answerMarker(of)}\nthe plan`, ...written });
  const edited = { updatedAt: 9_000 };
  const cases: readonly [rule: string, comments: readonly Comment[], open: readonly number[]][] = [
    ["where it is new, unedited and a person's", [at(1, 0)], [1]],
    ["not where it was edited", [at(1, 0, edited)], []],
    ["not where a bot wrote it", [at(1, 0, { by: account("renovate[bot]"), byPerson: false })], []],
    ["not where it is ours", [at(1, 0, { by: account(OWN), byPerson: false })], []],
    ["not where its account is gone", [at(1, 0, { by: null })], []],
    ["not where it says something else", [at(1, 0, { body: "looks good" })], []],
    ["not where an answer of ours names it", [at(1, 0), answer(2, 1)], []],
    [
      "where somebody else wrote such an answer",
      [at(1, 0), answer(2, 1, { by: account("mallory"), byPerson: true })],
      [1],
    ],
    ["where the answer is to another one", [at(1, 0), answer(2, 7)], [1]],
    ["once, where the same is asked again at once", [at(1, 0), at(2, 3), at(3, 9)], [1]],
    ["again, where the same is asked later", [at(1, 0), at(2, 10)], [1, 2]],
    ["not where the same was answered just before", [at(1, 0), answer(2, 1), at(3, 5)], []],
    ["for each who asks", [at(1, 0), at(2, 1, { by: account("bo") })], [1, 2]],
    [
      "three times a minute at most for one person",
      [
        at(1, 0),
        at(2, 1, { body: "/signalbox help" }),
        at(3, 2, { body: "/signalbox explain" }),
        at(4, 3, { body: "/signalbox retry" }),
        at(5, 61, { body: "/signalbox retry" }),
      ],
      [1, 2, 3, 5],
    ],
    [
      "three times at most of a hundred in ten seconds",
      Array.from({ length: 100 }, (_, index) => at(index, index / 10, { body: `/signalbox retry r${index % 50}` })),
      [0, 1, 2],
    ],
  ];
  it.each(cases)("%s", (_, comments, open) => {
    expect(openCommands(comments, OWN).map(({ comment }) => comment.id)).toEqual(open);
  });
});
