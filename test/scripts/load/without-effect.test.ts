import { ACCOUNT_ID, REGION } from "../../support/api-terraform";
import { load, problemsOf } from "./minimal-stack";

/**
 * Caches, canaries, compression and client certificates: AWS takes them, and here they change no answer. Each is listed by
 * name among what has no effect, and a property beside it that is not known is not passed over.
 */

const stage = "aws_api_gateway_stage.stage";
const api = "aws_api_gateway_rest_api.api";
const deployment = "aws_api_gateway_deployment.deployment";
const integration = "aws_api_gateway_integration.read";

const rows: readonly { address: string; property: string; value: unknown }[] = [
  { address: stage, property: "cache_cluster_enabled", value: true },
  { address: stage, property: "cache_cluster_size", value: "0.5" },
  { address: stage, property: "canary_settings", value: { percent_traffic: 10, deployment_id: "d" } },
  { address: stage, property: "client_certificate_id", value: "abc123" },
  { address: deployment, property: "canary_settings", value: { percent_traffic: 10 } },
  { address: api, property: "minimum_compression_size", value: "1024" },
  { address: integration, property: "cache_key_parameters", value: ["method.request.path.code"] },
  { address: integration, property: "cache_namespace", value: "own" },
];

const kindOf = (address: string, property: string): string => `${address.split(".")[0]}.*.${property}`;
const routesOf = (changes: Parameters<typeof load>[0]) => load(changes).api.routes;

test.each(rows)("$address.$property is listed, and changes no route", ({ address, property, value }) => {
  const changes = { [address]: { [property]: value } };
  expect(load(changes).withoutLocalEffect).toContain(kindOf(address, property));
  expect(load().withoutLocalEffect).not.toContain(kindOf(address, property));
  expect(routesOf(changes)).toEqual(routesOf({}));
});

test.each([
  { address: stage, property: "cache_cluster_enable" },
  { address: deployment, property: "canary_setting" },
  { address: api, property: "minimum_compression" },
])("$address.$property, which is not known, is refused by name", ({ address, property }) => {
  expect(problemsOf({ [address]: { [property]: true } })).toEqual([
    [`${address}.${property}`, "a property that is not known"],
  ]);
});

test("a cache key that is not known closes its route alone", () => {
  const routes = routesOf({ [integration]: { cache_keys: ["method.request.path.code"] } });
  expect(routes.flatMap(({ notServed }) => (notServed ? [notServed.property] : []))).toEqual(["cache_keys"]);
});

test("the cache of a method is listed, and its throttle beside it applies", () => {
  const settings = (more: object) => ({
    "aws_api_gateway_method_settings.all": {
      rest_api_id: "${aws_api_gateway_rest_api.api.id}",
      stage_name: "${aws_api_gateway_stage.stage.stage_name}",
      method_path: "*/*",
      settings: { throttling_rate_limit: 5, throttling_burst_limit: 7, ...more },
    },
  });
  const cached = load(settings({ caching_enabled: true, cache_ttl_in_seconds: 60 }));
  expect(cached.withoutLocalEffect).toEqual(
    expect.arrayContaining([
      "aws_api_gateway_method_settings.*.settings.caching_enabled",
      "aws_api_gateway_method_settings.*.settings.cache_ttl_in_seconds",
    ]),
  );
  expect(cached.api.stages).toEqual(load(settings({})).api.stages);
});

describe("stage variables have effect", () => {
  const uri = (reference: string) => {
    const arn = `arn:aws:lambda:${REGION}:${ACCOUNT_ID}:function:${reference}`;
    return {
      [stage]: { variables: { fn: "read" } },
      [integration]: {
        uri: `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/${arn}/invocations`,
      },
    };
  };

  test("one in the ARN of a function is replaced with each request", () => {
    const { stages, routes } = load(uri("$${stageVariables.fn}")).api;
    expect(stages.map(({ variables }) => variables)).toEqual([{ fn: "read" }]);
    expect(JSON.stringify(routes)).toContain("function:${stageVariables.fn}");
  });

  test("one that Terraform would take for its own reference is refused by name", () => {
    expect(problemsOf(uri("${stageVariables.fn}"))).toEqual([
      [`${integration}.uri`, 'the reference "stageVariables.fn"'],
    ]);
  });
});
