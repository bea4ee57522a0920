import { createHandler } from "#functions/get-index/handler";
import { readQuery } from "#gateway/query";
import { apiEvent, capturedLog, context, type EventOptions } from "../../support/api-event";
import { type BundledFunctions, FUNCTION_CREDENTIALS } from "../../support/bundled-functions";
import type { Dynalite } from "../../support/dynalite";
import { type ProductsRequest, type Service, type ServiceAnswer, tableOf } from "./service";

/**
 * The bundled functions, without a gateway that would refuse anything first: each is handed the event of a request. The
 * page is rendered by its handler, whose way to the products is shortened.
 */
export function directService(functions: BundledFunctions, { client }: Dynalite, tableName: string): Service {
  const page = createHandler({
    api: {
      url: "https://api/dev/products",
      credentials: FUNCTION_CREDENTIALS,
      region: "us-east-1",
      httpGet: ({ search }) => functions.invoke("get-products", { query: readPairs(search) }),
    },
    now: () => new Date(0),
    log: capturedLog().log,
  });
  return {
    ...tableOf(client, tableName),
    async send(request) {
      const event = toEvent(request);
      if (request.path === "/index") return showPage(event);
      return functions.invoke(
        request.path === "/products" ? "get-products" : FUNCTIONS[request.method],
        event,
      );
    },
  };

  async function showPage(event: EventOptions): Promise<ServiceAnswer> {
    const { statusCode, body } = await page(apiEvent(event), context);
    return { status: statusCode, body };
  }
}

// ---------------------------------------------------------------------------------------------------- internal

const FUNCTIONS = { GET: "get-product", PUT: "put-product", DELETE: "delete-product" } as const;

/** The event as API Gateway makes it; of a body that is no text, as it makes it where it takes that for binary. */
function toEvent({ method, path, query, body }: ProductsRequest): EventOptions {
  const bytes = Buffer.from(body);
  const isText = Buffer.from(bytes.toString()).equals(bytes);
  return {
    method,
    path,
    pathParameters: { code: Buffer.from(path.slice("/products/".length), "latin1").toString() },
    query: readPairs(`?${query}`),
    body: bytes.length === 0 ? undefined : bytes.toString(isText ? "utf8" : "base64"),
    isBase64Encoded: !isText,
  };
}

function readPairs(search: string): (readonly [name: string, value: string])[] {
  return [...readQuery(search)].flatMap(([name, values]) => values.map((value) => [name, value] as const));
}
