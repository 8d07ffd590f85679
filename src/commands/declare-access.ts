// Commands that answer who may do what, and who did it.
import { Argument, type Command } from "commander";
import { RESOURCE_TYPES, type Action, type ResourceType } from "../manifest/types.ts";
import type { AccessOptions } from "./access.ts";
import type { AuditOptions, AuditVerifyOptions } from "./audit.ts";
import type { CanIOptions } from "./can-i.ts";
import { collect, formatOption, inFolder, teach, type Run } from "./declare.ts";
import type { QuestionOptions } from "./question.ts";
import type { WhoCanOptions } from "./who-can.ts";

export function declareAccess(program: Command, run: Run): void {
  program.commandsGroup("Ask who may, and who did:");
  declareCanI(program, run);
  declareWhoCan(program, run);
  declareMatrix(program, run);
  const audit = declareAudit(program, run);
  declareAuditVerify(audit, run);
}

type Question = Pick<QuestionOptions, "rack"> & { readonly team: readonly string[] };
type Optional = string | undefined;
type Asked<T> = readonly [Action, ResourceType, Optional, Optional, Question & T];

function addQuestion(command: Command): Command {
  return command
    .addArgument(new Argument("<action>", "read or write").choices(["read", "write"]))
    .addArgument(new Argument("<resource>", "a resource type, such as applications or racks").choices(RESOURCE_TYPES))
    .argument("[name]", "the app, rack, role… (default: every name)")
    .argument("[dir]", "folder of the config repo (default: here); without a name write it with a slash: ./config")
    .option("--rack <rack>", "on this rack (default: on every one)")
    .option("--team <slug=a,b>", "a team and its people (repeatable)", collect, []);
}

function questionFrom(
  [action, resource, name, dir]: readonly [Action, ResourceType, Optional, Optional],
  { rack }: Question,
): QuestionOptions {
  return {
    action,
    resource,
    ...(name === undefined ? {} : { name }),
    ...(dir === undefined ? {} : { dir }),
    ...(rack === undefined ? {} : { rack }),
  };
}

function declareCanI(program: Command, run: Run): void {
  const command = program
    .command("can-i")
    .summary("may somebody do something, and why")
    .description(
      "Decides by the roles and bindings of a config repo. Everybody is taken as a member of the organisation; of teams, --team says who is in them.",
    );
  addQuestion(command)
    .requiredOption("--as <subject>", "user:ana (or ana), team:web, app:renovate, key:ci-web")
    .addOption(formatOption("text", "json"))
    .action((...[action, resource, name, dir, options]: Asked<Pick<CanIOptions, "as" | "format">>) =>
      run(async (terminal) =>
        (await import("./can-i.ts")).canI(
          { ...options, ...questionFrom([action, resource, name, dir], options) },
          terminal,
        ),
      ),
    );
  teach(command, {
    examples: [
      "signalbox can-i write environment web --rack production --as ana --team web=ana,bo",
      "signalbox can-i write roles --as team:platform",
    ],
    statuses: ["0  yes", "1  no", "2  could not be decided"],
  });
}

function declareWhoCan(program: Command, run: Run): void {
  const command = program
    .command("who-can")
    .summary("everybody who may do something")
    .description(
      "Everybody whom a binding names, and the people of each --team, who may do it; each with the binding and the role that allow it.",
    );
  addQuestion(command)
    .addOption(formatOption("text", "json"))
    .action((...[action, resource, name, dir, options]: Asked<Pick<WhoCanOptions, "format">>) =>
      run(async (terminal) =>
        (await import("./who-can.ts")).whoCan(
          { ...options, ...questionFrom([action, resource, name, dir], options) },
          terminal,
        ),
      ),
    );
  teach(command, {
    examples: ["signalbox who-can write applications web --rack production --team platform=pia,paul"],
    statuses: ["0  somebody may", "1  nobody may", "2  could not be decided"],
  });
}

function declareMatrix(program: Command, run: Run): void {
  const command = program
    .command("access")
    .summary("who may do what")
    .description(
      "Everything that bindings give, to everybody whom they name and to the people of each --team, or to one subject alone; names and racks as the roles and bindings write them, each with what decides it and what the role takes away from it.",
    )
    .argument("[subject]", "user:ana (or ana), team:web, app:renovate (default: everybody)")
    .argument("[dir]", "folder of the config repo (default: here); without a subject write it with a slash: ./config")
    .option("--rack <rack>", "on this rack alone")
    .option("--team <slug=a,b>", "a team and its people (repeatable)", collect, [])
    .addOption(formatOption("text", "csv", "json"))
    .action((subject: Optional, dir: Optional, options: AccessOptions) =>
      run(async (terminal) =>
        (await import("./access.ts")).access(
          { ...inFolder(dir, options), ...(subject === undefined ? {} : { subject }) },
          terminal,
        ),
      ),
    );
  teach(command, {
    examples: ["signalbox access ana --team web=ana,bo", "signalbox access --rack production --format csv"],
    statuses: ["0  shown", "1  nothing is held", "2  could not be decided"],
  });
}

function declareAudit(program: Command, run: Run): Command {
  const audit = program
    .command("audit")
    .summary("who changed what, when, who approved it, how it ended")
    .description(
      "Shows the ledger as the clone fetched it (origin/signalbox/ledger), after verifying its signatures and its chain.",
    )
    .argument("[dir]", "a clone of the config repo (default: here)")
    .option("--actor <subject>", "user:ana, or ana")
    .option("--rack <rack>")
    .option("--app <app>")
    .option("--action <action>", "begin, start, verify, name, apply, retry")
    .option("--result <result>", "ok, failed, denied, held, superseded, rolled-back, noop")
    .option("--since <time>", "from this day (00:00 UTC) or time on: 2026-11-01, 2026-11-01T12:00:00Z")
    .option("--until <time>", "before this day or time")
    .addOption(formatOption("text", "json", "csv"))
    .action((dir: Optional, options: AuditOptions) =>
      run(async (terminal) => (await import("./audit.ts")).audit(inFolder(dir, options), terminal)),
    );
  return teach(audit, {
    examples: [
      "git fetch origin signalbox/ledger && signalbox audit",
      "signalbox audit --rack production --result failed --since 2026-11-01",
      "signalbox audit --format json | jq -r .actor | sort | uniq -c",
    ],
    statuses: ["0  shown", "1  the ledger is broken: shown up to there", "2  there is no ledger here"],
  });
}

function declareAuditVerify(audit: Command, run: Run): void {
  const verify = audit
    .command("verify")
    .summary("is the audit trail whole")
    .description(
      "Verifies that every record is signed by one key and continues the one before it. Who does not trust the branch gives the key, and compares the newest digest with the check run on the root commit.",
    )
    .argument("[dir]", "a clone of the config repo (default: here)")
    .option("--key <file>", "Signalbox's public key (PEM; default: the one that the ledger begins with)")
    .addOption(formatOption("text", "json"))
    .action((dir: Optional, _options: unknown, command: Command) =>
      run(async (terminal) =>
        // --format is known to `audit` as well, which then has it.
        (await import("./audit.ts")).auditVerify(
          inFolder(dir, command.optsWithGlobals<AuditVerifyOptions>()),
          terminal,
        ),
      ),
    );
  teach(verify, {
    examples: ["signalbox audit verify", "signalbox audit verify --key signalbox.pub"],
    statuses: ["0  whole", "1  broken, and where", "2  there is no ledger here"],
  });
}
