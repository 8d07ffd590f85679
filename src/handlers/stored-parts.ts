// Parts of trees that are kept from process to process: of each rack what was read last, in one piece, so that ten thousand apps are
// a hundred pieces. What is kept saves time and changes no result.
import { deserialize, serialize } from "node:v8";
import type { ComparableFile } from "../manifest/compared-files.ts";
import type { AppPart } from "../manifest/load-app.ts";
import type { RackOwnPart } from "../manifest/load-rack.ts";
import { topFiles, type TopPart } from "../manifest/load-top.ts";
import { packApps, unpackApps, type PackedApps } from "./packed-apps.ts";
import type { ValuePacker } from "./packed-values.ts";
import type { ByteStore } from "./ports.ts";

export interface RackParts {
  /** Id of the rack's folder in git, as they were read. */
  readonly tree: string;
  readonly own: RackOwnPart;
  readonly apps: readonly AppPart[];
}

export interface PartStore {
  /** What is kept of a rack, at its first asking: after that, what is in use is in memory. */
  recallRack(rack: string): Promise<RackParts | null>;
  /** @param fresh how many of them were read anew */
  keepRack(parts: RackParts, fresh: number): Promise<void>;
  recallTop(key: string): Promise<TopPart | null>;
  keepTop(key: string, top: TopPart): Promise<void>;
  /** Keeps what was not yet worth it. */
  close(): Promise<void>;
}

export const NO_STORE: PartStore = {
  recallRack: () => Promise.resolve(null),
  keepRack: () => Promise.resolve(),
  recallTop: () => Promise.resolve(null),
  keepTop: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

interface Unkept {
  readonly parts: RackParts;
  readonly fresh: number;
}

/** A rack is written again once this much of it is new: a change of one app must not cost what the rack has. */
const WORTH_KEEPING = 1 / 8;

export function createPartStore(bytes: ByteStore, packer: ValuePacker): PartStore {
  const recalled = new Set<string>();
  const unkept = new Map<string, Unkept>();
  const write = async (rack: string, parts: RackParts): Promise<void> => {
    unkept.delete(rack);
    await bytes.put(nameOf(rack), serialize(packRack(parts, packer)));
  };
  return {
    recallRack: async (rack) => {
      if (recalled.has(rack)) return null;
      recalled.add(rack);
      const found = await bytes.get(nameOf(rack));
      return found === null ? null : unpackRack(deserialize(found) as PackedRack, packer); // put there by `write`
    },
    keepRack: async (parts, fresh) => {
      const rack = parts.own.name;
      const soFar = (unkept.get(rack)?.fresh ?? 0) + fresh;
      if (soFar === 0) return;
      if (soFar > parts.apps.length * WORTH_KEEPING) await write(rack, parts);
      else unkept.set(rack, { parts, fresh: soFar });
    },
    recallTop: async (key) => {
      const found = await bytes.get(TOP);
      if (found === null) return null;
      const { key: keptKey, top, files } = deserialize(found) as PackedTop; // put there by `keepTop`
      return keptKey === key ? { ...top, files: topFiles(top.id, files) } : null;
    },
    keepTop: async (key, { files, ...top }) => {
      const packed: PackedTop = { key, top, files: plainFiles(files.paths.flatMap((path) => files.get(path) ?? [])) };
      await bytes.put(TOP, serialize(packed));
    },
    close: async () => {
      for (const [rack, { parts }] of unkept) await write(rack, parts);
    },
  };
}

const TOP = "top";

function nameOf(rack: string): string {
  return `rack ${rack}`;
}

interface PackedTop {
  readonly key: string;
  readonly top: Omit<TopPart, "files">;
  readonly files: readonly ComparableFile[];
}

interface PackedRack extends Omit<RackParts, "apps"> {
  readonly apps: PackedApps;
}

function packRack({ tree, own, apps }: RackParts, packer: ValuePacker): PackedRack {
  return { tree, own: { ...own, files: plainFiles(own.files) }, apps: packApps(apps, packer) };
}

function unpackRack({ tree, own, apps }: PackedRack, packer: ValuePacker): RackParts {
  return { tree, own, apps: unpackApps(apps, packer) };
}

/** With what they are made of when asked. */
function plainFiles(files: readonly ComparableFile[]): readonly ComparableFile[] {
  return files.map(({ path, blob, kind, fields, lines }) => ({ path, blob, kind, fields, lines }));
}
