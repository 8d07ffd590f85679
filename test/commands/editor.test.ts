// What an editor makes of the schemas: the language server that editors use, on a starter repo and on files that are being typed.
import { spawn, type ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from "vscode-jsonrpc/node.js";
import { emptyFolder, removeFolders, run } from "./run-command.ts";

const SERVER = fileURLToPath(new URL("../../node_modules/.bin/yaml-language-server", import.meta.url));
const SETTINGS = { yaml: { validate: true, hover: true, completion: true, schemaStore: { enable: false } } };

interface Diagnostic {
  readonly message: string;
  readonly range: { readonly start: { readonly line: number } };
}

interface Editor {
  /** Opens a text as the file at this path, and gives what the editor underlines, as `line message`. */
  open(path: string, text: string): Promise<readonly string[]>;
  complete(path: string, at: Place): Promise<readonly string[]>;
  hover(path: string, at: Place): Promise<string>;
  close(): void;
}

interface Place {
  readonly line: number;
  readonly character: number;
}

async function openEditor(folder: string): Promise<Editor> {
  const server: ChildProcess = spawn(process.execPath, [SERVER, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
  if (server.stdout === null || server.stdin === null) throw new Error("the language server has no pipes");
  const wire = createMessageConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));
  const waiting = new Map<string, (found: readonly Diagnostic[]) => void>();
  const uriOf = (path: string): string => pathToFileURL(join(folder, path)).href;
  wire.onNotification("textDocument/publishDiagnostics", (sent: { uri: string; diagnostics: readonly Diagnostic[] }) =>
    waiting.get(sent.uri)?.(sent.diagnostics),
  );
  wire.onRequest("workspace/configuration", ({ items }: { items: readonly { section?: string }[] }) =>
    items.map(({ section }) => (section === "yaml" ? SETTINGS.yaml : null)),
  );
  wire.onRequest("client/registerCapability", () => null);
  wire.listen();
  await wire.sendRequest("initialize", {
    processId: process.pid,
    rootUri: pathToFileURL(folder).href,
    capabilities: {},
  });
  await wire.sendNotification("initialized", {});
  await wire.sendNotification("workspace/didChangeConfiguration", { settings: SETTINGS });
  const at = (path: string, position: Place): object => ({ textDocument: { uri: uriOf(path) }, position });
  return {
    open: async (path, text) => {
      const found = new Promise<readonly Diagnostic[]>((tell) => waiting.set(uriOf(path), tell));
      const textDocument = { uri: uriOf(path), languageId: "yaml", version: 1, text };
      await wire.sendNotification("textDocument/didOpen", { textDocument });
      return (await found).map(({ message, range }) => `${range.start.line + 1} ${message}`);
    },
    complete: async (path, position) => {
      const list: { items: readonly { label: string }[] } = await wire.sendRequest(
        "textDocument/completion",
        at(path, position),
      );
      return list.items.map(({ label }) => label);
    },
    hover: async (path, position) => {
      const shown: { contents: { value: string } } = await wire.sendRequest("textDocument/hover", at(path, position));
      return shown.contents.value;
    },
    close: () => {
      wire.dispose();
      server.kill();
    },
  };
}

describe("an editor with the schemas of a starter repo", () => {
  const state: { folder: string; editor: Editor | null } = { folder: "", editor: null };
  const editor = (): Editor => {
    if (state.editor === null) throw new Error("no editor is open");
    return state.editor;
  };
  const model = (path: string, lines: readonly string[]): string => {
    const kind = /convox|env|app|rack|signalbox/.exec(path.slice(path.lastIndexOf("/") + 1))?.[0] ?? "role";
    const up = "../".repeat(path.split("/").length - 1);
    return [`# yaml-language-server: $schema=${up}.schemas/${kind}.schema.json`, ...lines, ""].join("\n");
  };

  beforeAll(async () => {
    const around = emptyFolder();
    await run(["init", "config", "--admin", "ana"], { folder: around, variables: { HOME: around } });
    state.folder = join(around, "config");
    state.editor = await openEditor(state.folder);
  });
  afterAll(() => {
    state.editor?.close();
    removeFolders();
  });

  it("underlines nothing in what `init` has written", async () => {
    const files = readdirSync(state.folder, { recursive: true, encoding: "utf8" }).filter((path) =>
      path.endsWith(".yml"),
    );
    expect(files.length).toBeGreaterThan(8);
    for (const path of files) {
      expect([path, await editor().open(path, readFileSync(join(state.folder, path), "utf8"))]).toEqual([path, []]);
    }
  });

  it("underlines a key that is not known, and a value of another kind", async () => {
    const path = "racks/staging/apps/typed/convox.yml";
    const found = await editor().open(path, model(path, ["services:", "  web:", "    drain: x", "    sclae: 3"]));
    expect(found).toEqual([expect.stringMatching(/^4 Incorrect type/), "5 Property sclae is not allowed."]);
  });

  it("offers the keys of a service", async () => {
    const path = "racks/staging/apps/offered/convox.yml";
    await editor().open(path, model(path, ["services:", "  web:", "    "]));
    const offered = await editor().complete(path, { line: 3, character: 4 });
    expect(offered).toEqual(expect.arrayContaining(["image", "port", "health", "scale", "environment", "internal"]));
  });

  it("offers the types of resources in a role", async () => {
    await editor().open("roles/typed.yml", model("roles/typed.yml", ["permissions:", "  - resource: "]));
    const offered = await editor().complete("roles/typed.yml", { line: 2, character: 14 });
    expect(offered).toEqual(expect.arrayContaining(["applications", "environment", "racks", "kubectl-access"]));
  });

  it("says of a key what it does, with an example", async () => {
    const path = "racks/staging/apps/shown/convox.yml";
    await editor().open(path, model(path, ["services:", "  web:", "    health: /"]));
    const shown = await editor().hover(path, { line: 3, character: 6 });
    expect(shown).toMatch(/Whether a process may be routed to[^]*Example[^]*\/healthz/);
  });
});
