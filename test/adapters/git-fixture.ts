// Real git repositories for tests, made in folders of their own.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openConfigGit, type ConfigGitOptions, type OpenConfigGit } from "../../src/adapters/config-git.ts";

export interface Origin {
  readonly folder: string;
  git(args: readonly string[], input?: string | Buffer): string;
  /** Commits these files (path → content, or mode and content) on the branch; a whole tree each time. */
  commit(branch: string, files: Readonly<Record<string, string | Entry>>, message?: string): string;
}

export interface Entry {
  readonly mode: string;
  readonly content: string | Buffer;
}

const folders: string[] = [];

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-git-"));
  folders.push(folder);
  return folder;
}

export function removeTemporaryFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** A bare repository whose commits are made from objects, so that it can hold what no work tree could. */
export function createOrigin(): Origin {
  const folder = temporaryFolder();
  const git = (args: readonly string[], input: string | Buffer = ""): string =>
    execFileSync("git", [...args], {
      cwd: folder,
      input,
      encoding: "utf8",
      stdio: ["pipe", "pipe", "pipe"],
      env: {
        PATH: process.env["PATH"],
        HOME: folder,
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_AUTHOR_NAME: "Ana",
        GIT_AUTHOR_EMAIL: "ana@acme.example",
        GIT_COMMITTER_NAME: "Ana",
        GIT_COMMITTER_EMAIL: "ana@acme.example",
        GIT_AUTHOR_DATE: "2026-01-01T00:00:00Z",
        GIT_COMMITTER_DATE: "2026-01-01T00:00:00Z",
      },
    }).trim();
  git(["init", "-q", "--bare", "--initial-branch=main", "."]);
  const commit: Origin["commit"] = (branch, files, message = "change") => {
    const tree = writeTree(git, files);
    const parent = hasRef(git, `refs/heads/${branch}`) ? ["-p", git(["rev-parse", `refs/heads/${branch}`])] : [];
    const sha = git(["commit-tree", tree, ...parent], message);
    git(["update-ref", `refs/heads/${branch}`, sha]);
    return sha;
  };
  return { folder, git, commit };
}

const mirrors: OpenConfigGit[] = [];

/** A mirror of it that has fetched nothing yet. */
export async function openMirror(origin: Origin, options: Partial<ConfigGitOptions> = {}): Promise<OpenConfigGit> {
  const git = await openConfigGit({
    ...{ folder: join(temporaryFolder(), "mirror"), url: origin.folder, defaultBranch: "main", token: () => null },
    ...{ isOurs: () => true, environment: process.env },
    ...options,
  });
  mirrors.push(git);
  return git;
}

export async function removeMirrors(): Promise<void> {
  for (const git of mirrors.splice(0)) await git.close();
  removeTemporaryFolders();
}

function hasRef(git: Origin["git"], ref: string): boolean {
  return git(["for-each-ref", "--format=%(refname)", ref]) === ref;
}

function writeTree(git: Origin["git"], files: Readonly<Record<string, string | Entry>>): string {
  const folders = new Map<string, Record<string, string | Entry>>();
  const lines: Buffer[] = [];
  for (const [path, file] of Object.entries(files)) {
    const slash = path.indexOf("/");
    if (slash >= 0) {
      const name = path.slice(0, slash);
      folders.set(name, { ...folders.get(name), [path.slice(slash + 1)]: file });
      continue;
    }
    const { mode, content } = typeof file === "string" ? { mode: "100644", content: file } : file;
    const id = mode === "160000" ? String(content) : git(["hash-object", "-w", "--stdin"], content);
    lines.push(Buffer.from(`${mode} ${mode === "160000" ? "commit" : "blob"} ${id}\t${path}\0`, "utf8"));
  }
  for (const [name, inner] of folders) {
    lines.push(Buffer.from(`040000 tree ${writeTree(git, inner)}\t${name}\0`, "utf8"));
  }
  return git(["mktree", "-z", "--missing"], Buffer.concat(lines));
}
