// Domains that services of several apps answer to. Which of two apps a request reaches is then a matter of luck, or of theft.

/** A service's `domain` as it stands in convox.yml. */
export interface DomainClaim {
  readonly rack: string;
  readonly app: string;
  readonly service: string;
  readonly domain: string;
}

export interface SharedDomain extends DomainClaim {
  /** Other apps that it overlaps with, as `rack/app`: the first few of them, sorted. */
  readonly others: readonly string[];
  /** How many others there are beside these. */
  readonly more: number;
}

const OTHERS_NAMED = 3;
/** Characters of the longest name that DNS knows: no request reaches a longer one. */
const NAME_CHARACTERS = 253;

/** Those that overlap with one of another app; an app on two racks is two. Case, a trailing dot and punycode make no difference. */
export function sharedDomains(claims: readonly DomainClaim[]): readonly SharedDomain[] {
  const named = claims
    .map((claim) => ({ claim, owner: `${claim.rack}/${claim.app}`, name: domainName(claim.domain) }))
    .filter(({ name }) => name.length <= NAME_CHARACTERS);
  const owners = new Map<string, Set<string>>();
  for (const { owner, name } of named) addTo(owners, name, [owner]);
  const overlapping = overlapsOf(owners);
  return named.flatMap(({ claim, owner, name }) => {
    const all = overlapping.get(name);
    if (all === undefined) return [];
    const others = all
      .slice(0, OTHERS_NAMED + 1)
      .filter((other) => other !== owner)
      .slice(0, OTHERS_NAMED);
    return [{ ...claim, others, more: all.length - 1 - others.length }];
  });
}

/** Of each name that several have, all who have one that it overlaps with, sorted once: ten thousand may share it. */
function overlapsOf(owners: ReadonlyMap<string, ReadonlySet<string>>): ReadonlyMap<string, readonly string[]> {
  const overlapping = new Map<string, Set<string>>();
  for (const [name, own] of owners) {
    addTo(overlapping, name, own);
    for (const wildcard of wildcardsOver(name)) {
      addTo(overlapping, name, owners.get(wildcard) ?? []);
      if (owners.has(wildcard)) addTo(overlapping, wildcard, own);
    }
  }
  return new Map([...overlapping].flatMap(([name, all]) => (all.size < 2 ? [] : [[name, [...all].sort()] as const])));
}

function addTo(sets: Map<string, Set<string>>, key: string, values: Iterable<string>): void {
  const set = sets.get(key) ?? new Set();
  for (const value of values) set.add(value);
  sets.set(key, set);
}

/** `*.b.c` and `*.c` of `a.b.c`. */
function wildcardsOver(name: string): readonly string[] {
  const labels = name.split(".");
  return labels.slice(1).map((_, index) => `*.${labels.slice(index + 1).join(".")}`);
}

function domainName(domain: string): string {
  const plain = domain.toLowerCase().replace(/\.$/, "");
  const address = `http://${plain}`;
  return /[^ -~]/.test(plain) && URL.canParse(address) ? new URL(address).hostname : plain;
}
