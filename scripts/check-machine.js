// Run before the tests: says what this machine lacks, instead of a hundred tests that fail for it.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const leastNode = [20, 18];
// `git merge-tree --write-tree`, with which Signalbox merges without a checkout, came with 2.38.
const leastGit = [2, 38];

/** Of "git version 2.39.5 (Apple Git-154)" or "v20.20.2": [2, 39] or [20, 20]; null where there is no version in it. */
function versionIn(text) {
  const found = /(\d+)\.(\d+)/.exec(text);
  return found === null ? null : [Number(found[1]), Number(found[2])];
}

function isAtLeast([major, minor], [leastMajor, leastMinor]) {
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

function git(...args) {
  return execFileSync("git", args, { encoding: "utf8" }).trim();
}

function lacksOfNode() {
  const version = versionIn(process.version);
  if (version !== null && isAtLeast(version, leastNode)) return [];
  return [
    `Node ${leastNode.join(".")} or newer is needed; this is ${process.version}. See https://nodejs.org/en/download`,
  ];
}

function lacksOfGit() {
  let said;
  try {
    said = git("--version");
  } catch (error) {
    return [`git ${leastGit.join(".")} or newer is needed; running \`git --version\` failed: ${error.message}`];
  }
  const version = versionIn(said);
  if (version === null || !isAtLeast(version, leastGit)) {
    return [`git ${leastGit.join(".")} or newer is needed; this is "${said}". See https://git-scm.com/downloads`];
  }
  const folder = git("--exec-path");
  if (["git-http-backend", "git-http-backend.exe"].some((name) => existsSync(join(folder, name)))) return [];
  return [
    `git's http-backend is needed, and ${folder} has none. It is in the package git, or git-daemon (Alpine, Fedora).`,
  ];
}

const lacks = [...lacksOfNode(), ...lacksOfGit()];
for (const lack of lacks) console.error(lack);
process.exitCode = lacks.length === 0 ? 0 : 1;
