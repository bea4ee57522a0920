import type { Random } from "../../support/random";
import type { Inventory, Page } from "./inventory";

/** What came of reading an inventory from the first page to the last. */
export interface Reading {
  /** How often each product was read. */
  readonly times: ReadonlyMap<string, number>;
  /** What went wrong with a page, where something did. */
  readonly fault?: string;
}

/** Reads page after page as a client does, while others write and delete, in each pause and during each request. */
export async function readThrough(inventory: Inventory, limit: number, random: Random): Promise<Reading> {
  const times = new Map<string, number>();
  const passers = passersBy(inventory, random);
  const mostPages = (inventory.kept.length / limit) * 2 + 100;
  let page: Page | undefined;
  for (let number = 0; page === undefined || page.nextToken !== undefined; number += 1) {
    const before = page;
    const turns = [inventory.list(limit, before?.nextToken), passers.turn(before?.codes.at(-1))] as const;
    [page] = await Promise.all(turns);
    if (page.status !== 200) return { times, fault: `page ${number} was answered ${page.status}` };
    if (number > mostPages) return { times, fault: `there is no end after ${number} pages` };
    for (const code of page.codes) times.set(code, (times.get(code) ?? 0) + 1);
  }
  await passers.leave();
  return { times };
}

// ---------------------------------------------------------------------------------------------------- internal

/** Those who write products of their own meanwhile, replace and delete them; those at the end of a page above all. */
function passersBy({ put, remove }: Inventory, random: Random) {
  const theirs = new Set<string>();
  const take = async (code: string): Promise<void> => {
    theirs.delete(code);
    await remove(code);
  };
  const add = async (): Promise<void> => {
    const code = `passing-${random.bytes(8).toString("hex")}`;
    await put(code);
    theirs.add(code);
  };
  return {
    async turn(lastRead: string | undefined): Promise<void> {
      if (lastRead !== undefined && theirs.has(lastRead)) return take(lastRead);
      const [some] = theirs;
      if (some === undefined || random.fraction() < 0.6) return add();
      return random.fraction() < 0.5 ? take(some) : put(some);
    },
    async leave(): Promise<void> {
      for (const code of theirs) await remove(code);
    },
  };
}
