// The people of the demo, acting as people do: with git and with GitHub's REST API under their own tokens.
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Octokit } from "@octokit/rest";
import { simpleGit, type SimpleGit } from "simple-git";

export interface Person {
  readonly login: string;
  /** A clone of their own, freshly made, on a new branch from the default one. */
  branch(name: string): Promise<Clone>;
  /** The number of the pull request. */
  openPullRequest(branch: string, title: string): Promise<number>;
  /** The HTTP status of the answer: 200, or the refusal's. */
  review(pull: number, event: "APPROVE" | "REQUEST_CHANGES"): Promise<number>;
  updateBranch(pull: number): Promise<void>;
  /** The HTTP status of the answer: 200, or the refusal's. */
  merge(pull: number): Promise<number>;
}

export interface Clone {
  readonly folder: string;
  write(path: string, edit: (text: string) => string): Promise<void>;
  /** Commits everything as this person and pushes the branch. */
  push(message: string): Promise<void>;
}

export interface PersonOptions {
  readonly login: string;
  readonly token: string;
  /** `acme/config`. */
  readonly repo: string;
  readonly api: string;
  /** Base address: clone `<git>/<repo>.git`. */
  readonly git: string;
  /** Where clones are put. */
  readonly folder: string;
}

export function createPerson(options: PersonOptions): Person {
  const { login, token, repo: fullName } = options;
  const [owner = "", repo = ""] = fullName.split("/");
  const octokit = new Octokit({ auth: token, baseUrl: options.api, log: silent });
  return {
    login,
    branch: (name) => cloneOnBranch(options, name),
    openPullRequest: async (head, title) =>
      (await octokit.pulls.create({ owner, repo, head, base: "main", title })).data.number,
    review: (pull, event) =>
      statusOf(octokit.pulls.createReview({ owner, repo, pull_number: pull, event, body: reviewBody(event) })),
    updateBranch: async (pull) => {
      await octokit.pulls.updateBranch({ owner, repo, pull_number: pull });
    },
    merge: (pull) => statusOf(octokit.pulls.merge({ owner, repo, pull_number: pull })),
  };
}

const silent = { debug: quiet, info: quiet, warn: quiet, error: quiet };

/** Refusals are part of the story and told there; the client need not print them. */
function quiet(): undefined {
  return undefined;
}

function reviewBody(event: "APPROVE" | "REQUEST_CHANGES"): string {
  return event === "APPROVE" ? "Looks right." : "Please change this.";
}

async function statusOf(answer: Promise<{ readonly status: number }>): Promise<number> {
  try {
    return (await answer).status;
  } catch (error) {
    if (typeof error === "object" && error !== null && "status" in error && typeof error.status === "number") {
      return error.status;
    }
    throw error;
  }
}

async function cloneOnBranch(options: PersonOptions, name: string): Promise<Clone> {
  const folder = await mkdtemp(join(options.folder, `${options.login}-`));
  const address = new URL(`${options.repo}.git`, `${options.git}/`);
  address.username = options.login;
  address.password = options.token;
  await simpleGit().clone(address.href, folder, ["--quiet"]);
  const git = simpleGit(folder);
  await git.addConfig("user.name", options.login);
  await git.addConfig("user.email", `${options.login}@users.noreply.github.com`);
  await git.checkoutLocalBranch(name);
  return {
    folder,
    write: async (path, edit) => {
      const file = join(folder, path);
      await writeFile(file, edit(await readIfThere(file)));
    },
    push: (message) => pushAll(git, name, message),
  };
}

async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (typeof error === "object" && error !== null && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}

async function pushAll(git: SimpleGit, branch: string, message: string): Promise<void> {
  await git.add("--all");
  await git.commit(message);
  await git.push("origin", branch, ["--quiet"]);
}
