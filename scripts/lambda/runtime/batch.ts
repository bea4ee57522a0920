/**
 * Collects the messages of one turn of the event loop and sends them together, because a write to another process costs
 * more than most messages do.
 *
 * @param send - receives the collected messages, in order
 */
export function createBatch<T>(send: (items: readonly T[]) => void): (item: T) => void {
  let items: T[] = [];
  const sendAll = (): void => {
    const collected = items;
    items = [];
    send(collected);
  };
  return (item) => {
    items.push(item);
    if (items.length === 1) setImmediate(sendAll);
  };
}
