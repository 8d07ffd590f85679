/** Git answers these without a pause between them; a tree that is too large is noticed before more of it is asked for. */
export const FOLDERS_AT_ONCE = 64;

/** What `make` gives for each, in the order of `from`. Where one fails nothing new is begun. */
export async function sideBySide<S, T>(
  from: readonly S[],
  { atOnce }: { readonly atOnce: number },
  make: (one: S) => Promise<T>,
): Promise<readonly T[]> {
  const made: T[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next; index < from.length; index = next) {
      next += 1;
      const one = from[index];
      if (one !== undefined) made[index] = await make(one);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, from.length) }, work));
  return made;
}
