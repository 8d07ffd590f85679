import { parseGoDuration } from "./go-duration.ts";
import type { LogLine, LogStream } from "./log-stream.ts";
import { header } from "./rack-request.ts";
import { findApp, findBuild } from "./rack-state.ts";
import { RackError } from "./reply.ts";
import type { Session } from "./session.ts";
import { findLiveService } from "./service-routes.ts";

interface Selection {
  readonly includes: (line: LogLine) => boolean;
  readonly format: (line: LogLine) => string;
}

/** What is there, then, unless `Follow` says false, what comes, until the stream or the client ends. */
function stream(session: Session, lines: LogStream, { includes, format }: Selection): void {
  const write = (line: LogLine): void => {
    if (includes(line)) session.write(format(line));
  };
  for (const line of lines.lines) write(line);
  if (lines.ended || header(session.headers, "follow") === "false") {
    session.end();
    return;
  }
  session.onClose(lines.follow(write, () => session.end()));
}

function sinceMs(session: Session): number {
  const text = header(session.headers, "since") ?? "2m";
  const duration = parseGoDuration(text);
  if (duration === undefined) throw new RackError(500, `time: invalid duration "${text}"`);
  return session.rack.clock.now() - duration;
}

function streamApp(session: Session, lines: LogStream, belongs: (line: LogLine) => boolean): void {
  const from = sinceMs(session);
  const filter = header(session.headers, "filter") ?? "";
  const hasPrefix = header(session.headers, "prefix") === "true";
  stream(session, lines, {
    includes: (line) => line.atMs >= from && belongs(line) && line.message.includes(filter),
    format: ({ atMs, source, message }) =>
      hasPrefix ? `${new Date(atMs).toISOString()} ${source} ${message}\n` : `${message}\n`,
  });
}

/** Logs of an app, or of one process of it where the path names one. */
export function appLogSession(session: Session): void {
  const app = findApp(session.rack, session.variable("app"));
  const pid = session.variable("pid");
  streamApp(session, app.log, (line) => pid === "" || line.source.endsWith(`/${pid}`));
}

export function serviceLogSession(session: Session): void {
  const app = findApp(session.rack, session.variable("app"));
  const service = findLiveService(app, session.variable("service"));
  streamApp(session, app.log, (line) => line.source.startsWith(`service/${service.name}/`));
}

export function buildLogSession(session: Session): void {
  const app = findApp(session.rack, session.variable("app"));
  const build = findBuild(app, session.variable("id"));
  stream(session, build.output, { includes: () => true, format: (line) => `${line.message}\n` });
}

/** A simulated rack has no log of its own; the stream is well formed and empty. */
export function systemLogSession(session: Session): void {
  session.end();
}
