import { mkdtempSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { ApiGatewayDeployment } from "@cdktf/provider-aws/lib/api-gateway-deployment";
import { App } from "cdktf";
import { ApiClients } from "#modules/api-clients";
import { RestApi, type RestApiProps } from "#modules/rest-api";
import type { Route } from "#modules/route";
import { readSettings } from "#modules/settings";
import { PROJECT_ROOT } from "#self/repository";
import { InventoryStack } from "../../main";
import {
  only,
  type Properties,
  resources,
  synthesize,
  synthesizeInventory,
  type Terraform,
} from "../support/synth";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();

const SUCCESS = { mock: { message: "success" } };

const PROPS: RestApiProps = {
  description: "an API",
  region: "eu-central-1",
  stageName: "dev",
  throttle: { rateLimit: 5, burstLimit: 7 },
  accessLogs: false,
  logRetentionInDays: 3,
  routes: [
    { method: "GET", path: "/", authorization: "NONE", integration: SUCCESS },
    { method: "GET", path: "/a/{id}", authorization: "AWS_IAM", integration: SUCCESS },
  ],
};

const synthesizeApi = (changes: Partial<RestApiProps>): Terraform =>
  synthesize((stack) => {
    const api = new RestApi(stack, "api", { ...PROPS, ...changes });
    new ApiClients(stack, "clients", {
      api,
      plans: { p: { throttle: PROPS.throttle, quota: { limit: 1, period: "DAY" } } },
      clients: [{ name: "c", plan: "p" }],
    });
  });

test.each([
  ["eu-central-1", "amazonaws.com"],
  ["cn-north-1", "amazonaws.com.cn"],
])("the stage's URL in %s is below %s", (region, suffix) => {
  let url = "";
  synthesize((stack) => {
    url = new RestApi(stack, "api", { ...PROPS, region }).stageUrl;
  });
  expect(url.split(".execute-api.")[1]).toBe(`${region}.${suffix}/dev`);
});

const triggerOf = (terraform: Terraform): Properties =>
  only(terraform, "aws_api_gateway_deployment").triggers;

describe("routes", () => {
  const inventory = synthesizeInventory();

  test("the API has the routes of the design, each with its gates and what answers", () => {
    const methods = Object.entries(resources(inventory, "aws_api_gateway_method"));
    const integrations = resources(inventory, "aws_api_gateway_integration");
    const routes = methods.map(([path, method]) => {
      const route = path.replace(/^api(.*)\/\w+\/method$/, "$1");
      const integration = integrations[path.replace(/method$/, "integration")] as Properties;
      return [
        method.http_method,
        route,
        method.authorization,
        method.api_key_required,
        integration.type,
      ].join(" ");
    });
    expect(routes.sort()).toEqual([
      "DELETE /products/{code} AWS_IAM false AWS_PROXY",
      "GET /auth/api-key NONE true MOCK",
      "GET /auth/iam-sigv4 AWS_IAM false MOCK",
      "GET /auth/iam-sigv4-and-api-key AWS_IAM true MOCK",
      "GET /index NONE false AWS_PROXY",
      "GET /products AWS_IAM false AWS_PROXY",
      "GET /products/{code} AWS_IAM false AWS_PROXY",
      "PUT /products/{code} AWS_IAM false AWS_PROXY",
    ]);
  });

  test("each Lambda route has one permission, for its own method and path in its own stage", () => {
    const api = "${aws_api_gateway_rest_api.api_rest-api_FFFBAE81.execution_arn}";
    const sources = Object.values(resources(inventory, "aws_lambda_permission")).map(
      (permission) => `${permission.principal} ${permission.action} ${permission.source_arn}`,
    );
    expect(sources.sort()).toEqual(
      ["DELETE/products/*", "GET/index", "GET/products", "GET/products/*", "PUT/products/*"].map(
        (tail) => `apigateway.amazonaws.com lambda:InvokeFunction ${api}/dev/${tail}`,
      ),
    );
  });

  test("a mock route answers its body as JSON with a space behind the colon", () => {
    const responses = Object.values(resources(inventory, "aws_api_gateway_integration_response"));
    expect(responses.map((response) => response.response_templates)).toEqual(
      Array(3).fill({ "application/json": '{"message": "success"}' }),
    );
  });

  test("resources on the way are made once", () => {
    const parts = Object.values(resources(inventory, "aws_api_gateway_resource")).map(
      ({ path_part }) => path_part,
    );
    expect(parts.sort()).toEqual(
      ["auth", "api-key", "iam-sigv4", "iam-sigv4-and-api-key", "index", "products", "{code}"].sort(),
    );
  });

  test("a permission's id is unique whatever the path, which may be too long for it or alike another", () => {
    const ids = Object.values(resources(inventory, "aws_lambda_permission")).map(
      ({ statement_id, statement_id_prefix }) => [statement_id, statement_id_prefix],
    );
    expect(ids.filter(([id]) => id !== undefined)).toEqual([]);
    expect(new Set(ids.map(([, prefix]) => prefix))).toEqual(
      new Set(["api-GET-", "api-PUT-", "api-DELETE-"]),
    );
  });

  test("a path may be named like anything that an API is made of", () => {
    const paths = [
      "/stage",
      "/rest-api",
      "/validation",
      "/cors",
      "/resource",
      "/a/resource",
      "/GET",
      "/a/GET",
    ];
    const terraform = synthesizeApi({ routes: paths.map((path) => route(path)), allowOrigin: "*" });
    const parts = Object.values(resources(terraform, "aws_api_gateway_resource")).map(
      ({ path_part }) => path_part,
    );
    expect(new Set(parts)).toEqual(new Set(paths.flatMap((path) => path.slice(1).split("/"))));
  });

  test.each([
    [
      "without a slash",
      [{ ...route("a") }],
      "route 'GET a': got path 'a', expected /segments/and/{parameters}",
    ],
    [
      "with a trailing slash",
      [route("/a/")],
      "route 'GET /a/': got path '/a/', expected /segments/and/{parameters}",
    ],
    [
      "with half a parameter",
      [route("/{a")],
      "route 'GET /{a': got path '/{a', expected /segments/and/{parameters}",
    ],
    ["that is empty", [route("")], "route 'GET ': got path '', expected /segments/and/{parameters}"],
    ["declared twice", [route("/a"), route("/a")], "route 'GET /a' is declared twice: keep one of them"],
    [
      "below a greedy parameter",
      [route("/{a+}/b")],
      "route 'GET /{a+}/b': got path '/{a+}/b', expected /segments/and/{parameters}",
    ],
    [
      "with another name for a parameter",
      [route("/a/{id}"), route("/a/{code}/b")],
      "route 'GET /a/{code}/b': got {code} but another route has {id}, expected one name for both",
    ],
    [
      "greedy beside one that is not",
      [route("/{id}"), route("/{proxy+}")],
      "route 'GET /{proxy+}': got {proxy+} but another route has {id}, expected one name for both",
    ],
  ])("a path %s is refused", (_name, routes, message) => {
    expect(() => synthesizeApi({ routes })).toThrow(message);
  });

  test("one parameter of a path may be in many routes, and end in a greedy one", () => {
    const paths = ["/a/{id}", "/a/{id}/b", "/a/{id}/{rest+}", "/b/{code}", "/{other}"];
    const { length } = Object.keys(
      resources(synthesizeApi({ routes: paths.map(route) }), "aws_api_gateway_method"),
    );
    expect(length).toBe(paths.length);
  });

  test("a method that API Gateway does not have is refused", () => {
    const any = { ...route("/a"), method: "ANY" as Route["method"] };
    expect(() => synthesizeApi({ routes: [any] })).toThrow(
      "route 'ANY /a': got method 'ANY', expected one of DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT",
    );
  });
});

describe("API keys", () => {
  const keyed: Route[] = [{ ...route("/keyed"), apiKeyRequired: true }];

  test("a route that needs a key, in a stage that a client's plan covers, synthesizes", () => {
    expect(only(synthesizeApi({ routes: keyed }), "aws_api_gateway_method").api_key_required).toBe(true);
  });

  test("a route that needs a key while no plan covers its stage is an error", () => {
    const build = () => synthesize((stack) => void new RestApi(stack, "api", { ...PROPS, routes: keyed }));
    expect(build).toThrow(
      "route 'GET /keyed' needs an API key, but no client's usage plan covers stage 'dev'",
    );
  });

  test("a plan without clients covers nothing", () => {
    const build = () =>
      synthesize((stack) => {
        const api = new RestApi(stack, "api", { ...PROPS, routes: keyed });
        const plans = { p: { throttle: PROPS.throttle, quota: { limit: 1, period: "DAY" as const } } };
        new ApiClients(stack, "clients", { api, plans, clients: [] });
      });
    expect(build).toThrow("route 'GET /keyed' needs an API key");
  });
});

describe("redeployment", () => {
  const base = triggerOf(synthesizeApi({}));

  test("the same routes give the same trigger", () => {
    expect(triggerOf(synthesizeApi({}))).toEqual(base);
  });

  const [root, signed] = PROPS.routes as [Route, Route];
  test.each<[string, readonly Route[]]>([
    ["method", [root, { ...signed, method: "POST" }]],
    ["path", [root, { ...signed, path: "/b/{id}" }]],
    ["parameter's name", [root, { ...signed, path: "/a/{code}" }]],
    ["authorization", [root, { ...signed, authorization: "NONE" }]],
    ["API key", [root, { ...signed, apiKeyRequired: true }]],
    ["integration", [root, { ...signed, integration: { mock: { message: "other" } } }]],
    ["existence", [root]],
    [
      "order of two gates",
      [
        { ...root, authorization: "AWS_IAM" },
        { ...signed, authorization: "NONE" },
      ],
    ],
  ])("a route's changed %s changes the trigger", (_name, routes) => {
    expect(triggerOf(synthesizeApi({ routes }))).not.toEqual(base);
  });

  test("a description of the stage's throttle does not: it is live without a deployment", () => {
    expect(triggerOf(synthesizeApi({ throttle: { rateLimit: 6, burstLimit: 7 } }))).toEqual(base);
  });

  test("every property of every resource of the real API is in the trigger", () => {
    const app = new App({ outdir: mkdtempSync(join(folder, "unused-")) });
    const stack = new InventoryStack(app, "signed-inventory-dev", readSettings({}));
    const deployment = stack.node
      .findAll()
      .find((child): child is ApiGatewayDeployment => child instanceof ApiGatewayDeployment);
    // What is written of the deployment alone: all else has no part in its trigger but by being looked at.
    const trigger = () => triggerOf(deployment?.toTerraform() as Terraform).configuration;
    const published: Properties = stack.toTerraform().resource;
    const missed: string[] = [];
    let changes = 0;
    let last = trigger();
    expect(last).toBe(triggerOf(synthesizeInventory()).configuration);
    for (const type of PUBLISHED) {
      for (const [id, properties] of Object.entries<Properties>(published[type])) {
        const element = stack.node
          .findAll()
          .find((child) => "friendlyUniqueId" in child && child.friendlyUniqueId === id);
        for (const name of Object.keys(properties).filter((key) => key !== "//")) {
          const resource = element as unknown as { addOverride(path: string, value: unknown): void };
          const change = (value: unknown) => {
            resource.addOverride(name, value);
            return trigger();
          };
          const changed = change("changed");
          if (changed === last) missed.push(`${type}.${id}.${name}`);
          // With another API's id it is no part any more, and what refers to it may be none.
          last = name === "rest_api_id" ? change(properties[name]) : changed;
          changes += 1;
        }
      }
    }
    expect(missed).toEqual([]);
    expect(changes).toBeGreaterThan(100);
  });

  test("the new deployment stands before the old one goes, and waits for every part of the API", () => {
    const inventory = synthesizeInventory();
    const deployment = only(inventory, "aws_api_gateway_deployment");
    expect(deployment.lifecycle).toEqual({ create_before_destroy: true });
    const parts = PUBLISHED.filter((type) => type !== "aws_api_gateway_rest_api");
    const expected = parts.flatMap((type) =>
      Object.keys(inventory.resource[type] ?? {}).map((id) => `${type}.${id}`),
    );
    expect([...deployment.depends_on].sort()).toEqual(expected.sort());
  });
});

describe("a body's schema", () => {
  const SCHEMA = {
    title: "Thing",
    type: "object",
    required: ["name"],
    properties: {
      name: { description: 'text such as "a"', type: "string" },
      size: { description: "a number", type: "number" },
    },
  };
  /** Writes a schema, and says where it is as a route does. */
  function schemaFile(schema: object): string {
    const path = join(mkdtempSync(join(folder, "schema-")), "thing.json");
    writeFileSync(path, JSON.stringify(schema));
    return relative(PROJECT_ROOT, path);
  }
  const withSchemas = (...schemas: object[]): Terraform => {
    const routes = schemas.map((schema, index) => ({
      ...route(`/${index}`),
      method: "PUT" as const,
      bodySchema: schemaFile(schema),
    }));
    return synthesizeApi({ routes: [...PROPS.routes, ...routes] });
  };

  test("is the model of its route's body, whatever the content type, and of no other route", () => {
    const api = withSchemas(SCHEMA);
    const model = only(api, "aws_api_gateway_model");
    expect([model.name, JSON.parse(model.schema)]).toEqual(["Thing", SCHEMA]);
    expect(only(api, "aws_api_gateway_request_validator")).toMatchObject({ validate_request_body: true });
    const [modelId] = Object.keys(api.resource.aws_api_gateway_model ?? {});
    const [validatorId] = Object.keys(api.resource.aws_api_gateway_request_validator ?? {});
    const methods = Object.entries(resources(api, "aws_api_gateway_method"));
    expect(
      methods.map(([path, each]) => [path, each.request_models, each.request_validator_id]).sort(),
    ).toEqual([
      [
        "api/0/PUT/method",
        { $default: `\${aws_api_gateway_model.${modelId}.name}` },
        `\${aws_api_gateway_request_validator.${validatorId}.id}`,
      ],
      ["api/GET/method", undefined, undefined],
      ["api/a/{id}/GET/method", undefined, undefined],
    ]);
  });

  test("reaches the caller that it refuses, with the fault", () => {
    const response = only(
      withSchemas(SCHEMA, { ...SCHEMA, title: "Other" }),
      "aws_api_gateway_gateway_response",
    );
    expect(response).toMatchObject({ response_type: "BAD_REQUEST_BODY" });
    expect(response.response_templates).toEqual({
      "application/json":
        "{\"message\": \"Invalid request body: $context.error.validationErrorString; PUT /0 takes a JSON object of name: text such as 'a'; size (may be left out): a number; PUT /1 takes a JSON object of name: text such as 'a'; size (may be left out): a number\"}",
    });
  });

  test("changes the trigger when it changes", () => {
    const changed = { ...SCHEMA, required: ["size"] };
    expect(triggerOf(withSchemas(SCHEMA))).toEqual(triggerOf(withSchemas(SCHEMA)));
    expect(triggerOf(withSchemas(changed))).not.toEqual(triggerOf(withSchemas(SCHEMA)));
  });

  test("is asked of no route that names none: then there is neither model nor answer", () => {
    const api = synthesizeApi({});
    for (const type of ["model", "request_validator", "gateway_response"])
      expect(api.resource[`aws_api_gateway_${type}`]).toBeUndefined();
  });

  test.each<[name: string, schema: object, message: RegExp]>([
    [
      "without a title",
      { ...SCHEMA, title: undefined },
      /thing\.json: got title 'undefined', expected letters/,
    ],
    ["with a title of two words", { ...SCHEMA, title: "A thing" }, /got title 'A thing'/],
    ["without required members", { ...SCHEMA, required: undefined }, /expected 'required' and a description/],
    ["without a description", { ...SCHEMA, properties: { a: {} } }, /; without one: a$/],
    [
      "with a variable in a description",
      { ...SCHEMA, properties: { a: { description: "$context.error.message" } } },
      /has a '\$', which templates take for their own/,
    ],
  ])("%s is refused", (_name, schema, message) => {
    expect(() => withSchemas(schema)).toThrow(message);
  });
});

describe("the stage", () => {
  test("is throttled and traced, and writes no access logs by default", () => {
    const api = synthesizeApi({});
    expect(only(api, "aws_api_gateway_stage")).toMatchObject({
      stage_name: "dev",
      xray_tracing_enabled: true,
    });
    expect(only(api, "aws_api_gateway_stage").access_log_settings).toBeUndefined();
    expect(only(api, "aws_api_gateway_method_settings")).toMatchObject({
      method_path: "*/*",
      settings: { throttling_rate_limit: 5, throttling_burst_limit: 7 },
    });
    expect(api.resource.aws_api_gateway_account).toBeUndefined();
  });

  test("writes access logs where the settings ask for it, and leaves the account's own setting alone", () => {
    const api = synthesizeApi({ accessLogs: true });
    const stage = only(api, "aws_api_gateway_stage");
    expect(only(api, "aws_cloudwatch_log_group").retention_in_days).toBe(3);
    expect(stage.access_log_settings.destination_arn).toMatch(/^\$\{aws_cloudwatch_log_group\..*\.arn\}$/);
    expect(stage.access_log_settings.format).toContain('"status":"$context.status"');
    expect(stage.access_log_settings.format).not.toMatch(/apiKey\b|authorization/i);
    expect(api.resource.aws_api_gateway_account).toBeUndefined();
  });
});

/** The resource types that a deployment takes a snapshot of. */
const PUBLISHED = [
  "aws_api_gateway_rest_api",
  "aws_api_gateway_resource",
  "aws_api_gateway_method",
  "aws_api_gateway_method_response",
  "aws_api_gateway_integration",
  "aws_api_gateway_integration_response",
  "aws_api_gateway_model",
  "aws_api_gateway_request_validator",
  "aws_api_gateway_gateway_response",
];

function route(path: string): Route {
  return { method: "GET", path, authorization: "NONE", integration: SUCCESS };
}

describe("a route's own throttle", () => {
  const throttled = (path: string, rateLimit: number): Route => ({
    method: "GET",
    path,
    authorization: "NONE",
    throttle: { rateLimit, burstLimit: 2 },
    integration: SUCCESS,
  });
  const settingsOf = (routes: readonly Route[]) =>
    Object.values(resources(synthesizeApi({ routes }), "aws_api_gateway_method_settings")).map(
      ({ method_path, settings }) => [method_path, settings.throttling_rate_limit, settings.metrics_enabled],
    );

  test("is a setting of its method, beside the stage's", () => {
    expect(new Set(settingsOf([throttled("/", 1), throttled("/orders/{id}", 0.5)]))).toEqual(
      new Set([
        ["*/*", 5, true],
        ["~1/GET", 1, true],
        ["~1orders~1{id}/GET", 0.5, true],
      ]),
    );
  });

  test("is none if the route has none", () => {
    expect(settingsOf(PROPS.routes)).toEqual([["*/*", 5, true]]);
  });

  test("is refused if it is no limit", () => {
    expect(() => settingsOf([throttled("/", -1)])).toThrow("route 'GET /': got a throttle of -1 a second");
  });
});
