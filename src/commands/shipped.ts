// Files that come with Signalbox: they stand beside src/ and beside dist/ alike.
import { join } from "node:path";

export function shippedFolder(path: string): string {
  return join(import.meta.dirname, "..", "..", path);
}
