/**
 * Remembers what was computed for an id, for at most `limit` of them: a full cache forgets all.
 *
 * @returns a function that gives what is remembered for the id, and else computes it
 */
export function boundedCache<V>(limit: number): (id: string, compute: () => V) => V {
  const values = new Map<string, V>();
  return (id, compute) => {
    const known = values.get(id);
    if (known !== undefined) return known;
    const value = compute();
    if (values.size >= limit) values.clear();
    values.set(id, value);
    return value;
  };
}
