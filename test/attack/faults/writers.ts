import { signedFetch } from "#functions/lib/sigv4";
import { REGION } from "../../support/api-terraform";
import type { Random } from "../../support/random";
import type { KeptGateway } from "./kept-gateway";

/** What a product may be in the table: what was acknowledged last, or what was asked for and not answered. */
interface Claim {
  acknowledged: string | undefined;
  /** Absent where every request was answered. */
  asked?: { readonly item: string | undefined };
}

/** Clients that write, each products of its own, and remember what they were told. */
export interface Writers {
  /**
   * Write until there is no answer any more.
   * @param onAcknowledged - is told of each write that was
   */
  write(gateway: KeptGateway, onAcknowledged: () => void): Promise<void>;
  /** What does not fit what they were told, a line for each product; and takes the table for true from now on. */
  compare(items: ReadonlyMap<string, string>, judge: (fits: boolean, tell: () => string) => void): void;
}

export function createWriters(count: number, random: Random): Writers {
  const claims = new Map<string, Claim>();
  let products = 0;

  const writeOne = async (send: typeof fetch, url: string, own: string[]): Promise<boolean> => {
    const isNew = own.length === 0 || random.fraction() < 0.7;
    const code = isNew ? `product-${++products}` : random.pick(own);
    if (isNew) own.push(code);
    const claim: Claim = claims.get(code) ?? { acknowledged: undefined };
    claims.set(code, claim);
    const product = {
      code,
      name: `Product ${random.integer(0, 1e9)}`,
      itemPrice: "1.00",
      inStockQty: 1,
      category: [],
    };
    const item = isNew || random.fraction() < 0.7 ? JSON.stringify(product) : undefined;
    claim.asked = { item };
    const answer = await send(`${url}/dev/products/${code}`, { method: item ? "PUT" : "DELETE", body: item });
    await answer.arrayBuffer();
    if (answer.status < 500 && !answer.ok) throw new Error(`a write was answered ${answer.status}`);
    // What failed may have been done or not, and no writer goes on with such a product.
    if (!answer.ok) own.splice(own.indexOf(code), 1);
    else {
      claim.acknowledged = item;
      delete claim.asked;
    }
    return answer.ok;
  };

  return {
    async write({ url, writer }, onAcknowledged) {
      if (!writer) throw new Error("nobody may write");
      const { accessKeyId, secretAccessKey, sessionToken } = writer;
      const send = signedFetch(fetch, {
        credentials: { accessKeyId, secretAccessKey, sessionToken },
        region: REGION,
      });
      const writing = Array.from({ length: count }, async () => {
        const own: string[] = [];
        for (;;) {
          if (await writeOne(send, url, own)) onAcknowledged();
        }
      });
      // What fetch throws where a connection ends has a cause.
      for (const { reason } of (await Promise.allSettled(writing)) as PromiseRejectedResult[])
        if (reason.cause === undefined) throw reason;
    },
    compare(items, judge) {
      for (const [code, claim] of claims) {
        const item = items.get(code);
        const fits = item === claim.acknowledged || (claim.asked !== undefined && item === claim.asked.item);
        judge(fits, () => `${code} is ${item}, and was acknowledged as ${claim.acknowledged}`);
        claim.acknowledged = item;
        delete claim.asked;
      }
    },
  };
}
