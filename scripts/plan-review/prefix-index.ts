/**
 * Finds, of items that are known by how their texts begin, those that a text could belong to: it begins like that, or is
 * a beginning of it. The work grows with what is found, not with what there is.
 */
export function prefixIndex<T>(
  entries: readonly (readonly [beginning: string, item: T])[],
): (text: string) => Set<T> {
  const items = new Map<string, T[]>();
  for (const [beginning, item] of entries) {
    const same = items.get(beginning);
    if (same) same.push(item);
    else items.set(beginning, [item]);
  }
  const sorted = [...items.keys()].sort();
  const lengths = new Set(sorted.map((beginning) => beginning.length));
  return (text) => {
    const found = new Set<T>();
    for (const length of lengths) {
      if (length <= text.length) for (const item of items.get(text.slice(0, length)) ?? []) found.add(item);
    }
    for (let index = firstFrom(sorted, text); sorted[index]?.startsWith(text); index += 1) {
      for (const item of items.get(sorted[index] as string) ?? []) found.add(item);
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
