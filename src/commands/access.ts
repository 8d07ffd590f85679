// `signalbox access`: who may do what, by the roles and bindings of a folder.
import { resolve } from "node:path";
import type { RackName, Subject } from "../manifest/types.ts";
import { boundSubjects } from "../rbac/access-index.ts";
import { accessRowsOf, type AccessRow } from "../rbac/access-rows.ts";
import { askerOfSubject } from "../rbac/asker.ts";
import { ACCESS_CSV_HEAD, accessCsv, accessJson, accessText } from "../render/access-text.ts";
import { isFolder, openPolicyFolder } from "./open-config.ts";
import { parseSubject, parseTeams, peopleOf } from "./people-options.ts";
import type { ExitStatus, Terminal } from "./terminal.ts";

export interface AccessOptions {
  readonly subject?: string;
  readonly dir?: string;
  readonly rack?: string;
  readonly team: readonly string[];
  readonly format: "text" | "csv" | "json";
}

/** Written subject by subject: two thousand people are never held as one text. */
export async function access(given: AccessOptions, terminal: Terminal): Promise<ExitStatus> {
  const { subject, dir } = await placeFolder(given, terminal);
  const asked = subject === undefined ? null : parseSubject(subject);
  const teams = parseTeams(given.team);
  const { repo } = await openPolicyFolder(dir, terminal);
  const bound = boundSubjects(repo.access);
  const users = [...bound, ...(asked === null ? [] : [asked])].filter((one) => one.startsWith("user:"));
  const people = peopleOf(
    users.map((one) => one.slice("user:".length)),
    teams,
  );
  const everybody = new Set<Subject>([...bound, ...Array.from(people.members, (login): Subject => `user:${login}`)]);
  const on = { rack: (given.rack ?? null) as RackName | null, at: Date.now() }; // only ever compared
  const print = PRINTERS[given.format](terminal);
  let isEmpty = true;
  for (const one of asked === null ? [...everybody].sort() : [asked]) {
    const rows = accessRowsOf(repo.access, askerOfSubject(one, people), on);
    if (rows.length === 0) continue;
    print.rows(one, rows);
    isEmpty = false;
  }
  print.end({ isEmpty });
  return isEmpty ? 1 : 0;
}

/** The subject may be left out before the folder: what has a slash or only dots, and is a folder, is one. */
async function placeFolder(
  { subject, dir }: AccessOptions,
  terminal: Terminal,
): Promise<Pick<AccessOptions, "subject" | "dir">> {
  const mayBeFolder = subject !== undefined && dir === undefined && /\/|^\.+$/.test(subject);
  if (mayBeFolder && (await isFolder(resolve(terminal.folder, subject)))) return { dir: subject };
  return { ...(subject === undefined ? {} : { subject }), ...(dir === undefined ? {} : { dir }) };
}

interface Printer {
  rows(subject: Subject, rows: readonly AccessRow[]): void;
  end(of: { readonly isEmpty: boolean }): void;
}

const PRINTERS: Readonly<Record<AccessOptions["format"], (terminal: Terminal) => Printer>> = {
  text: (terminal) => ({
    rows: (subject, rows) => {
      terminal.write(accessText(subject, rows));
    },
    end: ({ isEmpty }) => {
      if (isEmpty) terminal.write("nothing\n");
    },
  }),
  csv: (terminal) => {
    terminal.write(ACCESS_CSV_HEAD);
    return {
      rows: (_subject, rows) => {
        terminal.write(accessCsv(rows));
      },
      end: () => undefined,
    };
  },
  json: (terminal) => {
    let before = '{ "access": [\n';
    return {
      rows: (_subject, rows) => {
        terminal.write(`${before}${rows.map((row) => JSON.stringify(accessJson(row))).join(",\n")}`);
        before = ",\n";
      },
      end: ({ isEmpty }) => {
        terminal.write(isEmpty ? '{ "access": [] }\n' : "\n] }\n");
      },
    };
  },
};
