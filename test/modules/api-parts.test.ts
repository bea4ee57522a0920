import { ApiGatewayAuthorizer } from "@cdktf/provider-aws/lib/api-gateway-authorizer";
import { ApiGatewayDeployment } from "@cdktf/provider-aws/lib/api-gateway-deployment";
import { ApiGatewayGatewayResponse } from "@cdktf/provider-aws/lib/api-gateway-gateway-response";
import { ApiGatewayIntegration } from "@cdktf/provider-aws/lib/api-gateway-integration";
import { ApiGatewayMethod } from "@cdktf/provider-aws/lib/api-gateway-method";
import { ApiGatewayMethodSettings } from "@cdktf/provider-aws/lib/api-gateway-method-settings";
import { ApiGatewayModel } from "@cdktf/provider-aws/lib/api-gateway-model";
import { ApiGatewayRequestValidator } from "@cdktf/provider-aws/lib/api-gateway-request-validator";
import { ApiGatewayResource } from "@cdktf/provider-aws/lib/api-gateway-resource";
import { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import { ApiGatewayRestApiPolicy } from "@cdktf/provider-aws/lib/api-gateway-rest-api-policy";
import { ApiGatewayStage } from "@cdktf/provider-aws/lib/api-gateway-stage";
import { ApiGatewayUsagePlan } from "@cdktf/provider-aws/lib/api-gateway-usage-plan";
import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { TerraformLocal, type TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { RestApi } from "#modules/rest-api";
import { only, type Properties, synthesize } from "../support/synth";

/** Parts of an API that the stack makes itself, in constructs of its own, with the API's id. */

type Build = (scope: Construct, api: RestApi, variant: string) => void;

/** The deployment of an API with one route, and with what is made beside it. */
function deploymentOf(build: Build = () => {}, variant = "one"): Properties {
  const terraform = synthesize((stack) => build(new Construct(stack, "beside"), anApi(stack), variant));
  return terraform.resource.aws_api_gateway_deployment?.[DEPLOYMENT] as Properties;
}

const DEPLOYMENT = "api_stage_deployment_874D2911";

function anApi(stack: TerraformStack): RestApi {
  return new RestApi(stack, "api", {
    description: "an API",
    region: "eu-central-1",
    stageName: "dev",
    routes: [{ method: "GET", path: "/", authorization: "NONE", integration: { mock: {} } }],
    throttle: { rateLimit: 1, burstLimit: 1 },
    accessLogs: false,
    logRetentionInDays: 1,
  });
}

/** What a deployment waits for beyond the API's own parts, without hashes. */
function added(build: Build): string[] {
  const own = deploymentOf().depends_on;
  return deploymentOf(build)
    .depends_on.filter((address: string) => !own.includes(address))
    .map((address: string) => address.replace(/_[0-9A-F]{8}$/, ""));
}

const ROOT = { resourceId: "root" };

const PARTS: Readonly<Record<string, Build>> = {
  aws_api_gateway_authorizer: (scope, { restApiId }, name) =>
    void new ApiGatewayAuthorizer(scope, "part", { restApiId, name }),
  aws_api_gateway_gateway_response: (scope, { restApiId }, variant) =>
    void new ApiGatewayGatewayResponse(scope, "part", {
      restApiId,
      responseType: "DEFAULT_4XX",
      responseTemplates: { "application/json": variant },
    }),
  aws_api_gateway_integration: (scope, { restApiId }, uri) =>
    void new ApiGatewayIntegration(scope, "part", {
      restApiId,
      ...ROOT,
      httpMethod: "GET",
      type: "HTTP",
      uri,
    }),
  aws_api_gateway_method: (scope, { restApiId }, operationName) =>
    void new ApiGatewayMethod(scope, "part", {
      restApiId,
      ...ROOT,
      httpMethod: "POST",
      authorization: "NONE",
      operationName,
    }),
  aws_api_gateway_model: (scope, { restApiId }, schema) =>
    void new ApiGatewayModel(scope, "part", {
      restApiId,
      name: "m",
      contentType: "application/json",
      schema,
    }),
  aws_api_gateway_request_validator: (scope, { restApiId }, name) =>
    void new ApiGatewayRequestValidator(scope, "part", { restApiId, name }),
  aws_api_gateway_resource: (scope, { restApiId }, pathPart) =>
    void new ApiGatewayResource(scope, "part", { restApiId, parentId: "root", pathPart }),
  aws_api_gateway_rest_api_policy: (scope, { restApiId }, policy) =>
    void new ApiGatewayRestApiPolicy(scope, "part", { restApiId, policy }),
};

describe.each(Object.entries(PARTS))("%s beside the API", (type, build) => {
  test("is what the deployment waits for", () => {
    expect(added(build)).toEqual([`${type}.beside_part`]);
  });

  test("is in its trigger, with all that it says", () => {
    const trigger = (variant?: string) =>
      deploymentOf(variant === undefined ? undefined : build, variant).triggers.configuration;
    expect(trigger("one")).toBe(trigger("one"));
    expect(new Set([trigger(), trigger("one"), trigger("other")]).size).toBe(3);
  });
});

describe("the API's id may come", () => {
  const policy: (restApiId: (scope: Construct, api: RestApi) => string) => Build =
    (restApiId) => (scope, api) =>
      void new ApiGatewayRestApiPolicy(scope, "part", { restApiId: restApiId(scope, api), policy: "{}" });
  const FOUND = "aws_api_gateway_rest_api_policy.beside_part";

  test.each<[string, Build, string[]]>([
    [
      "from another part",
      policy((scope, { restApiId }) => {
        const { restApiId: id } = new ApiGatewayRequestValidator(scope, "v", { restApiId, name: "v" });
        return id;
      }),
      ["aws_api_gateway_request_validator.beside_v", FOUND],
    ],
    [
      "from a local value",
      policy((scope, api) => new TerraformLocal(scope, "id", api.restApiId).asString),
      [FOUND],
    ],
  ])("%s", (_name, build, expected) => {
    expect(added(build).sort()).toEqual(expected.sort());
  });
});

describe("the deployment does not wait for", () => {
  test.each<[string, Build]>([
    [
      "a part of another API of the stack",
      (scope) => {
        const { id: restApiId } = new ApiGatewayRestApi(scope, "other", { name: "other" });
        new ApiGatewayRequestValidator(scope, "part", { restApiId, name: "v" });
      },
    ],
    [
      "a part of an API that another stack owns",
      (scope) => void new ApiGatewayRequestValidator(scope, "part", { restApiId: "abc123", name: "v" }),
    ],
    [
      "what publishes the API once more",
      (scope, { restApiId }) => {
        const { id: deploymentId } = new ApiGatewayDeployment(scope, "deployment", { restApiId });
        const { stageName } = new ApiGatewayStage(scope, "stage", {
          restApiId,
          deploymentId,
          stageName: "x",
        });
        new ApiGatewayMethodSettings(scope, "settings", {
          restApiId,
          stageName,
          methodPath: "*/*",
          settings: {},
        });
      },
    ],
    [
      "a plan of its stage",
      (scope, { restApiId: apiId, publishedStageName: stage }) =>
        void new ApiGatewayUsagePlan(scope, "plan", { name: "p", apiStages: [{ apiId, stage }] }),
    ],
  ])("%s", (_name, build) => {
    expect(added(build)).toEqual([]);
    expect(deploymentOf(build).triggers).toEqual(deploymentOf().triggers);
  });
});

test("a part that is made only after the stage is refused while synthesizing", () => {
  const build = (stageOf: (api: RestApi) => string): Build => {
    return (scope, api) =>
      void new ApiGatewayRestApiPolicy(scope, "part", {
        restApiId: api.restApiId,
        policy: JSON.stringify({ Resource: `execute-api:/${stageOf(api)}/*` }),
      });
  };
  expect(() => deploymentOf(build(({ publishedStageName }) => publishedStageName))).toThrow(
    /aws_api_gateway_rest_api_policy\.beside_part_\w+ shapes the API and refers to aws_api_gateway_stage\.\w+, which is made after it: name the stage by its settings \(stageName\) instead/,
  );
  expect(added(build(({ stageName }) => stageName))).toHaveLength(1);
});

test("so is one that waits for the stage by way of something else", () => {
  const build: Build = (scope, { restApiId, publishedStageName }) => {
    const stage = new TerraformLocal(scope, "stage", publishedStageName).asString;
    new ApiGatewayRequestValidator(scope, "part", { restApiId, name: stage });
  };
  expect(() => deploymentOf(build)).toThrow("shapes the API and refers to aws_api_gateway_stage.");
});

describe("the trigger has the values that parts take from other resources, which the same expression may change", () => {
  const values = (build: Build): string =>
    deploymentOf(build).triggers.references.replace(/_[0-9A-F]{8}/g, "");

  test("a policy that is written as a data source", () => {
    const build: Build = (scope, { restApiId }) => {
      const { json: policy } = new DataAwsIamPolicyDocument(scope, "document", {});
      new ApiGatewayRestApiPolicy(scope, "part", { restApiId, policy });
    };
    expect(values(build)).toBe("${sha256(jsonencode([data.aws_iam_policy_document.beside_document.json]))}");
  });

  test("the function and the role of an authorizer", () => {
    const build: Build = (scope, { restApiId }) => {
      const { invokeArn: authorizerUri, role } = new LambdaFunction(scope, "f", {
        functionName: "f",
        role: "r",
      });
      new ApiGatewayAuthorizer(scope, "part", {
        restApiId,
        name: "a",
        authorizerUri,
        authorizerCredentials: role,
      });
    };
    expect(values(build)).toBe(
      "${sha256(jsonencode([aws_lambda_function.beside_f.invoke_arn, aws_lambda_function.beside_f.role]))}",
    );
  });

  test("and nothing of parts and the API, whose ids are not known before they are made", () => {
    expect(values(PARTS.aws_api_gateway_request_validator as Build)).toBe("${sha256(jsonencode([]))}");
  });
});

test("a route of the API itself is no exception", () => {
  const terraform = synthesize((stack) => void anApi(stack));
  const parts = ["integration", "integration_response", "method", "method_response"];
  expect(
    only(terraform, "aws_api_gateway_deployment").depends_on.map((address: string) => address.split(".")[0]),
  ).toEqual(parts.map((part) => `aws_api_gateway_${part}`));
});
