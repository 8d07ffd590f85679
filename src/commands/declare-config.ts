// Commands on a config repo: is it valid, what would a change meet, what would be done, and its variables.
import type { Command } from "commander";
import { collect, formatOption, inFolder, teach, type Run } from "./declare.ts";
import type { CheckOptions } from "./check.ts";
import type { EnvListOptions } from "./env-list.ts";
import type { EnvSetOptions } from "./env-set.ts";
import type { ExplainOptions } from "./explain.ts";
import type { InitOptions } from "./init.ts";
import type { PlanOptions } from "./plan.ts";
import type { TestOptions } from "./test.ts";
import type { ValidateOptions } from "./validate.ts";

type Dir = string | undefined;

const DIR = "a clone of the config repo (default: here)";

export function declareConfig(program: Command, run: Run): void {
  program.commandsGroup("Look at a config repo:");
  declareInit(program, run);
  declareValidate(program, run);
  declareTest(program, run);
  declareExplain(program, run);
  declareCheck(program, run);
  declarePlan(program, run);
  const env = program
    .command("env")
    .summary("the environment variables of an app")
    .description(
      "Edits racks/<rack>/apps/<app>/env.yml of a config repo. The rest of the file, comments and order included, stays as it is.",
    );
  declareEnvSet(env, run);
  declareEnvUnset(env, run);
  declareEnvList(env, run);
}

function declareInit(program: Command, run: Run): void {
  const init = program
    .command("init")
    .summary("a starter config repo")
    .description(
      "Writes a small config repo that validates, whose files say what they are for. Makes an age identity for its rack, which is kept outside the repo, unless --recipient names public keys.",
    )
    .argument("[dir]", "a new or an empty folder (default: here)")
    .option("--admin <login>", "the first Administrator (asked for where it is left out)")
    .option("--recipient <key>", "an age public key that secrets are sealed to (repeatable)", collect, [])
    .action((dir: Dir, options: InitOptions) =>
      run(async (terminal) => (await import("./init.ts")).init(inFolder(dir, options), terminal)),
    );
  teach(init, {
    examples: ["signalbox init config --admin ana", "signalbox init config --admin ana --recipient age1…"],
    statuses: ["0  written", "2  nothing is written, and why"],
  });
}

function declareValidate(program: Command, run: Run): void {
  const validate = program
    .command("validate")
    .summary("every error of a config repo")
    .description("Reads all files of a config repo and says everything that is wrong with them, each with its place.")
    .argument("[dir]", "folder of the config repo (default: here)")
    .option("--watch", "print anew whenever files change, until Ctrl-C")
    .addOption(formatOption("text", "json", "github", "sarif"))
    .action((dir: Dir, options: ValidateOptions) =>
      run(async (terminal) => (await import("./validate.ts")).validate(inFolder(dir, options), terminal)),
    );
  teach(validate, {
    examples: ["signalbox validate", "signalbox validate ../config --format json", "signalbox validate --watch"],
    statuses: ["0  no errors (silent where there are no warnings either)", "1  errors", "2  no config repo there"],
  });
}

function declareTest(program: Command, run: Run): void {
  const test = program
    .command("test")
    .summary("the policy tests of a config repo")
    .description(
      "Runs the policy tests in tests/ against the roles, bindings and approval rules beside them, as every check does. Everybody whom a test names is taken as a member of the organisation.",
    )
    .argument("[dir]", "folder of the config repo (default: here)")
    .addOption(formatOption("text", "json"))
    .action((dir: Dir, options: TestOptions) =>
      run(async (terminal) => (await import("./test.ts")).test(inFolder(dir, options), terminal)),
    );
  teach(test, {
    examples: ["signalbox test", "signalbox test ../config --format json"],
    statuses: ["0  all passed, or there are none", "1  one failed or cannot be read", "2  no policy to test there"],
  });
}

function declareExplain(program: Command, run: Run): void {
  const explain = program
    .command("explain")
    .summary("what a rule means, with examples")
    .description(
      "Prints the page of a rule that a finding names: what it means, and a bad and a good example; with a folder, a rack or an app, also where it is found. Of a custom guardrail: its expression, what that may ask of with the values of this repo, and what it says of each.",
    )
    .argument(
      "[rule]",
      "name of the rule, as in error[unknown-key], or of a custom guardrail (default: all rules, one a line)",
    )
    .argument("[dir]", "folder of the config repo (default: this one, for custom guardrails)")
    .option("--rack <rack>", "on this rack alone")
    .option("--app <app>", "of this app alone")
    .addOption(formatOption("text", "json"))
    .action((rule: string | undefined, dir: string | undefined, options: Omit<ExplainOptions, "rule" | "dir">) =>
      run(async (terminal) =>
        (await import("./explain.ts")).explain(
          inFolder(dir, rule === undefined ? options : { ...options, rule }),
          terminal,
        ),
      ),
    );
  teach(explain, {
    examples: [
      "signalbox explain unknown-key",
      "signalbox explain two-replicas --rack prod-eu --app web",
      "signalbox explain",
    ],
    statuses: ["0  explained", "2  no such rule, rack or app"],
  });
}

function declareCheck(program: Command, run: Run): void {
  const check = program
    .command("check")
    .summary("the verdict on a pull request, offline")
    .description(
      "Judges what merging HEAD into BASE would change, as the check on GitHub does. People are those of the options, each taken as a member of the organisation; approvals stand on the head; the base counts as verified.",
    )
    .argument("[dir]", DIR)
    .requiredOption("--base <rev>", "what is merged into, by the policy of which is judged")
    .requiredOption("--head <rev>", "what would be merged")
    .requiredOption("--author <login>", "who opened the pull request")
    .option("--contributor <login>", "somebody else who contributed (repeatable)", collect, [])
    .option("--approved-by <login>", "somebody who approved (repeatable)", collect, [])
    .option("--team <slug=a,b>", "a team and its people (repeatable)", collect, [])
    .addOption(formatOption("text", "json", "github", "sarif"))
    .action((dir: Dir, options: CheckOptions) =>
      run(async (terminal) => (await import("./check.ts")).check(inFolder(dir, options), terminal)),
    );
  teach(check, {
    examples: [
      "signalbox check --base origin/main --head HEAD --author ana",
      "signalbox check --base origin/main --head HEAD --author ana --approved-by pia --team platform=pia,paul",
    ],
    statuses: ["0  ready or untouched", "1  blocked or waiting", "2  could not be judged (no such commit, no clone)"],
  });
}

function declarePlan(program: Command, run: Run): void {
  const plan = program
    .command("plan")
    .summary("what an apply would do to the racks")
    .description(
      "Compares the commit that is checked out with the racks, and writes nothing. SIGNALBOX_GRANTS names the grants file; SIGNALBOX_AGE_IDENTITIES opens sealed values.",
    )
    .argument("[dir]", DIR)
    .option("--rack <rack>", "this rack alone")
    .option("--app <app>", "apps of this name alone")
    .addOption(formatOption("text", "json"))
    .action((dir: Dir, options: PlanOptions) =>
      run(async (terminal) => (await import("./plan.ts")).plan(inFolder(dir, options), terminal)),
    );
  teach(plan, {
    examples: ["SIGNALBOX_GRANTS=grants.yml signalbox plan", "signalbox plan --rack staging --app web --format json"],
    statuses: [
      "0  nothing to do",
      "1  steps to do, or something that could not be planned",
      "2  nothing could be planned",
    ],
  });
}

function declareEnvSet(env: Command, run: Run): void {
  const set = env
    .command("set")
    .summary("set a variable, sealed")
    .description(
      "Sets one variable. The value is read from standard input or a hidden prompt, never from an argument, and sealed to the recipients in the rack's rack.yml, for this rack, app and key alone.",
    )
    .argument("<rack/app>", "the app")
    .argument("<key>", "name of the variable")
    .argument("[dir]", "folder of the config repo (default: here)")
    .option("--plain", "keep it as plain text instead of sealing it")
    .action((app: string, key: string, dir: Dir, options: Pick<EnvSetOptions, "plain">) =>
      run(async (terminal) => (await import("./env-set.ts")).envSet({ ...inFolder(dir, options), app, key }, terminal)),
    );
  teach(set, {
    examples: [
      "signalbox env set staging/web DATABASE_URL",
      "pass show staging/database | signalbox env set staging/web DATABASE_URL",
      "echo production | signalbox env set staging/web NODE_ENV --plain",
    ],
    statuses: ["0  the file is written", "2  it is as it was, and why"],
  });
}

function declareEnvUnset(env: Command, run: Run): void {
  const unset = env
    .command("unset")
    .summary("take a variable out")
    .description("Takes one variable out of env.yml: with the next apply it leaves the release.")
    .argument("<rack/app>", "the app")
    .argument("<key>", "name of the variable")
    .argument("[dir]", "folder of the config repo (default: here)")
    .action((app: string, key: string, dir: Dir) =>
      run(async (terminal) => (await import("./env-unset.ts")).envUnset({ ...inFolder(dir, {}), app, key }, terminal)),
    );
  teach(unset, {
    examples: ["signalbox env unset staging/web OLD_KEY"],
    statuses: ["0  the file is written", "2  it is as it was, and why"],
  });
}

function declareEnvList(env: Command, run: Run): void {
  const list = env
    .command("list")
    .summary("the variables of an app")
    .description("Names the variables of an app and how each is kept: plain, sealed or a reference. Shows no value.")
    .argument("<rack/app>", "the app")
    .argument("[dir]", "folder of the config repo (default: here)")
    .addOption(formatOption("text", "json"))
    .action((app: string, dir: Dir, options: Pick<EnvListOptions, "format">) =>
      run(async (terminal) => (await import("./env-list.ts")).envList({ ...inFolder(dir, options), app }, terminal)),
    );
  teach(list, {
    examples: ["signalbox env list staging/web"],
    statuses: ["0  listed", "2  no such app, or its env.yml has errors"],
  });
}
