// A git that notes when it is started, and what the one that is kept for reading is asked.
import { chmod, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { run } from "./config-repo.ts";

export interface CountedGit {
  /** For `PATH`. */
  readonly path: string;
  /** The arguments of each start so far. */
  starts(): Promise<readonly string[]>;
  /** Different objects asked for so far. */
  objects(): Promise<number>;
}

/** @param folder where it may keep what it notes */
export async function countedGit(folder: string, path: string): Promise<CountedGit> {
  const own = await mkdtemp(join(folder, "git-"));
  const [starts, questions] = [join(own, "starts"), join(own, "questions")];
  const real = join((await run(folder, ["--exec-path"])).trim(), "git");
  const script = [
    "#!/bin/sh",
    `echo "$*" >> "${starts}"`,
    `case "$1" in cat-file) tee -a "${questions}" | "${real}" "$@" ;; *) exec "${real}" "$@" ;; esac`,
    "",
  ].join("\n");
  await writeFile(join(own, "git"), script);
  for (const file of [starts, questions]) await writeFile(file, "");
  await chmod(join(own, "git"), 0o755);
  const linesOf = async (file: string): Promise<readonly string[]> =>
    (await readFile(file, "utf8")).split("\n").filter((line) => line !== "");
  return {
    path: `${own}${delimiter}${path}`,
    starts: () => linesOf(starts),
    objects: async () => new Set((await linesOf(questions)).map((line) => line.split(" ")[1])).size,
  };
}
