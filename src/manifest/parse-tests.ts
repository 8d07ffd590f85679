// Policy tests: what somebody may, or the verdict that a change must get.
import { shownWord } from "./found-words.ts";
import { didYouMean } from "./near-miss.ts";
import { parseStrictFile, type ParsedFile, type Reader } from "./parsed-file.ts";
import { readInstant } from "./read-parts.ts";
import { fileKindOf, isSignalboxPath } from "./repo-paths.ts";
import { createSchemaCheck } from "./schema-check.ts";
import { testsSchema } from "./schemas/tests.ts";
import {
  RESOURCE_TYPES,
  type Action,
  type AskedRight,
  type Instant,
  type Login,
  type RackName,
  type ResourceType,
  type RightsTest,
  type Subject,
  type VerdictTest,
} from "./types.ts";
import type { Step } from "./yaml-tree.ts";

type RightsJson = Readonly<Partial<Record<Action, readonly string[]>>>;

interface ChangeJson {
  readonly by: string;
  readonly paths: readonly string[];
  readonly contributors?: readonly string[];
  readonly approvedBy?: readonly string[];
  readonly labels?: readonly string[];
  readonly teams?: Readonly<Record<string, readonly string[]>>;
  readonly at?: string;
}

interface TestJson {
  readonly name: string;
  readonly as?: string;
  readonly teams?: readonly string[];
  readonly at?: string;
  readonly may?: RightsJson;
  readonly mayNot?: RightsJson;
  readonly change?: ChangeJson;
  readonly expect?: VerdictTest["expect"];
}

type InFile<T> = Omit<T, "file">;

/** A test before it is known which file it stands in. */
export type LocalTest = InFile<VerdictTest> | (InFile<Omit<RightsTest, "asked">> & { readonly asked: LocalRight[] });

type LocalRight = InFile<AskedRight>;

const check = createSchemaCheck<readonly TestJson[]>(testsSchema, { mayQuote: () => true, unknownKeys: "error" });

export function parseTests(text: string): ParsedFile<readonly LocalTest[]> {
  return parseStrictFile(text, {
    check,
    convert: (json, reader) => json.flatMap((test, index) => readTest(test, [index], reader) ?? []),
  });
}

function readTest(test: TestJson, path: readonly Step[], reader: Reader): LocalTest | null {
  const { as, may, mayNot, change, expect, teams } = test;
  const ofRights = as !== undefined && (may ?? mayNot) !== undefined;
  const ofVerdict = change !== undefined && expect !== undefined;
  if (ofRights && (change ?? expect) === undefined) return readRights({ ...test, as }, path, reader);
  if (ofVerdict && (as ?? may ?? mayNot ?? teams) === undefined) {
    return readVerdict({ ...test, change, expect }, path, reader);
  }
  const message = "expected either `as` with `may` or `mayNot`, or `change` with `expect`, found another mixture";
  reader.error(path, { rule: "test-form", message });
  return null;
}

function readRights(test: TestJson & { readonly as: string }, path: readonly Step[], reader: Reader): LocalTest {
  const { name, as, teams, at, may = {}, mayNot = {} } = test;
  return {
    kind: "rights",
    name,
    ...reader.at(path),
    at: at === undefined ? null : readInstant(at, [...path, "at"], reader),
    as: readSubject(as),
    teams: lowerCase(teams),
    asked: [
      ...readAsked(may, { expect: "may", path: [...path, "may"], reader }),
      ...readAsked(mayNot, { expect: "may-not", path: [...path, "mayNot"], reader }),
    ],
  };
}

/** The schema admits these three kinds. */
function readSubject(text: string): Subject {
  const [kind = "", name = ""] = text.toLowerCase().split(":");
  if (kind === "app") return `app:${name.replace(/\[bot\]$/, "")}`;
  return kind === "team" ? `team:${name}` : `user:${name}`;
}

interface AskedPlace {
  readonly expect: AskedRight["expect"];
  readonly path: readonly Step[];
  readonly reader: Reader;
}

function readAsked(rights: RightsJson, { expect, path, reader }: AskedPlace): readonly LocalRight[] {
  return (["read", "write"] as const).flatMap((action) =>
    (rights[action] ?? []).flatMap((text, index) => {
      const at = [...path, action, index];
      const asked = readResource(text, at, reader);
      return asked === null ? [] : [{ expect, action, ...asked, ...reader.at(at) }];
    }),
  );
}

const RESOURCE = /^([a-z-]+)(?: (?!on )([A-Za-z0-9_.-]+))?(?: on ([a-z][a-z0-9-]*))?$/;
const ON_RACKS: readonly ResourceType[] = ["racks", "applications", "environment", "kubectl-access"];

function readResource(
  text: string,
  path: readonly Step[],
  reader: Reader,
): Pick<AskedRight, "resource" | "name" | "rack"> | null {
  const [, type = "", name, rack] = RESOURCE.exec(text) ?? [];
  const resource = RESOURCE_TYPES.find((known) => known === type);
  if (resource === undefined) {
    const message = `expected a resource type, found \`${shownWord(type === "" ? text : type)}\``;
    reader.error(path, { rule: "unknown-resource", message, hint: didYouMean(type, RESOURCE_TYPES) });
    return null;
  }
  if (rack !== undefined && !ON_RACKS.includes(resource)) {
    const message = `expected no rack after \`${resource}\`, which belongs to none, found \`on ${rack}\``;
    reader.error(path, { rule: "racks-without-rack", message, hint: `write \`${resource}\`` });
    return null;
  }
  return { resource, name: name ?? null, rack: rack === undefined ? null : (rack as RackName) }; // only ever compared
}

function readVerdict(
  test: TestJson & Required<Pick<TestJson, "change" | "expect">>,
  path: readonly Step[],
  reader: Reader,
): LocalTest {
  const { name, change, expect } = test;
  change.paths.forEach((one, index) => {
    if (!isSignalboxPath(one) || fileKindOf(one) !== null) return;
    const message = `expected the path of a file that Signalbox knows, found \`${shownWord(one)}\``;
    reader.error([...path, "change", "paths", index], { rule: "unknown-path", message });
  });
  return {
    kind: "verdict",
    name,
    ...reader.at([...path, "expect"]),
    at: readTime(test, path, reader),
    by: readAuthor(change.by),
    paths: change.paths,
    contributors: lowerCase(change.contributors),
    approvedBy: lowerCase(change.approvedBy),
    labels: change.labels ?? [],
    teams: new Map(
      Object.entries(change.teams ?? {}).map(([team, people]) => [team.toLowerCase(), new Set(lowerCase(people))]),
    ),
    expect,
  };
}

function readTime({ at, change }: TestJson, path: readonly Step[], reader: Reader): Instant | null {
  if (change?.at !== undefined) return readInstant(change.at, [...path, "change", "at"], reader);
  return at === undefined ? null : readInstant(at, [...path, "at"], reader);
}

/** A pull request of an App is by its bot. */
function readAuthor(by: string): Login {
  const [kind = "", name = ""] = by.toLowerCase().split(":");
  return kind === "app" ? `${name.replace(/\[bot\]$/, "")}[bot]` : name;
}

function lowerCase(names: readonly string[] | undefined): readonly string[] {
  return (names ?? []).map((name) => name.toLowerCase());
}
