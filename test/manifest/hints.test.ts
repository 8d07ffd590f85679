// What people do wrong by hand, and that the finding tells them what to do. Of each case the findings are all there are.
import { describe, expect, it } from "@jest/globals";
import { aTree, predefinedRoles } from "./a-tree.ts";
import { loadConfigRepo } from "./load-config-repo.ts";

const CONVOX = "racks/staging/apps/web/convox.yml";
const ENV = "racks/staging/apps/web/env.yml";
const APP = "racks/staging/apps/web/app.yml";

function hints(files: Readonly<Record<string, string>>): readonly string[] {
  const plain = { [CONVOX]: "services:\n  web: { image: a }\n", ...files };
  return loadConfigRepo(aTree(plain), { predefinedRoles }).findings.map(
    ({ line, column, rule, hint }) => `${String(line)}:${String(column)} ${rule} | ${hint ?? ""}`,
  );
}

const custom = (require: string): Readonly<Record<string, string>> => ({
  "signalbox.yml": `version: 1\nguardrails:\n  custom:\n    - { name: a, level: warn, each: service, message: M, require: "${require}" }\n`,
});
const COLON = "write `key: value`, with a space after the colon";
const INDENT = "check the indentation: it may belong to what stands above";

describe("a finding says what to do", () => {
  const cases: readonly [mistake: string, files: Readonly<Record<string, string>>, said: readonly string[]][] = [
    ["no space after the colon", { [ENV]: "LOG_LEVEL:info\n" }, [`1:1 bad-value | ${COLON}`]],
    [
      "no space after the first of several colons",
      { [ENV]: "LOG_LEVEL:info\nA: b\n" },
      ["1:1 yaml-syntax | put a space after each `:`, a value that holds `: ` in quotes, and check the indentation"],
    ],
    ["the form of dotenv", { [ENV]: "A=b\nC=d\n" }, [`1:1 bad-value | ${COLON}`]],
    [
      "nothing in a file",
      { [ENV]: "# nothing yet\n" },
      ["1:1 empty-file | write `{}` where there is nothing to say, `[]` for an empty list"],
    ],
    ["no value", { [ENV]: "A:\n" }, ['1:3 bad-value | write `""` for an empty text']],
    ["a number for a text", { [ENV]: "A: 1\n" }, ["1:4 bad-value | put it in quotes"]],
    ["a text for a number", { "signalbox.yml": 'version: "1"\n' }, ["1:10 bad-value | write a number, without quotes"]],
    [
      "a number where quotes would not help",
      { "signalbox.yml": "version: 1\napprovals: [{ name: a, require: 2 }]\n" },
      ["2:33 bad-value | for example `{ count: 1, from: { roles: [Administrator] } }`"],
    ],
    [
      "one thing for a list",
      { "bindings/a.yml": '- { role: DeveloperV2, subjects: "user:ana" }\n' },
      ["1:34 bad-value | put it in a list: `[…]`"],
    ],
    [
      "a guardrail of one's own beside `custom`",
      {
        "signalbox.yml":
          "version: 1\nguardrails:\n  my-own: { level: error, each: service, require: 'true', message: M }\n",
      },
      [
        "3:3 unknown-key | a guardrail of your own stands in the list `custom`, as `- { name, level, each, require, message }`",
      ],
    ],
    [
      "guardrails as a list",
      { "signalbox.yml": "version: 1\nguardrails: [image-pinned]\n" },
      ["2:13 bad-value | make it a map: `key: value`, without `- ` before it"],
    ],
    [
      "a level by another word, and by none",
      { "signalbox.yml": "version: 1\nguardrails: { image-pinned: warning, no-privileged: true }\n" },
      ["2:29 bad-value | `warn` says that here", "2:53 bad-value | for example `warn`"],
    ],
    [
      "approval rules of policy-bot",
      {
        "signalbox.yml":
          "version: 1\napprovals:\n  - name: x\n    if: { paths: ['roles/**'] }\n    requires: { count: 1, teams: [platform] }\n",
      },
      ["4:5 unknown-key | `when` says that here", "5:5 unknown-key | `require` says that here"],
    ],
    [
      "who approves, beside how many",
      { "signalbox.yml": "version: 1\napprovals: [{ name: x, require: { count: 1, teams: [a] } }]\n" },
      ["2:45 unknown-key | put it in `from`, as `from: { teams: [platform] }`"],
    ],
    [
      "a team with its organisation, and a login as it is mentioned",
      {
        "signalbox.yml":
          "version: 1\napprovals:\n  - { name: x, require: { count: 1, from: { teams: [acme/web], users: ['@ana'] } } }\n",
      },
      ["3:53 bad-value | for example `platform`", "3:72 bad-value | for example `ana`"],
    ],
    [
      "the sync of Argo CD",
      { "signalbox.yml": "version: 1\nsync: { automated: { selfHeal: true } }\n" },
      ["2:9 unknown-key | `drift` says that here"],
    ],
    [
      "a role of Kubernetes",
      { "roles/a.yml": "rules:\n  - { resources: [applications], verbs: [get] }\n" },
      ["1:1 unknown-key | `permissions` says that here"],
    ],
    [
      "resources and verbs of Kubernetes and Convox",
      { "roles/a.yml": "permissions:\n  - { resource: apps, action: deploy }\n" },
      ["2:17 bad-value | `applications` says that here", "2:31 bad-value | `write` says that here"],
    ],
    [
      "a binding of Kubernetes",
      { "bindings/a.yml": "- { roleRef: DeveloperV2, members: [user:ana] }\n" },
      ["1:5 unknown-key | `role` says that here", "1:27 unknown-key | `subjects` says that here"],
    ],
    [
      "a subject without its kind, and one of Kubernetes",
      { "bindings/a.yml": "- { role: DeveloperV2, subjects: [ana, { kind: User, name: ana }] }\n" },
      ["1:35 bad-value | for example `team:web`", "1:40 bad-value | for example `team:web`"],
    ],
    [
      "what belongs in convox.yml",
      { [APP]: "build: { images: true }\nimage: acme/web:1\n" },
      [
        "2:1 unknown-key | it belongs in convox.yml; app.yml says where the build comes from, as `build: { images: true }`",
      ],
    ],
    [
      "the source of Argo CD",
      { [APP]: "source: { repoURL: https://github.com/acme/web }\n" },
      ["1:1 unknown-key | `build` says that here"],
    ],
    [
      "a deploy key in plain sight",
      { "deploy-keys/a.yml": "key: abc\nracks: [staging]\napps: all\nexpires: 90d\n" },
      [
        "1:1 unknown-key | `hash` says that here",
        "4:10 bad-value | for example `2027-03-31`",
        "1:1 not-used-yet | do not rely on them yet",
      ],
    ],
    [
      "replicas, and services as a list",
      { [CONVOX]: "services:\n  web: { image: a, scale: { replicas: 2 } }\ntimers: [{ cron: '* 1 * * *' }]\n" },
      [
        "2:29 unknown-key | `count` says that here",
        "3:9 bad-value | make it a map: `key: value`, without `- ` before it",
      ],
    ],
    [
      "too little indentation",
      { [CONVOX]: "services:\n  web: { image: a }\n  port: 80\n" },
      [`3:9 bad-value | ${INDENT}`],
    ],
    [
      "a star without quotes",
      { "roles/a.yml": "permissions:\n  - { resource: applications, names: *, action: read }\n" },
      ["2:38 alias | put a value that begins with `*` or `&` in quotes"],
    ],
    [
      "a space that is none",
      { [APP]: "build: { images: true }\n\u00a0\u00a0lock: true\n" },
      ["2:1 unknown-key | it holds U+00A0, which may look like another character"],
    ],
    ["lines in a value", { [ENV]: "A: |\n  b\n  c\n" }, ["1:4 bad-value | "]],
    [
      "a key of env.yml in another spelling",
      { [ENV]: "DATABSE_URL: x\n", [CONVOX]: "services:\n  web: { image: a, environment: [DATABASE_URL] }\n" },
      ["2:34 required-key | env.yml has `DATABSE_URL`: rename one of them"],
    ],
    [
      "a key of env.yml that is missing beside a like one that is read",
      { [ENV]: "DB_A: x\n", [CONVOX]: "services:\n  web: { image: a, environment: [DB_A, DB_B] }\n" },
      ["2:40 required-key | add DB_B to env.yml, or write `DB_B=default` here"],
    ],
    [
      "an object for what is in it",
      custom("service.scale.count >= 2"),
      ["4:67 bad-expression | a Count has `min`, `max`"],
    ],
  ];
  it.each(cases)("%s", (_, files, said) => {
    expect(hints(files)).toEqual(said);
  });
});
