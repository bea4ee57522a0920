import fc from "fast-check";
import { toGatewayAnswer } from "#gateway/gateway-response";
import { compileIntegration } from "#gateway/integrate/integration";
import { isRefusal } from "#gateway/refusal";
import type { IntegrationResponse, MockIntegration } from "#model/rest-api";
import { anApi, aRequest, aRoute, IDS, MOCK_INTEGRATION, matchOf } from "../../../support/gateway-model";

/** A mock of literal text is prepared once and for all; this holds it to what the way through templates and mappings answers. */

const REACH = {
  invoke: () => Promise.reject(new Error("nothing to invoke")),
  send: () => Promise.reject(new Error("nothing to send")),
  callAws: () => Promise.reject(new Error("nothing to call")),
};

async function answerOf(integration: MockIntegration, over: Parameters<typeof aRequest>[0], types: string[]) {
  const route = aRoute("ANY /", { integration });
  const api = anApi([route], { binaryMediaTypes: types });
  const model = { api, functions: [], principals: [], accountId: "1" } as never;
  const request = aRequest(over);
  const call = {
    request,
    ids: IDS,
    receivedAt: 0,
    match: matchOf(api, request),
    api,
    accountId: "1",
    trace: "Root=1",
  };
  const outcome = await compileIntegration(model, route, REACH, () => "id")(call);
  return isRefusal(outcome) ? toGatewayAnswer(outcome, { context: IDS, gatewayResponses: [] }) : outcome;
}

const type = fc.constantFrom("application/json", "text/plain", "image/png", "$default");
const response = (statusCode: number, selectionPattern?: string): fc.Arbitrary<IntegrationResponse> =>
  fc.record({
    address: fc.constant(`aws_api_gateway_integration_response.${statusCode}`),
    statusCode: fc.constant(statusCode),
    selectionPattern: fc.constant(selectionPattern),
    contentHandling: fc.constantFrom(undefined, "CONVERT_TO_TEXT" as const),
    responseParameters: fc.constantFrom<Record<string, string>[]>(
      {},
      { "method.response.header.X-A": "a", "method.response.header.Date": "d" },
      { "method.response.header.content-type": "text/html" },
    ),
    responseTemplates: fc.dictionary(
      fc.constantFrom("application/json", "text/plain"),
      fc.constantFrom("", "a", '{"b": 1}'),
    ),
  });
const integration = fc.record({
  type: fc.constant("MOCK" as const),
  address: fc.constant(MOCK_INTEGRATION.address),
  passthroughBehavior: fc.constantFrom(
    "WHEN_NO_MATCH" as const,
    "WHEN_NO_TEMPLATES" as const,
    "NEVER" as const,
  ),
  contentHandling: fc.constantFrom(undefined, "CONVERT_TO_TEXT" as const),
  requestTemplates: fc.dictionary(
    type,
    fc.constantFrom('{"statusCode": 200}', "{statusCode: 404}", "{}", ""),
  ),
  responses: fc
    .tuple(response(200), response(404, "4\\d{2}"), response(500, "5.*"))
    .chain((all) => fc.shuffledSubarray(all, { minLength: 1 })),
});
const request = fc.record({
  method: fc.constantFrom("GET", "POST"),
  headers: fc.shuffledSubarray<[string, string]>([
    ["Content-Type", "text/plain; charset=utf-8"],
    ["Accept", "text/plain, */*"],
    ["Content-Type", "image/png"],
  ]),
  body: fc.constantFrom("", '{"statusCode": 404}', "x"),
});

test("literal text answers the same, prepared or run", async () => {
  await fc.assert(
    fc.asyncProperty(
      integration,
      request,
      fc.constantFrom<string[][]>([], ["image/png"], ["*/*"]),
      async (mock, over, types) => {
        // A mapping that a mock has no use for takes the other way.
        const mapped = { ...mock, requestParameters: { "integration.request.header.x": "'y'" } };
        expect(await answerOf(mapped, over, types)).toEqual(await answerOf(mock, over, types));
      },
    ),
    { numRuns: 1_500 },
  );
});
