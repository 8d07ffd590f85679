// A gzipped tar (POSIX ustar) of one file: what a build of a manifest alone is made from.
import { gzipSync } from "node:zlib";

const BLOCK_BYTES = 512;
const MODE = "0000644";
const ZERO_ID = "0000000";
/** Equal content gives equal bytes: no file is newer than another. */
const NO_TIME = "00000000000";

/** `name`: at most 100 bytes of ASCII. */
export function tarballOf(name: string, text: string): Buffer {
  const content = Buffer.from(text, "utf8");
  const padding = Buffer.alloc((BLOCK_BYTES - (content.length % BLOCK_BYTES)) % BLOCK_BYTES);
  const end = Buffer.alloc(2 * BLOCK_BYTES);
  return gzipSync(Buffer.concat([headerOf(name, content.length), content, padding, end]));
}

function headerOf(name: string, bytes: number): Buffer {
  const header = Buffer.alloc(BLOCK_BYTES);
  header.write(name, 0, 100, "ascii");
  header.write(`${MODE}\0`, 100);
  header.write(`${ZERO_ID}\0`, 108);
  header.write(`${ZERO_ID}\0`, 116);
  header.write(`${bytes.toString(8).padStart(11, "0")}\0`, 124);
  header.write(`${NO_TIME}\0`, 136);
  header.write("        ", 148);
  header.write("0", 156);
  header.write("ustar\x0000", 257, "latin1");
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}
