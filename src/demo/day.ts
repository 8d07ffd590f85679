// A day with Signalbox: six things that happen to people who keep their racks in git, played by named people with real pushes.
// Each step says what it sees and fails where that is not what was told.
import type { Onlooker, SeenRelease } from "./onlooker.ts";
import type { Clone, Person } from "./people.ts";
import { NotAsToldError, until } from "./until.ts";

export interface Stage {
  /** By login. */
  readonly person: (login: string) => Person;
  readonly onlooker: Onlooker;
  /** One line of the story. */
  readonly tell: (line: string) => void;
  /** Seals a value into an app's env.yml of a clone, with `signalbox env set`. */
  seal(clone: Clone, at: { readonly app: string; readonly key: string; readonly value: string }): Promise<void>;
  /** Lets the next promotion of an app fail on its rack. */
  failNextPromotion(rack: string, app: string): Promise<void>;
}

export interface Step {
  readonly title: string;
  play(stage: Stage): Promise<void>;
}

const WEB = "racks/staging/apps/web";
const PRODUCTION_WEB = "racks/production/apps/web";
export const SESSION_KEY = "correct-horse-battery-staple";

export const DAY: readonly Step[] = [
  { title: "A developer changes an app on staging", play: changeStaging },
  { title: "The platform team changes production, one value of it sealed", play: changeProduction },
  { title: "A developer gives themselves a right", play: grantOneself },
  { title: "Somebody breaks a convox.yml", play: breakManifest },
  { title: "A deploy fails on the rack", play: failDeploy },
  { title: "An owner merges past a waiting check", play: mergePast },
];

async function changeStaging({ person, onlooker, tell }: Stage): Promise<void> {
  const ana = person("ana");
  const clone = await ana.branch("web-1.5");
  await clone.write(`${WEB}/convox.yml`, (text) => text.replace("web:1.4.2", "web:1.5.0"));
  await clone.push("Run web 1.5.0 on staging");
  const pull = await ana.openPullRequest("web-1.5", "Run web 1.5.0 on staging");
  tell(`ana pushes a branch and opens #${String(pull)}: web 1.5.0 on staging.`);
  const check = await onlooker.check(pull, /^Ready/);
  tell(`signalbox: ${check.title}. ana may write applications on staging, and nothing asks for approvals there.`);
  await mustMerge(ana, pull);
  tell("ana merges. Signalbox builds, makes a release and promotes it:");
  const result = await onlooker.comment(pull, "result", /### Applied/);
  const release = await onlooker.serving("staging", "web");
  expectIn(result, release?.id, "the release that runs");
  tell(`#${String(pull)} says that ${release?.id ?? ""} runs on staging.`);
}

async function changeProduction(stage: Stage): Promise<void> {
  const { person, onlooker, tell } = stage;
  const pia = person("pia");
  const clone = await pia.branch("quiet-production");
  await clone.write(`${PRODUCTION_WEB}/env.yml`, (text) => text.replace("LOG_LEVEL: info", "LOG_LEVEL: warn"));
  await stage.seal(clone, { app: "production/web", key: "SESSION_KEY", value: SESSION_KEY });
  await clone.push("Log less in production, sign sessions");
  const pull = await pia.openPullRequest("quiet-production", "Log less in production, sign sessions");
  tell(`pia of the platform team opens #${String(pull)}: LOG_LEVEL plain, SESSION_KEY sealed for this app alone.`);
  tell(`signalbox: ${(await onlooker.check(pull, /^Waiting: 0 of 1/)).title}.`);
  await mustBe(200, person("ana").review(pull, "APPROVE"), "ana's review");
  await onlooker.comment(pull, "check", /`ana`[^\n]* does not count/);
  tell("ana approves; she is not of the platform team, so nothing changes, and the comment says why.");
  await mustBe(200, person("paul").review(pull, "APPROVE"), "paul's review");
  tell(`paul of the platform team approves. signalbox: ${(await onlooker.check(pull, /^Ready/)).title}.`);
  await moveTheBase(stage);
  await pia.updateBranch(pull);
  tell("main has moved; pia presses “Update branch”.");
  tell(
    `signalbox: ${(await onlooker.check(pull, /^Ready/)).title}. The change is the same one, so paul's approval stands.`,
  );
  await mustMerge(pia, pull);
  await onlooker.comment(pull, "result", /### Applied/);
  const release = await onlooker.serving("production", "web");
  expectEqual(release?.env, { LOG_LEVEL: "warn", SESSION_KEY }, "the environment on production");
  tell(`Merged and promoted: ${release?.id ?? ""} runs on production with both values.`);
}

/** Somebody merges what is nobody's concern: a README. Its check is neutral, and nobody is told anything. */
async function moveTheBase({ person, onlooker }: Stage): Promise<void> {
  const bo = person("bo");
  const clone = await bo.branch("readme");
  await clone.write("README.md", (text) => `${text}\nQuestions? Ask in #racks.\n`);
  await clone.push("Say where to ask");
  const pull = await bo.openPullRequest("readme", "Say where to ask");
  await onlooker.check(pull, /^Untouched/);
  expectEqual(await onlooker.comments(pull), [], "the comments on a pull request that touches nothing");
  await mustMerge(bo, pull);
}

async function grantOneself({ person, onlooker, tell }: Stage): Promise<void> {
  const ana = person("ana");
  const clone = await ana.branch("more-rights");
  await clone.write("bindings/web.yml", (text) => `${text}- role: OperatorV2\n  subjects: ["user:ana"]\n`);
  await clone.push("Let me operate the racks");
  const pull = await ana.openPullRequest("more-rights", "Let me operate the racks");
  tell(`ana opens #${String(pull)}: she binds herself to OperatorV2.`);
  const check = await onlooker.check(pull, /^Blocked/);
  expectEqual(check.conclusion, "failure", "the conclusion of the check");
  const comment = await onlooker.comment(pull, "check", /### Blocked/);
  expectIn(comment, "user:ana` gains", "who gains what");
  expectIn(comment, "user:olga", "who may do it");
  expectEqual(await ana.merge(pull), 405, "the answer to ana's merge");
  tell(
    `signalbox: ${check.title}. The comment says why, what ana would gain, and that olga may do it; GitHub refuses to merge.`,
  );
}

async function breakManifest({ person, onlooker, tell }: Stage): Promise<void> {
  const bo = person("bo");
  const clone = await bo.branch("scale-up");
  await clone.write(`${WEB}/convox.yml`, (text) => text.replace("count: 2", "count: 3-1"));
  await clone.push("Scale web");
  const pull = await bo.openPullRequest("scale-up", "Scale web");
  tell(`bo opens #${String(pull)} with a convox.yml that Convox would refuse.`);
  const check = await onlooker.check(pull, /^Blocked/);
  const annotation = check.annotations.find(({ path }) => path === `${WEB}/convox.yml`);
  if (annotation === undefined) throw new NotAsToldError("expected an annotation on convox.yml; seen: none");
  tell(`signalbox: ${check.title}. On line ${String(annotation.line)}: ${annotation.message.split("\n")[0] ?? ""}`);
}

async function failDeploy(stage: Stage): Promise<void> {
  const { person, onlooker, tell } = stage;
  const bo = person("bo");
  const before = await onlooker.serving("staging", "web");
  await stage.failNextPromotion("staging", "web");
  const clone = await bo.branch("web-1.6");
  await clone.write(`${WEB}/convox.yml`, (text) => text.replace("web:1.5.0", "web:1.6.0-rc1"));
  await clone.push("Try web 1.6 on staging");
  const pull = await bo.openPullRequest("web-1.6", "Try web 1.6 on staging");
  await onlooker.check(pull, /^Ready/);
  await mustMerge(bo, pull);
  tell(`bo merges #${String(pull)}: web 1.6.0-rc1 on staging, which never becomes healthy.`);
  const result = await onlooker.comment(pull, "result", /### Failed/);
  expectIn(result, before?.id, "the release that goes on serving");
  expectIn(result, "**Next:**", "what to do");
  expectIn(result, "of the log", "the tail of the log");
  expectEqual((await settled(stage, before)).id, before?.id, "the release that serves");
  tell(
    `${before?.id ?? ""} goes on serving; #${String(pull)} says what happened, with the tail of the log, and what to do.`,
  );
}

/** A rack shows the new release while it rolls one out; what serves is known once it has come to rest. */
function settled({ onlooker }: Stage, before: SeenRelease | null): Promise<SeenRelease> {
  return until(`${before?.id ?? "a release"} to serve`, async () => {
    const release = await onlooker.serving("staging", "web");
    return release !== null && release.id === before?.id
      ? { found: release, seen: "" }
      : { seen: release?.id ?? "none" };
  });
}

async function mergePast({ person, onlooker, tell }: Stage): Promise<void> {
  const before = await onlooker.serving("production", "web");
  const pia = person("pia");
  const clone = await pia.branch("debug-production");
  await clone.write(`${PRODUCTION_WEB}/env.yml`, (text) => text.replace("LOG_LEVEL: warn", "LOG_LEVEL: debug"));
  await clone.push("Debug production");
  const pull = await pia.openPullRequest("debug-production", "Debug production");
  const check = await onlooker.check(pull, /^Waiting/);
  tell(`pia opens #${String(pull)}. signalbox: ${check.title}.`);
  await mustMerge(person("olga"), pull);
  tell("olga, an owner of the organisation, merges past the check.");
  const result = await onlooker.comment(pull, "result", /### Held/);
  expectIn(result, "production lacks 1 approval", "why it is held");
  expectIn(result, "**Next:** Revert it", "the way out");
  await onlooker.issue(/^Held/);
  const after = await onlooker.serving("production", "web");
  expectEqual(after?.id, before?.id, "the release on production");
  tell(
    `Production does not move: ${after?.id ?? ""} still runs. #${String(pull)} and an issue say what is held, why, and how to go on.`,
  );
}

async function mustMerge(person: Person, pull: number): Promise<void> {
  await mustBe(200, person.merge(pull), `the answer to ${person.login}'s merge of #${String(pull)}`);
}

async function mustBe(expected: number, answer: Promise<number>, what: string): Promise<void> {
  expectEqual(await answer, expected, what);
}

function expectEqual(seen: unknown, expected: unknown, what: string): void {
  const [left, right] = [JSON.stringify(seen), JSON.stringify(expected)];
  if (left !== right) throw new NotAsToldError(`expected ${what} to be ${right}; seen: ${left}`);
}

function expectIn(text: string, part: string | undefined, what: string): void {
  if (part === undefined || !text.includes(part)) {
    throw new NotAsToldError(`expected ${what} (${part ?? "none"}) in:\n${text}`);
  }
}
