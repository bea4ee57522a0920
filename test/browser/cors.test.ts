import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { findChromium } from "#cli/find-chromium";
import { signRequest } from "#functions/lib/sigv4";
import { loadModel } from "#load/load-model";
import { Account } from "#modules/account";
import { InvokeRole } from "#modules/invoke-role";
import { RestApi } from "#modules/rest-api";
import { startChromium } from "#self/docs/start-chromium";
import { ACCOUNT_ID } from "../support/api-terraform";
import { type LocalGateway, SEED, startGateway } from "../support/local-gateway";
import { synthesize } from "../support/synth";

/** A page of another origin that calls the API, with a signature and without. */

jest.setTimeout(60_000);

const REGION = "eu-central-1";
const elsewhere = createServer((_request, response) => response.end("<!doctype html><title>Shop</title>"));
let shop: string;
let browser: Browser;

beforeAll(async () => {
  elsewhere.listen(0, "127.0.0.1");
  await once(elsewhere, "listening");
  shop = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
  browser = await startChromium(findChromium(process.env));
});
afterAll(async () => {
  await browser?.close();
  elsewhere.closeAllConnections();
  elsewhere.close();
});

describe("where its origin is allowed", () => {
  let gateway: LocalGateway;
  beforeAll(async () => {
    gateway = await serve(shop);
  });
  afterAll(() => gateway.api.close());

  test("it calls a signed route and reads the answer", async () => {
    expect(await fetchFromShop(gateway, { signed: true })).toEqual({
      status: 200,
      body: '{"message": "success"}',
    });
  });

  test("it reads why it is refused", async () => {
    expect(await fetchFromShop(gateway, { signed: false })).toEqual({
      status: 403,
      errorType: "MissingAuthenticationTokenException",
      body: '{"message":"Missing Authentication Token"}',
    });
  });
});

test.each([
  ["another origin is allowed", "https://shop.example.com"],
  ["none is", undefined],
])("where %s, the browser keeps everything from it", async (_name, allowOrigin) => {
  const gateway = await serve(allowOrigin);
  try {
    for (const signed of [true, false]) {
      expect(await fetchFromShop(gateway, { signed })).toEqual({ failed: "Failed to fetch" });
    }
  } finally {
    await gateway.api.close();
  }
});

function serve(allowOrigin: string | undefined): Promise<LocalGateway> {
  const terraform = synthesize((stack) => {
    const api = new RestApi(stack, "api", {
      description: "an API",
      region: REGION,
      stageName: "dev",
      throttle: { rateLimit: 50, burstLimit: 50 },
      accessLogs: false,
      logRetentionInDays: 3,
      allowOrigin,
      routes: [
        {
          method: "GET",
          path: "/signed",
          authorization: "AWS_IAM",
          integration: { mock: { message: "success" } },
        },
      ],
    });
    new InvokeRole(stack, "caller", {
      description: "May call",
      account: new Account(stack, "account"),
      routeArns: api.signedArns(["GET"]),
    });
  });
  const identity = { accountId: ACCOUNT_ID, seed: SEED };
  return startGateway(loadModel({ terraform, directory: "", identity }), { prefix: "test-dev-" });
}

/** What the shop's page gets from `fetch`. The signature is made outside of it, and the browser sets the host. */
async function fetchFromShop(gateway: LocalGateway, { signed }: { signed: boolean }): Promise<unknown> {
  const url = `${gateway.url}/dev/signed`;
  const { host, ...headers } = signed
    ? (
        await signRequest(
          { method: "GET", url },
          { region: REGION, credentials: gateway.credentials("caller") },
        )
      ).headers
    : {};
  const page = await browser.newPage();
  try {
    await page.goto(shop);
    return await page.evaluate(
      `fetch(${JSON.stringify(url)}, { headers: ${JSON.stringify(headers)} }).then(
        async (answer) => ({
          status: answer.status,
          errorType: answer.headers.get("x-amzn-errortype") ?? undefined,
          body: await answer.text(),
        }),
        (error) => ({ failed: error.message }),
      )`,
    );
  } finally {
    await page.close();
  }
}
