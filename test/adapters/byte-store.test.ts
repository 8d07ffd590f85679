import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createByteStore } from "../../src/adapters/byte-store.ts";
import { codeVersion } from "../../src/adapters/code-version.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "byte-store-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const BYTES = Uint8Array.from([1, 2, 3]);

async function filesIn(): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true });
  const files = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).isFile()));
  return names.filter((_, index) => files[index]).map((name) => join(folder, name));
}

async function onlyFile(): Promise<string> {
  const [file = "", ...others] = await filesIn();
  expect(others).toEqual([]);
  return file;
}

describe("a store of bytes", () => {
  it("gives what was put there under a name, to another process too", async () => {
    await createByteStore({ folder, version: "1" }).put("a/../b", BYTES);
    const store = createByteStore({ folder, version: "1" });
    expect(await store.get("a/../b")).toEqual(Buffer.from(BYTES));
    expect(await store.get("b")).toBeNull();
  });

  it("gives nothing of another version", async () => {
    await createByteStore({ folder, version: "1" }).put("a", BYTES);
    expect(await createByteStore({ folder, version: "2" }).get("a")).toBeNull();
  });

  it("keeps two versions, the newest", async () => {
    for (const version of ["1", "2", "3"]) await createByteStore({ folder, version }).put("a", BYTES);
    expect(await readdir(folder)).toHaveLength(2);
    expect(await createByteStore({ folder, version: "3" }).get("a")).toEqual(Buffer.from(BYTES));
  });

  it.each([
    ["cut short", async (file: string) => truncate(file, 20)],
    ["empty", async (file: string) => truncate(file, 0)],
    ["changed in one byte", async (file: string) => changeLastByte(file)],
    ["longer than it was", async (file: string) => writeFile(file, "more", { flag: "a" })],
  ])("takes a file that is %s for lost", async (_, damage) => {
    const store = createByteStore({ folder, version: "1" });
    await store.put("a", BYTES);
    await damage(await onlyFile());
    expect(await store.get("a")).toBeNull();
    await store.put("a", BYTES);
    expect(await store.get("a")).toEqual(Buffer.from(BYTES));
  });

  it("is for its user alone", async () => {
    await createByteStore({ folder: join(folder, "made"), version: "1" }).put("a", BYTES);
    const file = await onlyFile();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, "made"))).mode & 0o777).toBe(0o700);
  });

  it("lets the oldest go where all is more than it may be", async () => {
    const store = createByteStore({ folder, version: "1", mostBytes: 200 });
    for (const name of ["a", "b", "c", "d", "e"]) await store.put(name, new Uint8Array(60));
    expect(await filesIn()).toHaveLength(2);
    expect(await store.get("e")).toEqual(Buffer.alloc(60));
  });

  it("is whole whoever writes at the same time", async () => {
    const stores = [1, 2, 3, 4].map(() => createByteStore({ folder, version: "1" }));
    await Promise.all(stores.map((store, index) => store.put("a", new Uint8Array(100_000).fill(index))));
    const found = await createByteStore({ folder, version: "1" }).get("a");
    expect(new Set(found)).toHaveProperty("size", 1);
    expect(await filesIn()).toHaveLength(1);
  });

  it("fails in silence where it may not write", async () => {
    const file = join(folder, "file");
    await writeFile(file, "in the way");
    const store = createByteStore({ folder: file, version: "1" });
    await store.put("a", BYTES);
    expect(await store.get("a")).toBeNull();
    expect(await readFile(file, "utf8")).toBe("in the way");
  });
});

async function changeLastByte(file: string): Promise<void> {
  const bytes = await readFile(file);
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
  await writeFile(file, bytes);
}

describe("the version of the code that reads", () => {
  it("is the same for the same code", () => {
    expect(codeVersion()).toMatch(/^[0-9a-f]{64}$/);
    expect(codeVersion()).toBe(codeVersion());
  });
});
