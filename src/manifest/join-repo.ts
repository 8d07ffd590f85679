// The parts of a tree to a ConfigRepo. Costs what the number of racks does, and what changed since a tree that is remembered.
import { crossFindings, type CrossFindings } from "./cross-findings.ts";
import { arrangeFindings } from "./findings.ts";
import type { RackFacts, RackPart } from "./load-rack.ts";
import { createSealedIndex, type SealedIndex } from "./sealed-index.ts";
import type { TopPart } from "./load-top.ts";
import { createRepoFiles } from "./repo-files.ts";
import { inFolderOrder } from "./repo-paths.ts";
import type { ConfigRepo, Finding, RackFolder, RackName } from "./types.ts";

/** A tree, folder by folder. Racks by the names of their folders. */
export interface RepoParts {
  readonly top: TopPart;
  readonly racks: ReadonlyMap<string, RackPart>;
}

/** What was found between files lately, by the facts it was found in. It saves time and changes no result. */
export interface CrossMemory {
  readonly known: { readonly top: TopPart; readonly facts: readonly RackFacts[]; readonly found: CrossFindings }[];
  /** Facts by their text: equal ones are the same object. */
  readonly facts: Map<string, RackFacts>;
  /** Of a rack that is the same as in another tree, without comparing its texts. */
  readonly ofPart: WeakMap<RackPart, RackFacts>;
  readonly sealed: SealedIndex;
}

export function createCrossMemory(): CrossMemory {
  return { known: [], facts: new Map(), ofPart: new WeakMap(), sealed: createSealedIndex() };
}

const KNOWN_KEPT = 8;
const FACTS_KEPT = 10_000;

export function isPrepared(part: RackPart, memory: CrossMemory): boolean {
  return memory.ofPart.has(part);
}

/** Makes what the next `joinRepo` with this rack would make for it; a tree of many racks can be prepared with pauses between them. */
export function prepareRack(part: RackPart, memory: CrossMemory): void {
  factsOf(part, memory);
  memory.sealed.move(part);
}

export function joinRepo({ top, racks: unsorted }: RepoParts, memory: CrossMemory): ConfigRepo {
  const racks = new Map(inFolderOrder(unsorted, ([name]) => name));
  const cross = recall(
    top,
    Array.from(racks.values(), (part) => factsOf(part, memory)),
    memory,
  );
  return {
    access: top.access,
    settings: top.settings,
    racks: usableRacks(racks, cross.unusable),
    files: createRepoFiles(top.files, new Map([...racks].map(([name, { files }]) => [name, files]))),
    tests: top.tests,
    sharedDomains: cross.sharedDomains,
    findings: allFindings({ top, racks }, [...cross.findings, ...memory.sealed.repeatedIn(racks)]),
  };
}

function factsOf(part: RackPart, { facts, ofPart }: CrossMemory): RackFacts {
  const known = ofPart.get(part) ?? facts.get(part.factsText);
  if (known !== undefined) {
    ofPart.set(part, known);
    return known;
  }
  if (facts.size >= FACTS_KEPT) facts.clear();
  const made = part.facts();
  facts.set(part.factsText, made);
  ofPart.set(part, made);
  return made;
}

function recall(top: TopPart, facts: readonly RackFacts[], { known }: CrossMemory): CrossFindings {
  const isSame = (other: readonly RackFacts[]): boolean =>
    other.length === facts.length && facts.every((one, index) => one === other[index]);
  const at = known.findIndex((one) => one.top === top && isSame(one.facts));
  const [entry = { top, facts, found: crossFindings(top, facts) }] = at < 0 ? [] : known.splice(at, 1);
  known.unshift(entry);
  if (known.length > KNOWN_KEPT) known.pop();
  return entry.found;
}

function usableRacks(
  racks: ReadonlyMap<string, RackPart>,
  unusable: ReadonlySet<string>,
): ReadonlyMap<RackName, RackFolder> {
  const folders = [...racks.values()].flatMap(({ folder }) => folder ?? []);
  const inRacks = new Set(Array.from(unusable, (place) => place.slice(0, place.indexOf("/"))));
  return new Map(
    folders.map((folder) => {
      const { rack, apps } = folder;
      // The same object where nothing is left out: of equal ones nobody looks into the apps.
      if (!inRacks.has(rack.name)) return [rack.name, folder];
      return [rack.name, { rack, apps: new Map([...apps].filter(([app]) => !unusable.has(`${rack.name}/${app}`))) }];
    }),
  );
}

/** Of each rack the list that it has arranged itself, unless something comes to it from outside. */
function allFindings({ top, racks }: RepoParts, cross: readonly Finding[]): readonly Finding[] {
  const inRack = new Map<string, Finding[]>();
  const outside: Finding[] = [...top.findings];
  for (const finding of cross) {
    const [root, rack, below] = finding.file.split("/", 3);
    if (root !== "racks" || rack === undefined || below === undefined) {
      outside.push(finding);
      continue;
    }
    const list = inRack.get(rack) ?? [];
    list.push(finding);
    inRack.set(rack, list);
  }
  const ofRacks = [...racks].flatMap(([name, { arranged, findings }]) => {
    const more = inRack.get(name);
    return more === undefined ? arranged : arrangeFindings([...findings, ...more]);
  });
  const arranged = arrangeFindings(outside);
  // A file that stands in the place of a rack's folder is sorted among the folders.
  const isMixed = arranged.some(({ file }) => file.startsWith("racks/"));
  if (isMixed) return [...arranged, ...ofRacks].sort(byFile);
  const after = arranged.findIndex(({ file }) => file > "racks/");
  const split = after < 0 ? arranged.length : after;
  return [...arranged.slice(0, split), ...ofRacks, ...arranged.slice(split)];
}

function byFile(a: Finding, b: Finding): number {
  return a.file < b.file ? -1 : a.file > b.file ? 1 : 0;
}
