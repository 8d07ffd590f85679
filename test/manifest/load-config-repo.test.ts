import { aService, NO_MANIFEST_PARTS } from "./a-service.ts";
import { describe, expect, it } from "@jest/globals";
import { loadConfigRepo } from "./load-config-repo.ts";
import type { ConfigRepo, RepoFile, RepoTree } from "../../src/manifest/types.ts";
import { aFile, aTree, predefinedRoles } from "./a-tree.ts";

const load = (tree: RepoTree): ConfigRepo => loadConfigRepo(tree, { predefinedRoles });
const withEntry = (file: RepoFile): RepoTree => new Map([...aTree(), [file.path, file]]);
const inShort = (repo: ConfigRepo): readonly string[] =>
  repo.findings.map(({ file, line, column, rule, level }) => `${file}:${line}:${column} ${level} ${rule}`);

describe("a config repo", () => {
  it("loads to values", () => {
    const repo = load(
      aTree({
        "signalbox.yml":
          "version: 1\napprovals:\n  - name: production\n    when: { production: true }\n    require: { count: 2, from: { teams: [Platform], can: write } }\nsync: { interval: 1m30s }\n",
        "roles/Dev.yml":
          "permissions:\n  - { resource: applications, names: { regex: web.* }, racks: staging, action: write }\n  - { resource: environment, names: none }\n",
        "bindings/a.yml":
          '- role: dev\n  subjects: ["user:Ana", "team:Web"]\n  racks: [staging]\n  until: 2027-03-31\n',
      }),
    );
    expect(repo.findings).toEqual([]);
    expect(repo.access.roles.get("dev")).toEqual({
      name: "Dev",
      description: "",
      file: "roles/Dev.yml",
      permissions: [
        {
          resource: "applications",
          names: { kind: "regex", source: "web.*" },
          racks: { kind: "names", names: ["staging"] },
          action: "write",
        },
        { resource: "environment", names: { kind: "none" }, racks: { kind: "all" }, action: null },
      ],
    });
    expect(repo.access.bindings).toEqual([
      {
        id: "bindings/a.yml#0",
        file: "bindings/a.yml",
        line: 1,
        role: "dev",
        subjects: ["user:ana", "team:web"],
        racks: { kind: "names", names: ["staging"] },
        until: Date.UTC(2027, 2, 31),
      },
    ]);
    expect(repo.settings).toEqual({
      approvals: [
        {
          name: "production",
          when: { paths: null, production: true, changes: null, authors: null, labels: null },
          require: { kind: "count", count: 2, from: { users: [], teams: ["platform"], roles: [], can: "write" } },
          allowAuthor: false,
          allowContributors: false,
          keepOnPush: false,
          line: 3,
        },
        {
          name: "access",
          when: {
            paths: null,
            production: null,
            changes: ["roles", "bindings", "keys", "tests", "settings"],
            authors: null,
            labels: null,
          },
          require: { kind: "count", count: 1, from: { users: [], teams: [], roles: ["Administrator"], can: null } },
          allowAuthor: false,
          allowContributors: false,
          keepOnPush: false,
          line: null,
        },
      ],
      sync: { drift: "report", intervalMs: 90_000, concurrency: 4, order: [] },
      freezes: [],
      guardrails: [],
    });
    const [[, folder] = []] = repo.racks;
    expect(folder?.rack).toEqual({
      name: "staging",
      production: false,
      mode: "apply",
      endpoint: "https://api.staging.example",
      user: "convox",
      password: { kind: "reference", uri: "env://STAGING_PASSWORD" },
      recipients: [`age1${"q".repeat(58)}`],
      version: null,
      parameters: new Map(),
      parameterPlaces: new Map(),
      ca: null,
      console: null,
      suspend: null,
    });
    expect([...(folder?.apps.values() ?? [])]).toEqual([
      {
        rack: "staging",
        name: "web",
        app: {
          build: { kind: "images" },
          parameters: new Map(),
          before: null,
          after: null,
          timeoutMs: null,
          lock: false,
          suspend: null,
          delete: null,
        },
        manifest: {
          text: "services:\n  web:\n    image: acme/web:1\n    port: 5000\n    environment:\n      - NODE_ENV\n",
          ...NO_MANIFEST_PARTS,
          services: [
            aService({
              line: 2,
              port: { port: 5000, scheme: "http" },
              environment: [{ key: "NODE_ENV", default: null }],
            }),
          ],
          requiredKeys: ["NODE_ENV"],
          interpolatedKeys: [],
          reachingKeys: [],
        },
        environment: new Map([["NODE_ENV", { kind: "plain", text: "production" }]]),
      },
    ]);
  });

  it("keeps the two default rules off only where `require: none` says so", () => {
    const { settings, findings } = load(
      aTree({ "signalbox.yml": "version: 1\napprovals:\n  - { name: access, require: none }\n" }),
    );
    expect(findings).toEqual([]);
    expect(settings.approvals.map(({ name, require }) => [name, require.kind])).toEqual([
      ["access", "none"],
      ["production", "count"],
    ]);
  });

  it("leaves everything outside its folders alone", () => {
    const tree = aTree({ "README.md": "\u202e", ".github/workflows/ci.yml": "a: b: c", "Roles/x.yml": "" });
    expect(load(tree).findings).toEqual([]);
    expect(Array.from(load(tree).files.values(), ({ path }) => path)).not.toContain("README.md");
  });

  it("names what is missing at the path where it should be", () => {
    expect(inShort(load(new Map()))).toEqual(["signalbox.yml:1:1 error missing-file"]);
    const bare = aTree({
      "racks/staging/rack.yml": null,
      "racks/staging/apps/web/env.yml": null,
      "racks/staging/apps/web/convox.yml": null,
    });
    expect(inShort(load(bare))).toEqual([
      "racks/staging/apps/web/convox.yml:1:1 error missing-file",
      "racks/staging/apps/web/env.yml:1:1 error missing-file",
      "racks/staging/rack.yml:1:1 error missing-file",
    ]);
  });

  it("lets convox.yml be absent where builds are pushed", () => {
    const repo = load(
      aTree({
        "racks/staging/apps/web/app.yml": "build: { pushed: true }\n",
        "racks/staging/apps/web/convox.yml": null,
      }),
    );
    expect(inShort(repo)).toEqual(["signalbox.yml:1:1 warning not-used-yet"]);
    const apps = [...repo.racks.values()].flatMap((rack) => [...rack.apps.values()]);
    expect(apps.map(({ manifest }) => manifest)).toEqual([null]);
  });

  it("leaves out an app with an error, and keeps it among the files and its neighbours in force", () => {
    const repo = load(
      aTree({
        "racks/staging/apps/api/app.yml": "build: { images: true }\n",
        "racks/staging/apps/api/env.yml": "A: 1\n",
        "racks/staging/apps/api/convox.yml": "services: {}\n",
      }),
    );
    expect(inShort(repo)).toEqual(["racks/staging/apps/api/env.yml:1:4 error bad-value"]);
    expect([...repo.racks.values()].flatMap(({ apps }) => [...apps.keys()])).toEqual(["web"]);
    expect(repo.files.get("racks/staging/apps/api/env.yml")).toBeDefined();
  });

  it("gives nobody anything by a bindings file with an error in it", () => {
    const repo = load(
      aTree({
        "bindings/a.yml":
          '- { role: Administrator, subjects: ["user:ana"] }\n- { role: nobody, subjects: ["user:bo"] }\n',
      }),
    );
    expect(repo.access.bindings).toEqual([]);
  });

  it("gives nothing by either of two roles whose names differ by case", () => {
    const role = "permissions: [{ resource: all, action: write }]\n";
    const repo = load(aTree({ "roles/dev.yml": role, "roles/DEV.yml": role }));
    expect(inShort(repo)).toEqual(["roles/dev.yml:1:1 error duplicate-name"]);
    expect([...repo.access.roles.keys()]).toEqual(["administrator", "developerv2", "operatorv2"]);
  });

  it("refuses two keys with one hash", () => {
    const key = `hash: "sha256:${"a".repeat(64)}"\nracks: all\napps: all\nexpires: 2027-06-30\n`;
    expect(inShort(load(aTree({ "deploy-keys/a.yml": key, "deploy-keys/b.yml": key })))).toEqual([
      "deploy-keys/b.yml:1:7 error duplicate-hash",
      "signalbox.yml:1:1 warning not-used-yet",
    ]);
  });
});

describe("an entry of the tree", () => {
  const path = "roles/dev.yml";
  const text = "permissions: [{ resource: all, action: read }]\n";

  it.each([
    ["120000", "symlink"],
    ["160000", "submodule"],
    ["100664", "file-mode"],
  ])("of mode %s is a finding, and nothing of it is read", (mode, rule) => {
    const repo = load(withEntry(aFile(path, text, mode)));
    expect(inShort(repo)).toEqual([`${path}:1:1 error ${rule}`]);
    expect(repo.access.roles.has("dev")).toBe(false);
    expect(repo.files.get(path)?.fields).toBeNull();
  });

  it("that is executable is a file", () => {
    expect(load(withEntry(aFile(path, text, "100755"))).findings).toEqual([]);
  });

  it("that becomes a link to the same bytes is another blob", () => {
    const [file, link] = ["100644", "120000"].map((mode) => load(withEntry(aFile(path, text, mode))).files.get(path));
    expect(file?.blob).not.toEqual(link?.blob);
  });

  it("of 1 MiB is read, and of a byte more it is not", () => {
    const fill = (size: number): RepoFile => aFile(path, `${text}#${"x".repeat(size - text.length - 2)}\n`);
    expect(load(withEntry(fill(1_048_576))).findings).toEqual([]);
    expect(inShort(load(withEntry({ ...fill(1_048_577), text: null })))).toEqual([`${path}:1:1 error file-too-large`]);
  });

  it("that is no UTF-8 is said so", () => {
    expect(inShort(load(withEntry({ ...aFile(path, text), text: null })))).toEqual([`${path}:1:1 error not-utf8`]);
  });

  it.each(["roles", "racks", "racks/prod", "racks/staging/apps"])(
    "in the place of the folder %s is a finding",
    (folder) => {
      expect(inShort(load(withEntry(aFile(folder, "x", "120000"))))).toEqual([`${folder}:1:1 error symlink`]);
    },
  );

  it.each([
    ["a byte-order mark", `\uFEFFdescription: x\nbad: 1\n${text}`],
    ["CRLF line ends", `description: x\r\nbad: 1\r\n${text}`],
    ["lone carriage returns", `description: x\rbad: 1\r${text}`],
  ])("with %s has the lines and columns of an editor", (_, content) => {
    expect(inShort(load(withEntry(aFile(path, content))))).toEqual([`${path}:2:1 error unknown-key`]);
  });

  it("with 2,000 keys in a map is read, and with one more it is not", () => {
    const environment = (count: number): string =>
      Array.from({ length: count }, (_, index) => `K${index}: x\n`).join("");
    const at = "racks/staging/apps/web/env.yml";
    expect(load(withEntry(aFile(at, `NODE_ENV: x\n${environment(1999)}`))).findings).toEqual([]);
    expect(inShort(load(withEntry(aFile(at, `NODE_ENV: x\n${environment(2000)}`))))).toEqual([
      `${at}:1:1 error too-many-keys`,
    ]);
  });
});
