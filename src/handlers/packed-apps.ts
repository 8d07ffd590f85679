// Apps that were loaded, as data that can be written down or sent from one thread to another.
import type { Kept } from "../manifest/kept.ts";
import type { AppContent, AppPart } from "../manifest/load-app.ts";
import type { ValuePacker } from "./packed-values.ts";

export interface PackedApps {
  readonly apps: readonly PackedApp[];
  /** What their files say, one behind the other; the same for several apps once. */
  readonly contents: Uint8Array;
  /** Where each of them ends. */
  readonly ends: readonly number[];
}

/** Content by its index. */
interface PackedApp extends Omit<AppPart, "content"> {
  readonly content: { readonly [K in keyof AppContent]: number | null };
}

export function packApps(parts: readonly AppPart[], packer: ValuePacker): PackedApps {
  const places = new Map<Kept<unknown>, number>();
  const contents: Uint8Array[] = [];
  const place = (kept: Kept<unknown> | null): number | null => {
    if (kept === null) return null;
    const known = places.get(kept) ?? contents.push(packer.bytesOf(kept)) - 1;
    places.set(kept, known);
    return known;
  };
  const apps = parts.map(({ content, ...rest }: AppPart): PackedApp => {
    const { app, environment, manifest } = content;
    return { ...rest, content: { app: place(app), environment: place(environment), manifest: place(manifest) } };
  });
  return { apps, ...joined(contents) };
}

/** In one piece of just that length: what is sent or written takes no more. */
function joined(contents: readonly Uint8Array[]): Pick<PackedApps, "contents" | "ends"> {
  let end = 0;
  const ends = contents.map(({ length }) => (end += length));
  const bytes = new Uint8Array(end);
  contents.forEach((content, index) => bytes.set(content, (ends[index] ?? 0) - content.length));
  return { contents: bytes, ends };
}

export function unpackApps({ apps, contents, ends }: PackedApps, packer: ValuePacker): readonly AppPart[] {
  const kept = ends.map((end, index) => packer.unpack<never>(contents.subarray(ends[index - 1] ?? 0, end)));
  const at = (index: number | null): Kept<never> | null => (index === null ? null : (kept[index] ?? null));
  return apps.map(({ content, ...rest }) => ({
    ...rest,
    content: { app: at(content.app), environment: at(content.environment), manifest: at(content.manifest) },
  }));
}
