// `serve`, and the world to try it in: `demo` and `simulate`.
import type { Command } from "commander";
import type { DemoOptions } from "./demo.ts";
import type { SimulateGitHubOptions, SimulateRackOptions } from "./simulate.ts";
import { SERVE_VARIABLES } from "./serve-settings.ts";
import { parsePort, teach, type Run } from "./declare.ts";
import type { Terminal } from "./terminal.ts";

export function declareWorld(program: Command, run: Run): void {
  program.commandsGroup("Run it:");
  declareServe(program, run);
  declareDemo(program, run);
  const simulate = program
    .command("simulate")
    .summary("a GitHub or a Convox rack on loopback")
    .helpCommand(false)
    .description("A GitHub or a Convox rack on loopback, to try policies on. Each has a control port (docs/cli.md).");
  declareSimulateGitHub(simulate, run);
  declareSimulateRack(simulate, run);
}

function declareServe(program: Command, run: Run): void {
  const serve = program
    .command("serve")
    .summary("the GitHub App and its workers")
    .description(
      "The GitHub App and its workers. Its settings are environment variables (docs/settings.md); all that are missing or wrong are said at once.",
    )
    .action(() => run(async (terminal) => (await import("./serve.ts")).serve(terminal)));
  serve.addHelpText(
    "after",
    () => `\nSettings (each also as <NAME>_FILE, the path of a file that holds it):\n${settingsText()}`,
  );
  teach(serve, {
    examples: ["SIGNALBOX_REPO=acme/config SIGNALBOX_ROOT=… signalbox serve"],
    statuses: ["0  stopped by Ctrl-C or SIGTERM, after what was in flight", "2  settings are missing or wrong"],
  });
}

function settingsText(): string {
  return SERVE_VARIABLES.map(({ name, required, default: fallback, meaning }) => {
    const without = required ? "required" : `default: ${fallback ?? "none"}`;
    return `  ${name} (${without})\n      ${meaning}`;
  }).join("\n");
}

function declareDemo(program: Command, run: Run): void {
  const demo = program
    .command("demo")
    .summary("a whole world on loopback, and a day played in it")
    .description("A simulated GitHub, two simulated racks and Signalbox on loopback, and a day played in it.")
    .option("--config <dir>", "begin with this config repo (a folder, or the tip of a git repo)")
    .option("--people <file>", "with these people: { <login>: { teams: [...], admin?: true } }")
    .option("--idle", "play no day")
    .option("--exit", "end after the day")
    .option("--info <file>", "write where everything is, once it is ready (mode 0600)")
    .action((options: DemoOptions) => run(async (terminal) => (await import("./demo.ts")).demo(options, terminal)));
  teach(demo, {
    examples: ["signalbox demo", "signalbox demo --idle --config ../config --people people.json --info world.json"],
    statuses: ["0  everything went as told", "1  a step of the day did not", "2  it could not be started"],
  });
}

/** From the start: whoever stops it as soon as it says where it is would else leave its folder behind. */
function listenForStop(terminal: Terminal): void {
  void terminal.stopped(); // the same promise is awaited by the command
}

function declareSimulateGitHub(simulate: Command, run: Run): void {
  const github = simulate
    .command("github")
    .summary("a GitHub with one organisation")
    .description("A GitHub with one organisation, its people and the config repo.")
    .option("--config <dir>", "files of the first commit (a folder, or the tip of a git repo)")
    .option("--people <file>", "{ <login>: { teams: [...], admin?: true } }")
    .option("--repo <owner/name>", "name of the config repo", "acme/config")
    .option("--port <number>", "port to listen on (default: a free one)", parsePort)
    .option("--folder <dir>", "where the bare repo is kept (default: gone with the process)")
    .option("--webhook-url <url>", "where webhooks are sent")
    .option("--clock-file <file>", "holds the milliseconds by which the clock is ahead")
    .option("--app-key-file <file>", "public key (PEM) of the App (default: a key pair is made and shown)")
    .option("--info <file>", "write where everything is, once it is ready (mode 0600)")
    .action((options: SimulateGitHubOptions) =>
      run(async (terminal) => {
        listenForStop(terminal);
        await (await import("./simulate.ts")).simulateGitHub(options, terminal);
        return 0;
      }),
    );
  teach(github, {
    examples: ["signalbox simulate github --config ../config --info github.json"],
    statuses: ["0  stopped by Ctrl-C or SIGTERM", "2  it could not be started"],
  });
}

function declareSimulateRack(simulate: Command, run: Run): void {
  const rack = simulate
    .command("rack")
    .summary("a Convox v3 rack that behaves over time")
    .description(
      "A Convox v3 rack that behaves over time. Its password: SIGNALBOX_SIMULATED_RACK_PASSWORD, or made up.",
    )
    .argument("<name>", "name of the rack")
    .option("--port <number>", "port to listen on (default: a free one)", parsePort)
    .option("--info <file>", "write where everything is, once it is ready (mode 0600)")
    .action((name: string, options: Omit<SimulateRackOptions, "name">) =>
      run(async (terminal) => {
        listenForStop(terminal);
        await (await import("./simulate.ts")).simulateRack({ ...options, name }, terminal);
        return 0;
      }),
    );
  teach(rack, {
    examples: ["signalbox simulate rack staging --port 5443"],
    statuses: ["0  stopped by Ctrl-C or SIGTERM", "2  it could not be started"],
  });
}
