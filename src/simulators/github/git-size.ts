/** Trees that hold a few objects a thousand million times: comparing one has no end, so GitHub gives up on it, and so does this. */
import type { GitRepo } from "./git-repo.ts";

/** Paths listed of a tree, as text; 100 racks × 100 apps are less than a tenth of it. */
const maxListedBytes = 16 * 1024 * 1024;
const maxCached = 5000;

export type IsHuge = (commitOrTree: string) => Promise<boolean>;

export function createIsHuge(repo: GitRepo): IsHuge {
  const cached = new Map<string, Promise<boolean>>();
  return (id) => {
    const known = cached.get(id);
    if (known !== undefined) return known;
    if (cached.size >= maxCached) cached.clear();
    const found = repo.git.saysMoreThan(["ls-tree", "-r", "-z", "--name-only", id], maxListedBytes);
    cached.set(id, found);
    found.catch(() => cached.delete(id));
    return found;
  };
}
