// What a change takes away with its data blocks it, unless app.yml names it. The trees are read, as they are in a check.
import { describe, expect, it } from "@jest/globals";
import type { ConfigRepo } from "../../src/manifest/types.ts";
import { changesOf } from "../../src/rbac/changes.ts";
import { deletionFindings } from "../../src/rbac/deletion-findings.ts";
import { judge } from "../../src/rbac/judge.ts";
import { aTree, predefinedRoles } from "../manifest/a-tree.ts";
import { loadConfigRepo } from "../manifest/load-config-repo.ts";
import { propose } from "./repo-by-hand.ts";

interface Written {
  readonly convox: string;
  readonly app?: string;
  readonly env?: string;
}

const IMAGES = "build: { images: true }\n";
const WEB = "services:\n  web:\n    image: acme/web:1\n";
const DB = "resources:\n  db: { type: postgres }\n";
const volume = (written: string): string => `${WEB}    volumes: ["${written}"]\n`;
const efs = (id: string, service = "web"): string =>
  `services:\n  ${service}:\n    image: acme/web:1\n    volumeOptions:\n` +
  `      - awsEfs: { id: ${id}, mountPath: /files, accessMode: ReadWriteMany }\n`;

function load({ convox, app = IMAGES, env = "{}\n" }: Written): ConfigRepo {
  const folder = "racks/staging/apps/web";
  const tree = aTree({ [`${folder}/convox.yml`]: convox, [`${folder}/app.yml`]: app, [`${folder}/env.yml`]: env });
  return loadConfigRepo(tree, { predefinedRoles });
}

function found(before: Written, after: Written): readonly string[] {
  const [base, head] = [load(before), load(after)];
  return deletionFindings(changesOf(base, head), base, head).map(
    ({ file, line, level, rule, message, hint }) =>
      `${file}:${String(line)} ${level} ${rule} | ${message} | ${hint ?? ""}`,
  );
}

const APP = "racks/staging/apps/web/app.yml";
const unnamed = (line: number, name: string, what: string): string =>
  `${APP}:${String(line)} error unnamed-deletion | expected \`${name}\` in \`delete\`, since ${what} and its data would go, found`;

describe("data that a change takes away is said", () => {
  const cases: readonly [rule: string, before: Written, after: Written, said: readonly string[]][] = [
    [
      "where a resource leaves convox.yml",
      { convox: WEB + DB },
      { convox: WEB },
      [
        `${unnamed(1, "db", "the resource `db` leaves convox.yml")} no \`delete\` | ` +
          "put it back into convox.yml, or let it go: add `db` to the list `delete`",
      ],
    ],
    [
      "where a resource becomes one of another type",
      { convox: WEB + DB },
      { convox: WEB + DB.replace("postgres", "rds-postgres") },
      [
        `${unnamed(1, "db", "the resource `db` changes its type in convox.yml")} no \`delete\` | ` +
          "put it back into convox.yml, or let it go: add `db` to the list `delete`",
      ],
    ],
    [
      "where a value of env.yml makes it one of another type",
      { convox: WEB + DB.replace("postgres", "${KIND}"), env: "KIND: postgres\n" },
      { convox: WEB + DB.replace("postgres", "${KIND}"), env: "KIND: redis\n" },
      [
        `${unnamed(1, "db", "the resource `db` changes its type in convox.yml")} no \`delete\` | ` +
          "put it back into convox.yml, or let it go: add `db` to the list `delete`",
      ],
    ],
    [
      "where `delete` names another, with a near miss",
      { convox: WEB + DB },
      { convox: WEB, app: `${IMAGES}delete:\n  - bd\n` },
      [`${unnamed(3, "db", "the resource `db` leaves convox.yml")} \`bd\` | did you mean \`db\` by \`bd\`?`],
    ],
    [
      "where a volume of a service leaves",
      { convox: efs("files") },
      { convox: efs("file") },
      [
        `${unnamed(1, "files", "the volume `files` of the service `web` leaves convox.yml")} no \`delete\` | ` +
          "put it back into convox.yml, or let it go: add `files` to the list `delete`",
      ],
    ],
    [
      "where the service of a volume has another name",
      { convox: efs("files") },
      { convox: efs("files", "www") },
      [
        `${unnamed(1, "files", "the volume `files` of the service `web` leaves convox.yml")} no \`delete\` | ` +
          "put it back into convox.yml, or let it go: add `files` to the list `delete`",
      ],
    ],
    [
      "where a named volume leaves, and `delete` names only others",
      { convox: volume("data:/data") + DB },
      { convox: WEB, app: `${IMAGES}delete: [db]\n` },
      [
        `${unnamed(2, "data", "the volume `data` leaves convox.yml")} \`db\` | ` +
          "put it back into convox.yml, or let it go: add `data` to the list `delete`",
      ],
    ],
    [
      "where names are long or many, in short",
      { convox: volume(`${"x".repeat(60)}:/data`) },
      { convox: WEB, app: `${IMAGES}delete: [a1, b2, c3, d4, e5, f6]\n` },
      [
        `${unnamed(2, `${"x".repeat(40)}…`, `the volume \`${"x".repeat(40)}…\` leaves convox.yml`)} \`a1\`, \`b2\`, \`c3\`, \`d4\`, \`e5\` and 1 more | ` +
          `put it back into convox.yml, or let it go: add \`${"x".repeat(40)}…\` to the list \`delete\``,
      ],
    ],
    [
      "where a volume without a name leaves",
      { convox: volume("/data") },
      { convox: WEB },
      [
        `${unnamed(1, "/data", "the volume `/data` of the service `web` leaves convox.yml")} no \`delete\` | ` +
          "put it back into convox.yml, or let it go: add `/data` to the list `delete`",
      ],
    ],
  ];
  it.each(cases)("%s", (_, before, after, said) => {
    expect(found(before, after)).toEqual(said);
  });
});

describe("data goes unsaid", () => {
  const cases: readonly [rule: string, before: Written, after: Written][] = [
    ["where `delete` names it", { convox: WEB + DB }, { convox: WEB, app: `${IMAGES}delete: [db]\n` }],
    ["where the whole app may be deleted", { convox: WEB + DB }, { convox: WEB, app: `${IMAGES}delete: true\n` }],
    [
      "where its options alone change",
      { convox: WEB + DB },
      { convox: WEB + DB.replace(" }", ", options: { version: 17 } }") },
    ],
    ["where a folder of the host is no longer mounted", { convox: volume("/var/run/docker.sock") }, { convox: WEB }],
    [
      "where a volume is empty at each start",
      { convox: `${WEB}    volumeOptions: [{ emptyDir: { id: tmp, mountPath: /tmp } }]\n` },
      { convox: WEB },
    ],
    [
      "where a named volume is another service's from now on",
      { convox: volume("data:/a") },
      { convox: volume("data:/b").replace(/web:$/m, "api:") },
    ],
    [
      "where convox.yml comes with the builds of CI",
      { convox: WEB + DB },
      { convox: WEB + DB, app: "build: { pushed: true }\n" },
    ],
    ["where something else changes", { convox: WEB + DB }, { convox: `# as before\n${WEB}${DB}` }],
  ];
  it.each(cases)("%s", (_, before, after) => {
    expect(found(before, after)).toEqual([]);
  });
});

it("is blocked by it, whoever proposes", () => {
  const [base, head] = [load({ convox: WEB + DB }), load({ convox: WEB })];
  const { outcome, findings } = judge([{ name: "base", repo: base }], { ...propose({ author: "pia" }), base, head });
  expect(outcome).toBe("blocked");
  expect(findings.filter(({ level }) => level === "error").map(({ rule }) => rule)).toEqual(["unnamed-deletion"]);
});
