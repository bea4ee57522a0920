/** Groups things by what they have in common, in the order in which they come. */
export function groupBy<T>(items: Iterable<T>, keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/**
 * Finds, of items that are known by how their texts begin, those that a text could belong to: it begins like that, or is
 * a beginning of it. The work grows with what is found, not with what there is.
 */
export function prefixIndex<T>(
  entries: readonly (readonly [beginning: string, item: T])[],
): (text: string) => Set<T> {
  const groups = groupBy(entries, ([beginning]) => beginning);
  const sorted = [...groups.keys()].sort();
  const lengths = new Set(sorted.map((beginning) => beginning.length));
  return (text) => {
    const found = new Set<T>();
    const take = (beginning: string): void => {
      for (const [, item] of groups.get(beginning) ?? []) found.add(item);
    };
    for (const length of lengths) if (length <= text.length) take(text.slice(0, length));
    for (let index = firstFrom(sorted, text); sorted[index]?.startsWith(text); index += 1) {
      take(sorted[index] as string);
    }
    return found;
  };
}

/** Where the first text stands that is not before another one, by binary search. */
function firstFrom(sorted: readonly string[], text: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as string) < text) low = middle + 1;
    else high = middle;
  }
  return low;
}
