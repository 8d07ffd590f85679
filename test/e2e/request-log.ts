// What Signalbox asked GitHub for, and the quiet after an event.
import type { World } from "../../src/demo/world.ts";
import { until } from "../../src/demo/until.ts";

interface LoggedRequest {
  readonly at: string;
  readonly status: number;
  readonly method: string;
  readonly path: string;
  readonly actor?: string;
}

/** Longer than the pause between two checks of one pull request. */
const QUIET_MS = 1_400;

/** Of anybody, in order. What is refused before GitHub looks who asks has no actor. */
export async function requestLog(world: World): Promise<readonly LoggedRequest[]> {
  const answer = await fetch(`${world.info().github.control}/log`);
  // The simulator's own format (spec §9), made by this project.
  return (await answer.json()) as readonly LoggedRequest[];
}

/** Of the App, to the REST API, in order; tokens and git are not counted. */
async function appRequests(world: World): Promise<readonly string[]> {
  return (await requestLog(world))
    .filter(({ actor, path }) => actor === "signalbox[bot]" && /^\/(repos|orgs)\//.test(path))
    .filter(({ path }) => !path.includes("access_tokens"))
    .map(({ method, path }) => `${method} ${path}`);
}

export async function untilQuiet(world: World): Promise<void> {
  let seen = -1;
  let since = 0;
  await until("GitHub to be asked for nothing more", async () => {
    const { length } = await appRequests(world);
    if (length !== seen) [seen, since] = [length, performance.now()];
    return performance.now() - since > QUIET_MS ? { found: true, seen: "" } : { seen: String(length) };
  });
}

/** The requests from an act to the quiet after it. */
export async function costOf(world: World, act: () => Promise<unknown>): Promise<readonly string[]> {
  const before = (await appRequests(world)).length;
  await act();
  await untilQuiet(world);
  return (await appRequests(world)).slice(before);
}

export async function actAs(world: World, login: string, call: string, body: object = {}): Promise<void> {
  const { github, people } = world.info();
  const [method = "", path = ""] = call.split(" ");
  const answer = await fetch(`${github.api}${path}`, {
    method,
    headers: { authorization: `token ${people[login]?.token ?? ""}` },
    ...(method === "DELETE" ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${call}: ${String(answer.status)} ${await answer.text()}`);
}
