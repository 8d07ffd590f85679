// The style of this repository as rules. What a formatter can do is prettier's; who may import whom is .dependency-cruiser.cjs.
// test/tidy/ sees each of the rules below fail on a planted breach.
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

/** Folders that decide: plain values in, plain values out. The clock, chance, the environment and the network are given to them. */
const pureFolders = ["manifest", "rbac", "secrets", "ledger", "render", "reconcile", "handlers"];
const pureFiles = pureFolders.map((folder) => `src/${folder}/**/*.ts`);

/** The only places that know that there is a process around them. */
const processFiles = ["src/main.ts", "src/commands/**/*.ts"];

// "Service" is missing: Convox calls so what an app consists of.
const vagueName = "(Manager|Helpers?|Utils?|Processor|Wrapper)$";
const vagueMessage = "Says nothing: name it for what it does or holds.";

// A later block replaces the options of `no-restricted-syntax`, so every block below spreads the lists it adds to.
const everywhere = [
  { selector: `ClassDeclaration[id.name=/(${vagueName}|Service$)/]`, message: vagueMessage },
  { selector: `FunctionDeclaration[id.name=/${vagueName}/i]`, message: vagueMessage },
  { selector: `VariableDeclarator[id.name=/${vagueName}/i]`, message: vagueMessage },
  { selector: `TSInterfaceDeclaration[id.name=/${vagueName}/]`, message: vagueMessage },
  { selector: `TSTypeAliasDeclaration[id.name=/${vagueName}/]`, message: vagueMessage },
  {
    selector: "ClassDeclaration:not([superClass.name=/Error$/]), ClassExpression:not([superClass.name=/Error$/])",
    message: "Classes are for errors; elsewhere write functions, and factories (createX) for what holds state.",
  },
  {
    selector: "CatchClause > BlockStatement[body.length=0]",
    message: "A swallowed error: handle it, or return what its absence means, with the reason in a comment.",
  },
  {
    selector: "TSAsExpression > TSAsExpression.expression",
    message: "A double cast lies to the compiler: validate the value and narrow it.",
  },
  { selector: "ExportAllDeclaration", message: "No barrels: import from the file that has it." },
  { selector: "ExportDefaultDeclaration", message: "Named exports only: a thing has one name everywhere." },
  {
    selector: ":function > Identifier.params > TSTypeAnnotation > TSBooleanKeyword",
    message: "A bare true or false at the call says nothing: two functions, or a named option.",
  },
];

const noProcessState = [
  {
    selector: "MemberExpression[object.name='process'][property.name=/^(env|exit|exitCode|argv)$/]",
    message:
      "Only src/main.ts and src/commands/ read the environment and end the process; take the value as an argument.",
  },
  {
    selector: "ImportDeclaration[source.value=/^(node:)?process$/]",
    message: "Only src/main.ts and src/commands/ know the process; take the value as an argument.",
  },
];

const noClockNoChance = [
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: "Take the time as an argument." },
  { selector: "CallExpression[callee.name='Date']", message: "Take the time as an argument." },
  {
    selector: "MemberExpression[object.name='Date'][property.name='now'], MemberExpression[object.name='performance']",
    message: "Take the time as an argument.",
  },
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: "Take what chance decides as an argument.",
  },
  {
    selector: "MemberExpression[object.name='crypto'][property.name=/^(randomUUID|getRandomValues)$/]",
    message: "Take what chance decides as an argument.",
  },
];

const impureGlobals = [
  "process",
  "globalThis",
  "fetch",
  "WebSocket",
  "EventSource",
  "XMLHttpRequest",
  "setTimeout",
  "setInterval",
  "setImmediate",
].map((name) => ({
  name,
  message: "This folder decides and does nothing: I/O and timers are behind a port, in src/adapters/.",
}));

/** Of node:crypto what depends on its arguments alone. */
const repeatableCrypto = [
  "createHash",
  "createHmac",
  "hash",
  "createPrivateKey",
  "createPublicKey",
  "sign",
  "verify",
  "timingSafeEqual",
  "KeyObject",
  "X509Certificate",
];

export default defineConfig(
  globalIgnores(["dist/", "coverage/", ".cache/", "node_modules/"]),
  {
    linterOptions: { reportUnusedDisableDirectives: "error", reportUnusedInlineConfigs: "error" },
    rules: {
      "array-callback-return": "error",
      complexity: ["error", 15],
      curly: ["error", "multi-line"],
      eqeqeq: "error",
      "max-depth": ["error", 3],
      "max-lines": ["error", 400],
      "max-lines-per-function": ["error", { max: 70, skipComments: true }],
      "no-console": "error",
      "no-constant-binary-expression": "error",
      "no-constant-condition": ["error", { checkLoops: "allExceptWhileTrue" }],
      "no-debugger": "error",
      "no-duplicate-case": "error",
      "no-empty": "error",
      "no-fallthrough": "error",
      "no-param-reassign": "error",
      "no-self-assign": "error",
      "no-unsafe-finally": "error",
      "no-unsafe-optional-chaining": "error",
      "no-useless-assignment": "error",
      "no-useless-escape": "error",
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      "require-unicode-regexp": "off",
    },
  },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/max-params": ["error", { max: 4 }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-unnecessary-condition": [
        "error",
        { allowConstantLoopConditions: "only-allowed-literals" },
      ],
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", destructuredArrayIgnorePattern: "^_", ignoreRestSiblings: true },
      ],
      "@typescript-eslint/only-throw-error": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/return-await": ["error", "error-handling-correctness-only"],
      // There are no classes but errors, so no function has a `this` to lose.
      "@typescript-eslint/unbound-method": "off",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { requireDefaultForNonUnion: true }],
      "no-restricted-syntax": ["error", ...everywhere],
    },
  },
  {
    files: ["src/**/*.ts"],
    ignores: processFiles,
    rules: { "no-restricted-syntax": ["error", ...everywhere, ...noProcessState] },
  },
  {
    files: ["src/**/*.ts"],
    rules: { "@typescript-eslint/explicit-module-boundary-types": "error" },
  },
  {
    files: pureFiles,
    rules: {
      "no-restricted-syntax": ["error", ...everywhere, ...noProcessState, ...noClockNoChance],
      "no-restricted-globals": ["error", ...impureGlobals],
      "no-restricted-imports": [
        "error",
        {
          paths: ["crypto", "node:crypto"].map((name) => ({
            name,
            allowImportNames: repeatableCrypto,
            message: "Only what gives the same for the same arguments; chance is an argument.",
          })),
        },
      ],
    },
  },
  {
    // A test reads as one story: length is no fault there, and a fake may be async without awaiting.
    files: ["test/**/*.ts"],
    rules: { "max-lines-per-function": "off", "@typescript-eslint/require-await": "off" },
  },
  {
    files: ["**/*.js", "**/*.cjs"],
    languageOptions: {
      globals: {
        Buffer: "readonly",
        module: "writable",
        URL: "readonly",
        console: "readonly",
        fetch: "readonly",
        process: "readonly",
      },
    },
    rules: { "no-undef": "error", "no-unused-vars": "error" },
  },
  {
    // Run by npm and CI: they talk to the terminal.
    files: ["scripts/**/*.js", "bench/**/*.ts"],
    rules: { "no-console": "off" },
  },
);
