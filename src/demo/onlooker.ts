// What anybody can see from outside: checks and comments on GitHub, what runs on a rack. Nothing of Signalbox is asked.
import { Octokit } from "@octokit/rest";
import { until } from "./until.ts";

export interface SeenCheck {
  readonly status: string;
  readonly conclusion: string | null;
  readonly title: string;
  readonly annotations: readonly { readonly path: string; readonly line: number; readonly message: string }[];
}

export interface SeenRelease {
  readonly id: string;
  readonly app: string;
  readonly build: string;
  readonly description: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface SeenRack {
  readonly apps: readonly { readonly name: string; readonly release: string; readonly status: string }[];
  readonly releases: readonly SeenRelease[];
}

export interface Onlooker {
  /** Waits for a check on the newest head of the pull request whose title matches. */
  check(pull: number, title: RegExp): Promise<SeenCheck>;
  /** Waits for a comment with this marker whose text matches. */
  comment(pull: number, marker: "check" | "result", text: RegExp): Promise<string>;
  /** Waits for an open issue whose title matches; its body. */
  issue(title: RegExp): Promise<string>;
  rack(name: string): Promise<SeenRack>;
  /** The release that serves an app, or null. */
  serving(rack: string, app: string): Promise<SeenRelease | null>;
  comments(pull: number): Promise<readonly string[]>;
}

export interface OnlookerOptions {
  readonly api: string;
  readonly token: string;
  readonly repo: string;
  /** Rack → its control address. */
  readonly racks: ReadonlyMap<string, string>;
}

export function createOnlooker(options: OnlookerOptions): Onlooker {
  const octokit = new Octokit({ auth: options.token, baseUrl: options.api });
  const [owner = "", repo = ""] = options.repo.split("/");
  const comments = async (pull: number): Promise<readonly string[]> =>
    (await octokit.issues.listComments({ owner, repo, issue_number: pull, per_page: 100 })).data.map(
      (comment) => comment.body ?? "",
    );
  const rack = (name: string): Promise<SeenRack> => readRack(options, name);
  return {
    rack,
    comments,
    check: (pull, title) =>
      until(`the check of #${String(pull)} to say ${String(title)}`, async () => {
        const seen = await newestCheck(octokit, { owner, repo, pull });
        if (seen === null) return { seen: "no check" };
        return title.test(seen.title) ? { found: seen, seen: "" } : { seen: seen.title };
      }),
    comment: (pull, marker, text) =>
      until(`the ${marker} comment of #${String(pull)} to say ${String(text)}`, async () => {
        const body = (await comments(pull)).find((comment) => comment.startsWith(`<!-- signalbox:${marker} -->`));
        if (body === undefined) return { seen: "no such comment" };
        return text.test(body) ? { found: body, seen: "" } : { seen: body };
      }),
    issue: (title) =>
      until(`an open issue ${String(title)}`, async () => {
        const { data } = await octokit.issues.listForRepo({ owner, repo, state: "open", per_page: 100 });
        const issue = data.find((found) => found.pull_request === undefined && title.test(found.title));
        const seen = data.map((found) => found.title).join("; ");
        return issue === undefined ? { seen } : { found: issue.body ?? "", seen };
      }),
    serving: async (name, app) => {
      const { apps, releases } = await rack(name);
      const id = apps.find((found) => found.name === app)?.release;
      return releases.find((release) => release.id === id) ?? null;
    },
  };
}

async function newestCheck(
  octokit: Octokit,
  at: { readonly owner: string; readonly repo: string; readonly pull: number },
): Promise<SeenCheck | null> {
  const { owner, repo } = at;
  const pull = await octokit.pulls.get({ owner, repo, pull_number: at.pull });
  const { data } = await octokit.checks.listForRef({ owner, repo, ref: pull.data.head.sha, check_name: "signalbox" });
  const run = data.check_runs[0];
  if (run === undefined) return null;
  const annotations = await octokit.checks.listAnnotations({ owner, repo, check_run_id: run.id });
  return {
    status: run.status,
    conclusion: run.conclusion,
    title: run.output.title ?? "",
    annotations: annotations.data.map(({ path, start_line: line, message }) => ({
      path,
      line,
      message: message ?? "",
    })),
  };
}

async function readRack(options: OnlookerOptions, name: string): Promise<SeenRack> {
  const answer = await fetch(`${options.racks.get(name) ?? ""}/state`);
  // The simulator's own format (spec §9), made by this project.
  return (await answer.json()) as SeenRack;
}
