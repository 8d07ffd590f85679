import { connect } from "node:net";
import { once } from "node:events";
import { expect, it } from "@jest/globals";
import { openDoor, type Answerer } from "../../src/adapters/http-door.ts";

const LOOPBACK = { host: "127.0.0.1", port: 0 };

it("ends though somebody has begun a request and does not go on with it", async () => {
  const door = await openDoor(LOOPBACK, () => true, { graceMs: 20 });
  const caller = connect(Number(new URL(door.url).port), LOOPBACK.host);
  caller.on("error", () => undefined).resume();
  await once(caller, "connect");
  caller.write("POST / HTTP/1.1\r\nhost: signalbox\r\ncontent-length: 5\r\n\r\n12");
  const cut = once(caller, "close");
  await door.close();
  await cut;
});

it("answers a request that has begun before it ends", async () => {
  let begun = (): void => undefined;
  const begins = new Promise<void>((resolve) => (begun = resolve));
  let answer = (): void => undefined;
  const late: Answerer = (_request, response) => {
    answer = () => response.end("late");
    begun();
    return true;
  };
  const door = await openDoor(LOOPBACK, late);
  const answered = fetch(door.url).then((response) => response.text());
  await begins;
  const closed = door.close();
  answer();
  expect(await answered).toBe("late");
  await closed;
});
