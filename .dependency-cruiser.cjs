// Who may import whom. An arrow that is not allowed here is forbidden; ARCHITECTURE.md draws the same picture.
// test/tidy/ plants a breach of every rule and sees it fail, and counts that every file of src/ was looked at.

const folder = (...names) => `^src/(${names.join("|")})/`;
const npm = (...names) => `^node_modules/(${names.join("|")})/`;
const core = (...names) => `^(node:)?(${names.join("|")})$`;

/** A path in a folder's `mayImport` beginning with this is for types only. */
const typesOnly = (path) => ({ typesOnly: path });

const anyCore = core("[a-z0-9_]+(/(promises|web|consumers|posix|win32))?");

const errors = "^src/errors\\.ts$";
const ports = "^src/handlers/ports\\.ts$";

/** The only places that touch the world. */
const edge = ["^src/(adapters|simulators|commands|demo)/", "^src/(app|connect|load-apps-worker|main)\\.ts$"];

/**
 * For each folder the whole of what it may import: src, npm and Node alike.
 * Becomes two rules: `<folder>-imports` (nothing else) and, where some of it is for types only, `<folder>-imports-types`.
 */
const folders = [
  {
    name: "manifest",
    why: "Desired state is the vocabulary of all others: it knows none of them, and text in, values out.",
    mayImport: [
      folder("manifest"),
      npm(
        "yaml",
        "ajv",
        "re2js",
        "minimatch",
        "@marcbachmann/cel-js",
        "@secretlint/secretlint-rule-preset-recommend",
        "@secretlint/types",
      ),
      core("crypto"),
    ],
  },
  {
    name: "rbac",
    why: "Who may do what is decided from values alone; it has never heard of GitHub, git or a clock.",
    mayImport: [folder("rbac", "manifest"), npm("minimatch", "re2js")],
  },
  {
    name: "secrets",
    why: "What opens secrets has nothing around it to leak them to.",
    mayImport: [folder("secrets", "manifest"), errors, npm("age-encryption", "yaml")],
  },
  {
    name: "ledger",
    why: "What the records say is computed from records; appending them is an adapter's. rbac gives it words, no decisions.",
    mayImport: [folder("ledger", "manifest"), typesOnly(folder("rbac")), core("crypto")],
  },
  {
    name: "render",
    why: "Values in, text out: what is said is decided elsewhere, and whom it is sent to as well.",
    mayImport: [folder("render", "manifest", "rbac", "reconcile", "ledger"), npm("string-width", "@types/sarif")],
  },
  {
    name: "reconcile",
    why: "The plan and the order of its steps; racks are behind its ports. A verdict comes to it as a value.",
    mayImport: [
      folder("reconcile", "manifest", "secrets", "ledger"),
      errors,
      typesOnly(folder("rbac")),
      core("crypto"),
    ],
  },
  {
    name: "handlers",
    why: "A handler gathers, asks the pure core and publishes, all through handlers/ports.ts: no SDK, no network, no disk. v8 packs values, lru-cache keeps them.",
    mayImport: [
      folder("handlers", "reconcile", "rbac", "manifest", "render", "secrets", "ledger"),
      errors,
      core("v8"),
      npm("lru-cache"),
    ],
  },
  {
    name: "adapters",
    why: "Adapters fulfil ports and decide nothing: as values they know errors, Secret, and the ledger's chain, which they append to.",
    mayImport: [
      folder("adapters", "secrets", "ledger"),
      errors,
      typesOnly(folder("manifest", "rbac", "reconcile")),
      typesOnly(ports),
      npm("[^/]+"),
      anyCore,
    ],
  },
  {
    name: "demo",
    why: "The demo acts as people do, from outside, by git and HTTP: what it shows is shown by Signalbox itself.",
    mayImport: [folder("demo", "simulators"), typesOnly(folder("manifest")), npm("[^/]+"), anyCore],
  },
  {
    name: "simulators",
    why: "A simulator that shared code with what it tests would share its mistakes.",
    mayImport: [folder("simulators"), npm("[^/]+"), anyCore],
  },
];

function rulesOf({ name, why, mayImport }) {
  const forTypes = mayImport.filter((entry) => typeof entry !== "string").map((entry) => entry.typesOnly);
  const forValues = mayImport.filter((entry) => typeof entry === "string");
  const imports = {
    name: `${name}-imports`,
    comment: why,
    severity: "error",
    from: { path: folder(name) },
    to: { pathNot: [...forValues, ...forTypes] },
  };
  if (forTypes.length === 0) return [imports];
  return [
    imports,
    {
      name: `${name}-imports-types`,
      comment: `${why} (\`import type\` only)`,
      severity: "error",
      from: { path: folder(name) },
      to: { path: forTypes, pathNot: forValues, dependencyTypesNot: ["type-only"] },
    },
  ];
}

module.exports = {
  forbidden: [
    ...folders.flatMap(rulesOf),
    {
      name: "errors-is-a-leaf",
      comment: "Everybody may throw and recognise the errors, so they may know nobody.",
      severity: "error",
      from: { path: errors },
      to: { path: ".+" },
    },
    {
      name: "world-only-at-the-edge",
      comment: "Also in a folder that has no list above yet: SDKs, disk, network and processes are for the edge.",
      severity: "error",
      from: { path: "^src/", pathNot: edge },
      to: {
        path: [
          npm("@octokit", "probot", "simple-git", "bullmq", "ioredis", "ws", "pino"),
          core(
            "fs(/promises)?",
            "https?",
            "http2",
            "net",
            "tls",
            "dgram",
            "dns(/promises)?",
            "child_process",
            "worker_threads",
          ),
          core("timers(/promises)?", "readline(/promises)?", "process", "os", "module", "vm", "cluster"),
        ],
      },
    },
    {
      name: "handlers-only-from-app",
      comment:
        "app.ts says which event goes to which handler, commands ask the same of a clone; everybody else knows the ports at most.",
      severity: "error",
      from: { path: "^src/", pathNot: ["^src/(handlers|commands)/", "^src/(app|connect|load-apps-worker)\\.ts$"] },
      to: { path: "^src/handlers/", pathNot: ports },
    },
    {
      name: "simulators-only-for-the-demo",
      comment: "Nothing that runs in earnest may depend on what stands in for the world.",
      severity: "error",
      from: {
        path: "^src/",
        pathNot: ["^src/(simulators|demo)/", "^src/commands/(demo|simulate)\\.ts$"],
      },
      to: { path: "^src/(simulators|demo)/" },
    },
    {
      name: "commands-only-from-main",
      comment: "Commands are the outermost layer: what two of them need lives further in.",
      severity: "error",
      from: { path: "^src/", pathNot: ["^src/commands/", "^src/main\\.ts$"] },
      to: { path: ["^src/commands/", "^src/main\\.ts$"] },
    },
    {
      name: "app-from-outside-only",
      comment: "Composition is used by main.ts and the commands; what it composes does not know it.",
      severity: "error",
      from: { path: "^src/", pathNot: ["^src/commands/", "^src/(app|main)\\.ts$"] },
      to: { path: "^src/(app|connect)\\.ts$" },
    },
    {
      name: "no-cycles",
      comment: "Types included: two files that need each other are one file, or lack a third.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-orphans",
      comment: "A file that nobody imports and that imports nobody is dead, or not wired up.",
      severity: "error",
      from: { orphan: true, path: "^src/", pathNot: "^src/main\\.ts$" },
      to: {},
    },
    {
      name: "src-without-tests",
      comment: "What ships does not know how it is tested.",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^test/" },
    },
    {
      name: "src-without-dev-dependencies",
      comment: "An installed Signalbox has no devDependencies.",
      severity: "error",
      from: { path: "^src/" },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "only-declared-packages",
      comment: "A package that came along with another one may go with it, too: declare it in package.json.",
      severity: "error",
      from: { path: "^src/" },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
    },
    {
      name: "only-what-exists",
      comment: "An import that resolves to nothing would be looked at by no rule.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // Without it imports that vanish in compilation (types) would not be seen.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"] },
  },
};
