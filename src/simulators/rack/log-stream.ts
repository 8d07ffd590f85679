export interface LogLine {
  readonly atMs: number;
  /** `service/<service>/<pid>`, `system/…` or, of a build, empty. */
  readonly source: string;
  readonly message: string;
}

/** Lines that can be read back and followed until the stream ends. */
export interface LogStream {
  readonly lines: readonly LogLine[];
  readonly ended: boolean;
  append(line: LogLine): void;
  end(): void;
  follow(onLine: (line: LogLine) => void, onEnd: () => void): () => void;
}

interface Follower {
  readonly onLine: (line: LogLine) => void;
  readonly onEnd: () => void;
}

export function createLogStream(): LogStream {
  const lines: LogLine[] = [];
  const followers = new Set<Follower>();
  let ended = false;
  return {
    lines,
    get ended() {
      return ended;
    },
    append(line) {
      lines.push(line);
      for (const follower of [...followers]) follower.onLine(line);
    },
    end() {
      ended = true;
      for (const follower of [...followers]) follower.onEnd();
      followers.clear();
    },
    follow(onLine, onEnd) {
      const follower = { onLine, onEnd };
      followers.add(follower);
      return () => followers.delete(follower);
    },
  };
}
