// How git is started here: with an environment made from nothing, settings that the folder's own config cannot override, and
// no hooks. INVARIANT: callers pass literal options, validated object ids and validated refs, never text from outside.
import { devNull } from "node:os";
import { simpleGit } from "simple-git";

/** What git may take over from the process: where programs are, the way out, and whom TLS trusts. */
const INHERITED = [
  "PATH",
  "HTTPS_PROXY",
  "https_proxy",
  "NO_PROXY",
  "no_proxy",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "TMPDIR",
  "SystemRoot",
];

const SETTINGS: ReadonlyMap<string, string> = new Map([
  ["core.hooksPath", devNull],
  ["core.attributesFile", devNull],
  ["core.excludesFile", devNull],
  ["fetch.fsckObjects", "true"],
  ["transfer.fsckObjects", "true"],
  // What only a checkout or a submodule could be harmed by: there is neither, and one such file on the default branch would keep every
  // later commit from being seen. The loader refuses submodules where they matter.
  ...["Url", "Path", "Name", "Update", "Parse", "Missing", "Blob", "Large", "Symlink"].map(
    (check) => [`fetch.fsck.gitmodules${check}`, "ignore"] as const,
  ),
  ["transfer.bundleURI", "false"],
  ["http.followRedirects", "false"],
  ["http.lowSpeedLimit", "100"],
  ["http.lowSpeedTime", "60"],
  // A force push must not take away commits that somebody's approval saw.
  ["gc.auto", "0"],
  ["gc.pruneExpire", "never"],
  ["maintenance.auto", "false"],
]);

const OUTPUT_SILENCE_MS = 120_000;

export class GitCommandError extends Error {
  override readonly name = "GitCommandError";
  readonly exitCode: number;
  readonly stdout: string;
  constructor(message: string, result: { readonly exitCode: number; readonly stdout: string }) {
    super(message);
    this.exitCode = result.exitCode;
    this.stdout = result.stdout;
  }
}

export interface GitFolder {
  readonly folder: string;
  /** The process's environment; only a few names of it are taken over. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** e.g. `https`, `http:https`, `file`; empty: git may not connect anywhere. */
  readonly protocols: string;
}

/** `secretSettings` reach git through the environment alone: neither its arguments nor any file hold them. */
export function gitEnvironment(
  at: GitFolder,
  secretSettings: ReadonlyMap<string, string> = new Map(),
): Record<string, string> {
  const environment: Record<string, string> = {
    // No ~/.netrc, no ~/.gitconfig.
    HOME: at.folder,
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: devNull,
    GIT_TERMINAL_PROMPT: "0",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_NO_LAZY_FETCH: "1",
    GIT_ADVICE: "0",
    GIT_ALLOW_PROTOCOL: at.protocols === "" ? "none" : at.protocols,
  };
  for (const name of INHERITED) {
    const value = at.environment[name];
    if (value !== undefined) environment[name] = value;
  }
  const settings = [...SETTINGS, ...secretSettings];
  environment["GIT_CONFIG_COUNT"] = String(settings.length);
  settings.forEach(([key, value], index) => {
    environment[`GIT_CONFIG_KEY_${index}`] = key;
    environment[`GIT_CONFIG_VALUE_${index}`] = value;
  });
  return environment;
}

/** Runs git once and gives its standard output; any exit status but 0 rejects with a GitCommandError. */
export async function runGit(
  at: GitFolder,
  args: readonly string[],
  secretSettings: ReadonlyMap<string, string> = new Map(),
): Promise<string> {
  const environment = gitEnvironment(at, secretSettings);
  const failures: GitCommandError[] = [];
  const git = simpleGit({
    baseDir: at.folder,
    timeout: { block: OUTPUT_SILENCE_MS },
    allowEnvironment: Object.keys(environment),
    // simple-git refuses these names from whoever passes them; here they are set by us, to what is stricter than git's default.
    unsafe: { allowUnsafeConfigPaths: true, allowUnsafeConfigEnvCount: true, allowUnsafeHooksPath: true },
    errors: (error, result) => {
      if (result.exitCode === 0) return error;
      const stdout = Buffer.concat(result.stdOut).toString("utf8");
      const stderr = Buffer.concat(result.stdErr).toString("utf8");
      const failure = new GitCommandError(describeFailure(args, stderr, secretSettings), {
        exitCode: result.exitCode,
        stdout,
      });
      failures.push(failure);
      return failure;
    },
  }).env(environment);
  try {
    return await git.raw([...args]);
  } catch (error) {
    // simple-git may put an error of its own around ours, which then has no exit status.
    throw failures[0] ?? error;
  }
}

function describeFailure(args: readonly string[], stderr: string, secretSettings: ReadonlyMap<string, string>): string {
  let words = stderr;
  for (const secret of secretWords(secretSettings)) words = words.replaceAll(secret, "[secret]");
  const plain = words
    .replace(/:\/\/[^/@\s]*@/g, "://[secret]@")
    // Remote messages may hold terminal escapes.
    .replace(/[^\P{C}\n]/gu, "?")
    .trim()
    .slice(0, 2000);
  return `git ${args[0] ?? ""} failed: ${plain === "" ? "it said nothing" : plain}`;
}

/** A remote may repeat the header that it got, or what it decoded from it. */
function secretWords(secretSettings: ReadonlyMap<string, string>): readonly string[] {
  const encoded = [...secretSettings.values()].flatMap((value) => value.split(" ").slice(-1));
  const decoded = encoded.map((word) =>
    Buffer.from(word, "base64")
      .toString("utf8")
      .replace(/^[^:]*:/, ""),
  );
  return [...encoded, ...decoded].filter((word) => word.length >= 4);
}
