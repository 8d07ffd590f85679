// A world in which people try to get past Signalbox: what they can do with git and GitHub's API, and what must be true afterwards.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect } from "@jest/globals";
import { Octokit } from "@octokit/rest";
import { simpleGit, type SimpleGit } from "simple-git";
import { DEFAULT_PEOPLE } from "../../src/commands/people-file.ts";
import type { Clone } from "../../src/demo/people.ts";
import { openTestWorld, type TestWorld } from "./open-world.ts";

export const LIMIT_MS = 60_000;
export const STAGING_WEB = "racks/staging/apps/web";
export const PRODUCTION_WEB = "racks/production/apps/web";

/** Path → the new text from the old one ("" where there was none). */
export type Edits = Readonly<Record<string, (text: string) => string>>;

export interface Branch {
  readonly name: string;
  readonly folder: string;
  readonly git: SimpleGit;
}

/** A change of production, which wants an approval of the team platform. */
export function onProduction(mark: string): Edits {
  return { [`${PRODUCTION_WEB}/env.yml`]: () => `LOG_LEVEL: debug\nMARK: ${mark}\n` };
}

/** A change of staging, which the team web may make without an approval. */
export function onStaging(mark: string): Edits {
  return { [`${STAGING_WEB}/env.yml`]: (text) => `${text}MARK: ${mark}\n` };
}

export interface AttackWorld extends TestWorld {
  readonly owner: string;
  readonly repo: string;
  /** GitHub's API as a person. */
  as(login: string): Octokit;
  /** A branch with these edits, committed by the person whose clone it is, and pushed. */
  branch(login: string, name: string, edits: Edits): Promise<Branch>;
  /** Such a branch as a pull request into main: its number. */
  propose(login: string, name: string, edits: Edits): Promise<number>;
  /** Somebody's clone of a branch that is there already. */
  clone(login: string, name: string): Promise<Branch>;
  head(pull: number): Promise<string>;
  /** GitHub's API as somebody who has just got an account. */
  newcomer(login: string): Promise<Octokit>;
  /** Such a one, after they have joined the organisation. */
  newMember(login: string): Promise<Octokit>;
  /** The control port of the simulated GitHub; its answer. */
  control(path: string, body: object): Promise<unknown>;
  /** GitHub tells of no account that goes or gets another name; who is a member is asked again after a minute. */
  membershipsAge(): Promise<void>;
  /** An event of a pull request's own, which changes nothing. */
  label(pull: number): Promise<void>;
  /** Every request since the world was opened that a rack was asked to change something by. */
  rackWrites(): Promise<readonly string[]>;
  /**
   * The attack failed: the check says `title`, the comment `words`, the head was at no time green, and no rack was written to.
   */
  fails(pull: number, title: RegExp, ...words: readonly RegExp[]): Promise<void>;
}

export async function openAttackWorld(
  edit: (files: Map<string, string>) => void = () => undefined,
  settings: Readonly<Record<string, string>> = {},
): Promise<AttackWorld> {
  const opened = await openTestWorld({
    settings,
    people: {
      ...DEFAULT_PEOPLE,
      mallory: { teams: ["web"] },
      nils: { teams: ["web"] },
      petra: { teams: ["platform"] },
      sten: { teams: [] },
    },
    edit: (files) => {
      for (const [path, text] of Object.entries(STEWARD)) files.set(path, text);
      edit(files);
    },
  });
  const before = (await writesTo(opened)).length;
  return attackWorld(opened, async () => (await writesTo(opened)).slice(before));
}

/** Somebody who may write access, and nothing else: what such a person may not do is give what they have not. */
const STEWARD = {
  "roles/steward.yml": [
    "description: Keeps the lists of who has which role.",
    "permissions:",
    "  - { resource: roles, action: write }",
    "  - { resource: users, action: write }",
    "  - { resource: deploy-keys, action: write }",
    "  - { resource: racks, action: read }",
    "",
  ].join("\n"),
  "bindings/stewards.yml": '- role: steward\n  subjects: ["user:sten"]\n',
  "bindings/guests.yml": '- role: DeveloperV2\n  subjects: ["user:mallory"]\n  racks: [staging]\n  until: 2027-01-31\n',
  "deploy-keys/ci-web.yml": [
    "description: CI of the web team",
    `hash: "sha256:${"ab".repeat(32)}"`,
    "racks: [staging]",
    "apps: [web]",
    "expires: 2027-06-30",
    "",
  ].join("\n"),
};

function attackWorld(opened: TestWorld, rackWrites: AttackWorld["rackWrites"]): AttackWorld {
  const { github, people } = opened.world.info();
  const [owner = "", repo = ""] = github.repo.split("/");
  const withToken = (token: string): Octokit => new Octokit({ auth: token, baseUrl: github.api, log: SILENT });
  const as = (login: string): Octokit => withToken(people[login]?.token ?? "");
  const anybody = as("bo");
  const control = async (path: string, body: object): Promise<unknown> => {
    const answer = await fetch(`${github.control}${path}`, { method: "POST", body: JSON.stringify(body) });
    expect(answer.status).toBe(200);
    return answer.json();
  };
  const newcomer = async (login: string): Promise<Octokit> => {
    // The simulator's own format.
    const { token } = (await control("/accounts", { login, create: true })) as { token: string };
    return withToken(token);
  };
  const branch = async (login: string, name: string, edits: Edits): Promise<Branch> => {
    const made = toBranch(name, await opened.stage.person(login).branch(name));
    if (Object.keys(edits).length > 0) {
      await write(made, edits);
      await commitAll(made, `Change ${name}`);
    }
    await made.git.push("origin", name, ["--quiet"]);
    return made;
  };
  const head = async (pull: number): Promise<string> =>
    (await anybody.pulls.get({ owner, repo, pull_number: pull })).data.head.sha;
  return {
    ...opened,
    owner,
    repo,
    as,
    branch,
    head,
    newcomer,
    newMember: async (login) => {
      const member = await newcomer(login);
      await as("olga").orgs.setMembershipForUser({ org: owner, username: login });
      await member.orgs.updateMembershipForAuthenticatedUser({ org: owner, state: "active" });
      return member;
    },
    control,
    membershipsAge: async () => {
      await control("/clock", { advance: "61s" });
    },
    label: async (pull) => {
      await anybody.issues.addLabels({ owner, repo, issue_number: pull, labels: ["look-again"] });
    },
    rackWrites,
    propose: async (login, name, edits) => {
      await branch(login, name, edits);
      return opened.stage.person(login).openPullRequest(name, `Change ${name}`);
    },
    clone: async (login, name) => {
      const made = toBranch(name, await opened.stage.person(login).branch(`${login}-${name}`));
      await made.git.reset(["--hard", `origin/${name}`]);
      await made.git.branch(["-m", name]);
      return made;
    },
    fails: async (pull, title, ...words) => {
      await opened.stage.onlooker.check(pull, title);
      for (const word of words) await opened.stage.onlooker.comment(pull, "check", word);
      expect(await greenRuns(anybody, { owner, repo, ref: await head(pull) }, opened.sent)).toEqual([]);
    },
  };
}

export async function write({ folder }: Branch, edits: Edits): Promise<void> {
  const git = simpleGit(folder);
  for (const [path, edit] of Object.entries(edits)) {
    const old = await git.raw(["show", `HEAD:${path}`]).catch(() => "");
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), edit(old));
  }
}

/** `variables`: whose commit it says that it is, where that is not the clone's owner. */
export async function commitAll(
  { git, folder }: Branch,
  message: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<void> {
  await git.add("--all");
  // An environment of one's own replaces the process's, of which git needs these.
  const { PATH = "", HOME = "" } = process.env;
  await simpleGit({ baseDir: folder, allowEnvironment: ["PATH", "HOME", ...Object.keys(variables)] })
    .env({ PATH, HOME, ...variables })
    .raw(["commit", "--quiet", "-m", message]);
}

export function identity(name: string, email: string): Readonly<Record<string, string>> {
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
  };
}

function toBranch(name: string, clone: Clone): Branch {
  return { name, folder: clone.folder, git: simpleGit(clone.folder) };
}

/** What was at any time written to the runs of a head that GitHub would let merge. */
async function greenRuns(
  octokit: Octokit,
  of: { readonly owner: string; readonly repo: string; readonly ref: string },
  sent: readonly string[],
): Promise<readonly string[]> {
  const { data } = await octokit.checks.listForRef({ ...of, check_name: "signalbox", filter: "all" });
  const ids = data.check_runs.map(({ id }) => `/check-runs/${String(id)} `);
  expect(ids).not.toEqual([]);
  return sent.filter(
    (line) =>
      /"conclusion":"(success|neutral|skipped)"/.test(line) &&
      (line.includes(`"head_sha":"${of.ref}"`) || ids.some((id) => line.includes(id))),
  );
}

/** Those that a rack was asked to change something by, the demo's own included. */
async function writesTo(opened: TestWorld): Promise<readonly string[]> {
  const writes: string[] = [];
  for (const [name, { control }] of Object.entries(opened.world.info().racks)) {
    // The simulator's own format (spec §9).
    const log = (await (await fetch(`${control}/log`)).json()) as readonly { method: string; path: string }[];
    writes.push(...log.filter(({ method }) => method !== "GET").map(({ method, path }) => `${name} ${method} ${path}`));
  }
  return writes;
}

const quiet = (): undefined => undefined;
/** GitHub's refusals are what these tests are about. */
const SILENT = { debug: quiet, info: quiet, warn: quiet, error: quiet };
