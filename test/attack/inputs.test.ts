import fc from "fast-check";
import type { Product } from "#functions/lib/product";
import { ATTACKS_ARE_FULL, attack } from "../support/attack";
import { type BundledFunctions, bundledFunctions } from "../support/bundled-functions";
import { type Dynalite, startDynalite } from "../support/dynalite";
import type { LocalGateway } from "../support/local-gateway";
import { temporaryFolder } from "../support/temporary-folder";
import { ANY_REQUESTS } from "./inputs/any-request";
import { CARELESS, longWinded, unescaped } from "./inputs/careless";
import { directService } from "./inputs/direct";
import { drawHostileProduct, faultOfRow, largestProduct } from "./inputs/hostile-product";
import { findFault, tell } from "./inputs/judge";
import type { ProductsRequest, Service } from "./inputs/service";
import { type PageElement, readStrictly } from "./inputs/strict-page";

/** Whatever comes in is taken or refused in words; nothing breaks, and what is refused writes nothing. */

/** Requests of each kind; where a seed is drawn, the proof draws until it finds what it has to find. */
const SHORT = ATTACKS_ARE_FULL ? 300 : 12;

/** So few that they are read after every request. */
const MOST_ITEMS = 10;

/** Where requests go, and how many of them in full. */
interface Place {
  readonly where: string;
  readonly requests: number;
  readonly pages: number;
  service(): Service;
}

let dynamoDb: Dynalite;
let functions: BundledFunctions;
let direct: Service;

beforeAll(async () => {
  dynamoDb = await startDynalite();
  const tableName = await dynamoDb.createProductsTable();
  functions = bundledFunctions(dynamoDb.endpoint, tableName);
  direct = directService(functions, dynamoDb, tableName);
});
afterAll(async () => {
  await functions.restart();
  await dynamoDb.close();
});

attackAt({ where: "the functions", requests: 3_000, pages: 100, service: () => direct });

if (ATTACKS_ARE_FULL) {
  attack({
    area: "inputs",
    what: "a page of the largest products, by the functions",
    target: () => direct,
    broken: () => longWinded(direct),
    async attempt(target, { check }) {
      for (const filling of ["\u0001", '"', "\\", "<", "ä", "😀"]) {
        await target().clear();
        for (let number = 0; number < 100; number += 1) await put(target(), largestProduct(number, filling));
        for (const path of ["/products", "/index"]) {
          const answer = await target().send(listing(path));
          const bytes = Buffer.byteLength(JSON.stringify(answer));
          check(
            answer.status === 200 && bytes < LAMBDA_BYTES,
            () => `${path} full of ${JSON.stringify(filling)} was answered ${answer.status}, ${bytes} bytes`,
          );
        }
      }
      await target().clear();
    },
  });

  describe("through the gateway", () => {
    const folder = temporaryFolder();
    let gateway: LocalGateway;
    let service: Service;

    beforeAll(async () => {
      // In short none of this is needed.
      const { startGateway } = await import("../support/local-gateway");
      const { synthesizeProject } = await import("../support/project-stack");
      const { gatewayService } = await import("./inputs/through-gateway");
      const stack = await synthesizeProject(folder);
      const model = stack.load((terraform) => delete terraform.resource.aws_api_gateway_method_settings);
      gateway = await startGateway(model, {
        prefix: stack.prefix,
        accountLimit: { rate: 1e9, burst: 1e9 },
      });
      service = gatewayService(gateway, model.tables[0]?.name ?? "");
    }, 30_000);
    afterAll(() => gateway.api.close());

    attackAt({ where: "the gateway", requests: 1_500, pages: 50, service: () => service });
  });
}

function attackAt({ where, requests, pages, service }: Place): void {
  for (const { what, of } of ANY_REQUESTS) {
    attack({
      area: "inputs",
      what: `anything as ${what}, to ${where}`,
      target: service,
      broken: () => CARELESS[what](service()),
      async attempt(target, { full, random, check }) {
        const attacked = target();
        const chosen = { numRuns: full ? requests : SHORT, seed: random.integer(0, 2 ** 31 - 1) };
        const seen = { taken: 0, refused: 0 };
        let before = await attacked.items();
        for (const request of fc.sample(of(attacked.tableName), chosen)) {
          const answer = await attacked.send(request);
          const after = await attacked.items();
          const fault = findFault({ request, answer, before, after });
          check(fault === undefined, () => `${tell(request)}: ${fault}`);
          seen[answer.status < 300 ? "taken" : "refused"] += 1;
          if (after.size > MOST_ITEMS) await attacked.clear();
          before = after.size > MOST_ITEMS ? new Map() : after;
        }
        if (seen.taken === 0 || seen.refused === 0) throw new Error(`one-sided: ${JSON.stringify(seen)}`);
      },
    });
  }

  attack({
    area: "inputs",
    what: `hostile texts on the page, by ${where}`,
    target: service,
    broken: () => unescaped(service()),
    async attempt(target, { full, random, check }) {
      const attacked = target();
      for (let page = 0; page < (full ? pages : 1); page += 1) {
        await attacked.clear();
        const products = Array.from({ length: full ? 20 : 5 }, (_, number) =>
          drawHostileProduct(number, random),
        );
        for (const product of products) await put(attacked, product);
        const { body } = await attacked.send(listing("/index"));
        const read = readOrTell(body);
        for (const product of products) {
          const fault = typeof read === "string" ? read : faultOfRow(read, product);
          check(fault === undefined, () => String(fault));
        }
      }
      await attacked.clear();
    },
  });
}

/** What a function may answer; some of it for the headers. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LAMBDA_BYTES = 6 * 1024 * 1024 - 1024;

function listing(path: string): ProductsRequest {
  return { method: "GET", path, query: "limit=100", body: new Uint8Array() };
}

async function put(service: Service, product: Product): Promise<void> {
  const path = `/products/${encodeURIComponent(product.code)}`;
  const body = Buffer.from(JSON.stringify(product));
  const answer = await service.send({ method: "PUT", path, query: "", body });
  if (answer.status !== 201) throw new Error(`${answer.status} ${answer.body}`);
}

/** The page, or why it cannot be read. */
function readOrTell(page: string): PageElement | string {
  try {
    return readStrictly(page);
  } catch (error) {
    return (error as Error).message;
  }
}
