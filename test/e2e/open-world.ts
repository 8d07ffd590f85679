// The demo's world for tests: the same parts, with the simulators in this process, so that every exchange can be held to GitHub's
// own descriptions, and Signalbox in a process of its own.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { appPermissions } from "../../src/commands/app-permissions.ts";
import { DEFAULT_PEOPLE, type People } from "../../src/commands/people-file.ts";
import { readConfigFiles } from "../../src/commands/read-config-files.ts";
import { withRecipient } from "../../src/demo/prepare-config.ts";
import { openStage, type OpenStage } from "../../src/demo/stage.ts";
import { startWorld, type World } from "../../src/demo/world.ts";
import { startSimulatedGitHub } from "../../src/simulators/github/start-simulated-github.ts";
import { startSimulatedRack } from "../../src/simulators/rack/start-simulated-rack.ts";
import { createDeliveryValidator, createExchangeValidator, githubDescriptions } from "../openapi/description.ts";

const COMMAND = [process.execPath, join(import.meta.dirname, "../../dist/main.js")];
const EXAMPLE = join(import.meta.dirname, "../../examples/acme");

export interface TestWorld {
  readonly world: World;
  readonly stage: OpenStage;
  /** What the day told, line by line. */
  readonly told: readonly string[];
  /** Every line of Signalbox's log. */
  readonly log: readonly string[];
  /** Everything that Signalbox sent to GitHub, as text. */
  readonly sent: readonly string[];
  /** Where exchanges and webhooks differ from GitHub's descriptions; empty too where these were not fetched. */
  readonly problems: readonly string[];
  close(): Promise<void>;
}

export interface TestWorldOptions {
  readonly edit?: (files: Map<string, string>) => void;
  /** Default: the people of the demo. */
  readonly people?: People;
  readonly settings?: Readonly<Record<string, string>>;
  readonly variables?: Readonly<Record<string, string>>;
}

export async function openTestWorld(options: TestWorldOptions = {}): Promise<TestWorld> {
  const folder = await mkdtemp(join(tmpdir(), "signalbox-e2e-"));
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  const files = new Map(
    [...(await readConfigFiles(EXAMPLE))].map(([path, text]) => [
      path,
      path.endsWith("/rack.yml") ? withRecipient(text, recipient) : text,
    ]),
  );
  options.edit?.(files);
  const seen: Seen = { log: [], sent: [], problems: [] };
  const world = await startWorld({
    command: COMMAND,
    folder,
    files,
    people: options.people ?? DEFAULT_PEOPLE,
    permissions: await appPermissions(),
    variables: { ...process.env, ...options.variables },
    ageIdentities: [identity],
    startGitHub: (start) => startSimulatedGitHub({ ...start, ...held(seen) }),
    startRack: (start) => startSimulatedRack({ ...start, pace: { buildMs: 100, promoteMs: 200 } }),
    onLog: (line) => void seen.log.push(line),
    ...(options.settings === undefined ? {} : { settings: options.settings }),
  });
  const told: string[] = [];
  const stage = await openStage(world, { command: COMMAND, tell: (line) => void told.push(line) });
  const close = async (): Promise<void> => {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { world, stage, told, ...seen, close };
}

interface Seen {
  readonly log: string[];
  readonly sent: string[];
  readonly problems: string[];
}

type Hooks = Pick<Parameters<typeof startSimulatedGitHub>[0], "onExchange" | "onDelivery">;

function held(seen: Seen): Required<Hooks> {
  const exchange = githubDescriptions.present ? createExchangeValidator() : () => [];
  const delivery = githubDescriptions.present ? createDeliveryValidator() : () => [];
  return {
    onExchange: (happened) => {
      if (happened.actor?.endsWith("[bot]") === true) {
        seen.sent.push(`${happened.method} ${happened.path} ${JSON.stringify(happened.requestBody)}`);
      }
      // GraphQL is not part of the description of the REST API.
      if (happened.routeTemplate !== "/graphql") seen.problems.push(...exchange(happened));
    },
    onDelivery: (happened) => {
      seen.problems.push(...delivery(happened));
    },
  };
}
