// Tar in memory: what a build context and an exported build are packed in.
import { gunzipSync, gzipSync } from "node:zlib";

const BLOCK = 512;

function text(block: Buffer, from: number, length: number): string {
  const field = block.subarray(from, from + length);
  const end = field.indexOf(0);
  return field.subarray(0, end < 0 ? length : end).toString("utf8");
}

function paxPath(body: Buffer): string | undefined {
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(body.toString("utf8"))?.[1];
}

/** Regular files by their path (leading `./` removed). Throws on what is no tar. */
export function readTar(tar: Buffer): ReadonlyMap<string, Buffer> {
  const files = new Map<string, Buffer>();
  let longName: string | undefined;
  for (let at = 0; at + BLOCK <= tar.length;) {
    const header = tar.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) break;
    const size = Number.parseInt(text(header, 124, 12).trim() || "0", 8);
    if (Number.isNaN(size) || at + BLOCK + size > tar.length) throw new Error("archive/tar: invalid tar header");
    const body = tar.subarray(at + BLOCK, at + BLOCK + size);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    const kind = text(header, 156, 1);
    if (kind === "L") longName = text(body, 0, body.length);
    else if (kind === "x") longName = paxPath(body) ?? longName;
    else if (kind !== "g") {
      const prefix = text(header, 257, 5) === "ustar" ? text(header, 345, 155) : "";
      const name = longName ?? (prefix === "" ? text(header, 0, 100) : `${prefix}/${text(header, 0, 100)}`);
      if (kind === "" || kind === "0") files.set(name.replace(/^(\.\/)+/, ""), body);
      longName = undefined;
    }
  }
  return files;
}

/** As `readTar`, of a gzip stream; what is not gzip throws as the rack's own reader says it. */
export function readTarGzip(bytes: Buffer): ReadonlyMap<string, Buffer> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) throw new Error("gzip: invalid header");
  return readTar(gunzipSync(bytes));
}

function header(name: string, size: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0, 100, "utf8");
  block.write("0000644\0", 100);
  block.write("0000000\0", 108);
  block.write("0000000\0", 116);
  block.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  block.write("00000000000\0", 136);
  block.write("        ", 148);
  block.write("0", 156);
  block.write("ustar\x0000", 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

export function writeTar(files: ReadonlyMap<string, Buffer>): Buffer {
  const parts: Buffer[] = [];
  for (const [name, body] of files) {
    parts.push(header(name, body.length), body, Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK));
  }
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

export function writeTarGzip(files: ReadonlyMap<string, Buffer>): Buffer {
  return gzipSync(writeTar(files));
}
