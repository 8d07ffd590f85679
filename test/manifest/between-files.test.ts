// What files of one repo say of each other. Of each case the findings are all there are, but for `not-used-yet`.
import { describe, expect, it } from "@jest/globals";
import { loadConfigRepo } from "./load-config-repo.ts";
import { aFile, aTree, predefinedRoles } from "./a-tree.ts";

const RECIPIENTS = `recipients: ["age1${"q".repeat(58)}"]\n`;
const aRack = (host: string, more = ""): string =>
  `endpoint: https://${host}.example\npassword: { ref: "env://P" }\n${RECIPIENTS}${more}`;
const IMAGES = "build: { images: true }\n";
const SERVICE = "services:\n  web:\n    image: acme/web:1\n";
const ROLE = "permissions: [{ resource: all, action: read }]\n";
const key = (digit: string): string =>
  `hash: "sha256:${digit.repeat(64)}"\nracks: all\napps: all\nexpires: 2027-06-30\n`;

const anApp = (place: string, app = IMAGES): Readonly<Record<string, string>> => {
  const [rack = "", name = ""] = place.split("/");
  const folder = `racks/${rack}/apps/${name}`;
  return { [`${folder}/app.yml`]: app, [`${folder}/env.yml`]: "{}\n", [`${folder}/convox.yml`]: SERVICE };
};
const from = (place: string): string => `build: { from: ${place} }\n`;

const lines = (files: Readonly<Record<string, string | null>>): readonly string[] =>
  loadConfigRepo(aTree(files), { predefinedRoles })
    .findings.filter(({ rule }) => rule !== "not-used-yet")
    .map(({ file, line, column, rule, message, hint }) =>
      [`${file}:${line}:${column} ${rule}`, message, ...(hint === undefined ? [] : [hint])].join(" | "),
    );

const apps = (files: Readonly<Record<string, string>>): readonly string[] =>
  [...loadConfigRepo(aTree(files), { predefinedRoles }).racks].flatMap(([rack, folder]) =>
    [...folder.apps.keys()].map((app) => `${rack}/${app}`),
  );

describe("where builds come from", () => {
  it("is an app of the repo", () => {
    expect(lines(anApp("staging/copy", from("staging/web")))).toEqual([]);
    expect(lines(anApp("staging/copy", from("staging/wep")))).toEqual([
      "racks/staging/apps/copy/app.yml:1:16 unknown-app | expected another app of this repo (rack/app), found `staging/wep`, which is none | did you mean `staging/web`?",
    ]);
  });

  it("is no circle, whose path is named once, and of which no app is used", () => {
    const circle = {
      ...anApp("staging/a", from("staging/c")),
      ...anApp("staging/b", from("staging/a")),
      ...anApp("staging/c", from("staging/b")),
      ...anApp("staging/tail", from("staging/a")),
    };
    expect(lines(circle)).toEqual([
      "racks/staging/apps/a/app.yml:1:16 build-circle | expected builds that come from somewhere, found a circle: `staging/a` from `staging/c` from `staging/b` from `staging/a` | let one of them build",
    ]);
    expect(apps(circle)).toEqual(["staging/tail", "staging/web"]);
  });

  it("is found where a tail leads into a circle first", () => {
    const files = {
      ...anApp("staging/a", from("staging/b")),
      ...anApp("staging/b", from("staging/c")),
      ...anApp("staging/c", from("staging/b")),
    };
    expect(lines(files)).toEqual([
      "racks/staging/apps/b/app.yml:1:16 build-circle | expected builds that come from somewhere, found a circle: `staging/b` from `staging/c` from `staging/b` | let one of them build",
    ]);
    expect(apps(files)).toEqual(["staging/a", "staging/web"]);
  });

  it("is one build by its name on a production rack", () => {
    const named = `build: { from: staging/web, build: BABC, digest: "sha256:${"a".repeat(64)}" }\n`;
    const rack = { "racks/prod/rack.yml": aRack("prod", "production: true\n") };
    expect(lines({ ...rack, ...anApp("prod/web", named) })).toEqual([]);
    expect(lines({ ...rack, ...anApp("prod/web", from("staging/web")) })).toEqual([
      "racks/prod/apps/web/app.yml:1:16 unnamed-build | expected `build` and `digest` with `from` on a production rack, found neither | `signalbox promote` writes both",
    ]);
    expect(apps({ ...rack, ...anApp("prod/web", from("staging/web")) })).toEqual(["staging/web"]);
  });
});

describe("names", () => {
  it("of roles are not taken for each other", () => {
    expect(lines({ "roles/deve1oper.yml": ROLE, "roles/developer.yml": ROLE })).toEqual([
      "roles/developer.yml:1:1 look-alike-name | expected a role's name that looks like no other, found `developer`, which looks like that of roles/deve1oper.yml | rename it: a reader takes one for the other",
    ]);
  });

  it("of roles that are taken for each other are no unknown ones beside", () => {
    const files = {
      "roles/deve1oper.yml": ROLE,
      "roles/developer.yml": ROLE,
      "bindings/web.yml": '- { role: developer, subjects: ["user:ana"] }\n',
    };
    expect(lines(files)).toHaveLength(1);
  });

  it("of keys are not taken for each other", () => {
    expect(lines({ "deploy-keys/ci-web.yml": key("a"), "deploy-keys/CI-web.yml": key("b") })).toEqual([
      "deploy-keys/ci-web.yml:1:1 duplicate-name | expected a key's name that is not taken, found that of deploy-keys/CI-web.yml, but for case | rename it, or delete one",
    ]);
  });

  it.each(["bindings", "tests"])("of files in %s differ by more than case", (folder) => {
    expect(lines({ [`${folder}/a.yml`]: "[]\n", [`${folder}/A.yml`]: "[]\n" })).toEqual([
      `${folder}/a.yml:1:1 duplicate-name | expected a file's name that is not taken, found that of ${folder}/A.yml, but for case | rename it, or delete one`,
    ]);
  });
});

describe("racks", () => {
  it("have an endpoint each, whatever its case and port", () => {
    expect(
      lines({ "racks/a/rack.yml": aRack("x"), "racks/b/rack.yml": aRack("X").replace(".example", ".example:443/") }),
    ).toEqual([
      "racks/b/rack.yml:1:11 duplicate-endpoint | expected an endpoint of its own for each rack, found that of `a` | a rack has one folder in racks/; delete the other",
    ]);
  });

  it("are in one group of the order, but for `all` at its end", () => {
    const order = (groups: string): Readonly<Record<string, string>> => ({
      "signalbox.yml": `version: 1\nsync: { order: ${groups} }\n`,
      "racks/prod/rack.yml": aRack("prod"),
    });
    expect(lines(order("[staging, all]"))).toEqual([]);
    expect(lines(order("[[staging], [prod]]"))).toEqual([]);
    expect(lines(order('[all, [staging, "p*"], prod]'))).toEqual([
      "signalbox.yml:2:22 rack-ordered-twice | expected each rack in one group of `order`, found `prod` here and in group 1, where it stays",
      "signalbox.yml:2:39 rack-ordered-twice | expected each rack in one group of `order`, found `prod` here and in group 1, where it stays",
    ]);
  });
});

describe("a selector of apps", () => {
  it("must match on the racks that stand with it", () => {
    const files = {
      "racks/prod/rack.yml": aRack("prod"),
      ...anApp("prod/api"),
      "roles/dev.yml": "permissions:\n  - { resource: applications, names: web, racks: [prod], action: write }\n",
    };
    expect(lines(files)).toEqual([
      "roles/dev.yml:2:38 matches-nothing | expected an app on these racks, found `web`, which matches none",
    ]);
  });

  it("on racks that are none is one mistake", () => {
    expect(
      lines({
        "roles/dev.yml": "permissions:\n  - { resource: applications, names: api, racks: [stagin], action: write }\n",
      }),
    ).toEqual([
      "roles/dev.yml:2:51 matches-nothing | expected a rack of this repo, found `stagin`, which matches none | did you mean `staging`?",
    ]);
  });
});

describe("a guardrail's selector of services", () => {
  const settings = (scope: string): Readonly<Record<string, string>> => ({
    "signalbox.yml": `version: 1\nguardrails:\n  internal-service: { level: warn, ${scope} }\n`,
    "racks/prod/rack.yml": aRack("prod"),
    ...anApp("prod/api"),
    "racks/prod/apps/api/convox.yml": "services:\n  auth: { image: acme/auth:1, internal: true }\n",
  });

  it.each([
    ["services: [auth, web]"],
    ["services: { regex: 'a.*' }"],
    ["services: 'a*'"],
    ["services: none"],
    ["racks: [prod], services: auth"],
  ])("matches (%s)", (scope) => {
    expect(lines(settings(scope))).toEqual([]);
  });

  it.each([
    ["services: [auth, wbe]", 53, "a service of this repo, found `wbe`, which matches none | did you mean `web`?"],
    ["racks: prod, services: web", 59, "a service of these apps, found `web`, which matches none"],
    ["apps: web, services: 'au*'", 57, "a service of these apps, found `au*`, which matches none"],
  ])("matches none (%s)", (scope, column, words) => {
    expect(lines(settings(scope))).toEqual([`signalbox.yml:3:${String(column)} matches-nothing | expected ${words}`]);
  });

  it("of apps that are none is one mistake", () => {
    expect(lines(settings("apps: wbe, services: aut"))).toEqual([
      "signalbox.yml:3:42 matches-nothing | expected an app of this repo, found `wbe`, which matches none | did you mean `web`?",
    ]);
  });

  it("is not looked at where an app's services cannot be told", () => {
    expect(lines({ ...settings("services: aut"), "racks/prod/apps/api/convox.yml": "services: [\n" })).toHaveLength(1);
    const pushed = {
      "racks/prod/apps/api/app.yml": "build: { pushed: true }\n",
      "racks/prod/apps/api/convox.yml": null,
    };
    expect(
      lines({ ...settings("services: aut"), ...pushed }).filter((line) => line.includes("matches-nothing")),
    ).toEqual([]);
  });
});

describe("a file under a name that is not quite its own", () => {
  const STAGING = "racks/staging/rack.yml";
  const WEB = "racks/staging/apps/web";
  const IN_RACKS =
    "unknown-file | expected racks/<rack>/rack.yml, and app.yml, convox.yml and env.yml in racks/<rack>/apps/<app>/ in this folder, found a file that is none of them";
  const IN_ROLES = "unknown-file | expected roles/<role>.yml in this folder, found a file that is none of them";
  const bound = { "bindings/web.yml": "- { role: web, subjects: ['team:web'] }\n" };

  it.each([
    [STAGING, "racks/staging/rak.yml", "did you mean `rack.yml`?"],
    [STAGING, "racks/staging/rack.yaml", "rename it to `rack.yml`"],
    [`${WEB}/app.yml`, `${WEB}/ap.yml`, "did you mean `app.yml`?"],
    [`${WEB}/env.yml`, `${WEB}/env.yaml`, "rename it to `env.yml`"],
    [`${WEB}/convox.yml`, `${WEB}/convx.yml`, "did you mean `convox.yml`?"],
  ])("is not also missed where it should be (%s as %s)", (meant, path, hint) => {
    expect(lines({ [meant]: null, [path]: "a: b\n" })).toEqual([`${path}:1:1 ${IN_RACKS} | ${hint}`]);
  });

  it("is not also missed by what names it", () => {
    expect(lines({ ...bound, "roles/web.yaml": ROLE })).toEqual([
      `roles/web.yaml:1:1 ${IN_ROLES} | rename it to \`web.yml\``,
    ]);
  });

  it("is not meant where the file stands under its own name too", () => {
    const rack = loadConfigRepo(aTree({ "racks/staging/rak.yml": "a: b\n" }), { predefinedRoles });
    expect(rack.findings.map(({ file, rule }) => `${file} ${rule}`)).toEqual(["racks/staging/rak.yml unknown-file"]);
    expect([...rack.racks.keys()]).toEqual(["staging"]);
  });

  it("leaves missing what it is too far from", () => {
    expect(lines({ [STAGING]: null, "racks/staging/notes.txt": "a\n" })).toEqual([
      `racks/staging/notes.txt:1:1 ${IN_RACKS}`,
      `${STAGING}:1:1 missing-file | expected the file rack.yml, found none | add it`,
    ]);
  });

  it("gives no right, and what names a role that cannot be read is no second mistake", () => {
    const tree = new Map(aTree(bound));
    tree.set("roles/web.yml", aFile("roles/web.yml", "../elsewhere", "120000"));
    const repo = loadConfigRepo(tree, { predefinedRoles });
    expect(repo.findings.map(({ file, rule }) => `${file} ${rule}`)).toEqual(["roles/web.yml symlink"]);
    expect(repo.access.roles.has("web")).toBe(false);
  });
});
