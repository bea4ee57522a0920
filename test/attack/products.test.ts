import { encodePageToken } from "#functions/lib/page-token";
import { ATTACKS_ARE_FULL, attack } from "../support/attack";
import { type Dynalite, startDynalite } from "../support/dynalite";
import { type Inventory, listByOffset, type Page, stockUp } from "./products/inventory";
import { readThrough } from "./products/read-through";
import { WRONG_TOKENS } from "./products/wrong-tokens";

/** `GET /products` with many products, read by following `nextToken`; and with tokens that were never handed out. */

const COUNT = ATTACKS_ARE_FULL ? 100_000 : 100;
const PAGE_SIZES = ATTACKS_ARE_FULL ? [100, 61, 10] : [5];

let dynamoDb: Dynalite;
let many: Inventory;
/** A few products, in a table that is listed by a hurried function. */
let few: Inventory;

beforeAll(async () => {
  dynamoDb = await startDynalite();
  many = await stockUp(dynamoDb, "products", COUNT);
  few = { ...(await stockUp(dynamoDb, "few", 60)), list: listByOffset(dynamoDb, "few") };
}, 300_000);
afterAll(() => dynamoDb.close());

for (const limit of PAGE_SIZES) {
  attack({
    area: "products",
    what: `each read once by ${limit}, others coming and going`,
    target: () => many,
    broken: () => few,
    async attempt(inventory, { random, check }) {
      const { kept } = inventory();
      // The few that the proof is made with come on many pages too.
      const size = Math.min(limit, Math.floor(kept.length / 20));
      const { times, fault } = await readThrough(inventory(), size, random);
      check(fault === undefined, () => `${fault}`);
      for (const code of new Set([...kept, ...times.keys()])) {
        const read = times.get(code) ?? 0;
        const isRight = read === 1 || (read === 0 && !code.startsWith("kept"));
        check(isRight, () => `${code} was read ${read} times`);
      }
    },
  });
}

attack({
  area: "products",
  what: "as dear at the end as at the beginning",
  target: () => many,
  broken: () => few,
  async attempt(inventory, { full, check }) {
    const { kept, list, takeCost } = inventory();
    const limit = full ? 100 : 20;
    takeCost();
    let page: Page | undefined;
    for (let number = 0; page === undefined || page.nextToken !== undefined; number += 1) {
      page = await list(limit, page?.nextToken);
      const { requests, items } = takeCost();
      const left = kept.length - number * limit;
      check(
        page.status === 200 && requests === 1 && items === Math.min(left, limit + 1),
        () => `page ${number} took ${requests} requests and ${items} items`,
      );
    }
  },
});

for (const { what, of } of WRONG_TOKENS) {
  attack({
    area: "products",
    what: `a token ${what}`,
    target: () => many,
    broken: () => few,
    async attempt(inventory, { full, check }) {
      const { list, tableName, takeCost } = inventory();
      for (const code of full ? CODES : CODES.slice(0, 1)) {
        const token = encodePageToken(code, tableName);
        for (const wrong of of(token, tableName)) {
          if (wrong === token) continue;
          takeCost();
          const { status, codes, message = "" } = await list(10, wrong);
          const isRefused = status === 400 && /^nextToken: expected/.test(message) && codes.length === 0;
          check(
            isRefused && takeCost().requests === 0,
            () => `${JSON.stringify(wrong)} was answered ${status}`,
          );
        }
      }
    },
  });
}

/** Codes of which a page may have told. */
const CODES = ["kept-1", "a", "Käse 😀", "a/b?c=d&e", '"\\', "\u0000\u001f", "%2e%2e", "a".repeat(200)];

test("the tokens that these wrong ones are made from are right", async () => {
  for (const code of CODES)
    expect(await many.list(10, encodePageToken(code, "products"))).toMatchObject({ status: 200 });
});
