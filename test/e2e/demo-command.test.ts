// The demo as scripts use it: somebody's own config repo and people, where everything is in a file, and nothing left behind.
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { simpleGit } from "simple-git";
import { until } from "../../src/demo/until.ts";
import type { WorldInfo } from "../../src/demo/world.ts";

const MAIN = join(import.meta.dirname, "../../dist/main.js");
const LIMIT_MS = 60_000;

const FILES: Readonly<Record<string, string>> = {
  "signalbox.yml": "version: 1\n",
  "bindings/all.yml": '- { role: Administrator, subjects: ["user:kim"] }\n',
  "racks/lab/rack.yml":
    'endpoint: https://api.lab.example # stays\npassword: { ref: "env://LAB_PASSWORD" }\nrecipients: ["age1phsr09znau4nrp27xz5la4wc5hwweakzxsn04x70v66vwmutm3kqdltafv"]\n',
  "racks/lab/apps/hello/app.yml": "build: { images: true }\n",
  "racks/lab/apps/hello/convox.yml": "services:\n  hello:\n    image: nginx:1.27\n",
  "racks/lab/apps/hello/env.yml": "{}\n",
};

describe("signalbox demo", () => {
  it(
    "begins with the config repo and the people it is given, tells where all is, and leaves nothing behind",
    async () => {
      const folder = await mkdtemp(join(tmpdir(), "signalbox-demo-test-"));
      const scratch = join(folder, "tmp");
      await mkdir(scratch);
      for (const [path, text] of Object.entries(FILES)) {
        await mkdir(dirname(join(folder, "config", path)), { recursive: true });
        await writeFile(join(folder, "config", path), text);
      }
      await writeFile(
        join(folder, "people.json"),
        '{ "kim": { "teams": ["lab"], "admin": true }, "lee": { "teams": [] } }',
      );
      // Of a git repo its tip is what counts, not what lies in the folder.
      const git = simpleGit(join(folder, "config"));
      await git.init();
      await git.addConfig("user.name", "kim");
      await git.addConfig("user.email", "kim@users.noreply.github.com");
      await git.add("--all");
      await git.commit("The lab");
      await writeFile(join(folder, "config", "signalbox.yml"), "not: committed\n");
      const file = join(folder, "info.json");
      const options = [
        "--idle",
        "--config",
        join(folder, "config"),
        "--people",
        join(folder, "people.json"),
        "--info",
        file,
      ];
      const child = spawn(process.execPath, [MAIN, "demo", ...options], {
        env: { ...process.env, TMPDIR: scratch, LAB_PASSWORD: "lab-password-of-the-test" },
        stdio: ["ignore", "ignore", "inherit"],
      });
      const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
      const info = await infoIn(file, () => true);
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      expect(Object.keys(info.people)).toEqual(["kim", "lee"]);
      expect(info.racks["lab"]?.password).toBe("lab-password-of-the-test");
      expect(await stateOf(info)).toMatchObject({ apps: [{ name: "hello", status: "running" }] });

      process.kill(info.signalbox.pid, "SIGKILL");
      const after = await infoIn(file, ({ signalbox }) => signalbox.pid !== info.signalbox.pid);
      expect(after).toEqual({ ...info, signalbox: { ...info.signalbox, pid: after.signalbox.pid } });

      child.kill("SIGINT");
      expect(await ended).toBe(0);
      expect(await readdir(scratch)).toEqual([]);
      expect(() => process.kill(after.signalbox.pid, 0)).toThrow("ESRCH");
      await expect(fetch(info.github.api)).rejects.toThrow();
      await rm(folder, { recursive: true, force: true });
    },
    LIMIT_MS,
  );
});

function infoIn(file: string, isIt: (info: WorldInfo) => boolean): Promise<WorldInfo> {
  return until("the demo to say where all is", async () => {
    const text = await readFile(file, "utf8").catch(() => null);
    // The demo's own format (spec §9).
    const info = text === null ? null : (JSON.parse(text) as WorldInfo);
    return info !== null && isIt(info) ? { found: info, seen: "" } : { seen: text ?? "no file" };
  });
}

async function stateOf(info: WorldInfo): Promise<unknown> {
  return (await fetch(`${info.racks["lab"]?.control ?? ""}/state`)).json();
}
