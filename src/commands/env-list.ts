// `signalbox env list`: which variables an app has and how each is kept. No value is shown, plain ones included.
import { columns } from "../render/columns.ts";
import { visible } from "../render/visible.ts";
import { openAppEnvironment } from "./app-environment.ts";
import { writeJson, type Format } from "./format.ts";
import type { ExitStatus, Terminal } from "./terminal.ts";

export interface EnvListOptions {
  /** RACK/APP. */
  readonly app: string;
  readonly dir?: string;
  readonly format: Format;
}

export async function envList(options: EnvListOptions, terminal: Terminal): Promise<ExitStatus> {
  const { values } = await openAppEnvironment(options.app, options.dir, terminal);
  const listed = [...values].map(([key, value]) => ({
    key,
    kind: value.kind,
    ...(value.kind === "reference" ? { ref: value.uri } : {}),
  }));
  if (options.format === "json") writeJson({ variables: listed }, terminal);
  else {
    terminal.write(
      columns(listed.map(({ key, kind, ref }) => [key, kind, visible(ref ?? "")]))
        .map((line) => `${line}\n`)
        .join(""),
    );
  }
  return 0;
}
