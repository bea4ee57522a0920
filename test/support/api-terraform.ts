import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { strToU8 } from "fflate";
import { loadModel } from "#load/load-model";
import type { Model } from "#model/model";
import { reproducibleZip } from "#modules/bundle/zip";
import { SEED } from "./local-gateway";

/** Terraform JSON of REST APIs in a short form, for tests of the gateway as a whole. */

export type Properties = Readonly<Record<string, unknown>>;

export interface ApiSpec {
  readonly routes: readonly RouteSpec[];
  /** Statements of the API's resource policy. */
  readonly policy?: readonly Properties[];
  /** Roles, by name, with the statements of their identity policy. */
  readonly roles?: Readonly<Record<string, readonly Properties[]>>;
  /** The same for users, each with an access key. */
  readonly users?: Readonly<Record<string, readonly Properties[]>>;
  /** API keys, by name, with the usage plan that each is in. */
  readonly keys?: Readonly<Record<string, { readonly plan?: string; readonly enabled?: boolean }>>;
  /** Usage plans of the stage, by name. */
  readonly plans?: Readonly<Record<string, Properties>>;
  /** Lambdas, by name. */
  readonly functions?: Readonly<Record<string, FunctionSpec>>;
  /** Further resources, or changed properties of those above, by address. */
  readonly resources?: Readonly<Record<string, Properties>>;
}

export interface RouteSpec {
  /** `GET /products/{code}` */
  readonly route: string;
  /** @default NONE */
  readonly authorization?: "NONE" | "AWS_IAM";
  /** Further properties of the method. */
  readonly method?: Properties;
  /** The name of the Lambda that answers. @default a mock */
  readonly lambda?: string;
  readonly mock?: MockSpec;
  /** Further properties of the integration. */
  readonly integration?: Properties;
  /** The integration's responses by status; their headers are declared. @default one of 200, of a mock */
  readonly responses?: Readonly<Record<string, Properties>>;
}

export interface MockSpec {
  /** @default {"statusCode": 200} */
  readonly request?: string;
  /** What it answers; null answers nothing. */
  readonly response?: string | null;
  readonly passthroughBehavior?: string;
  readonly selectionPattern?: string;
}

export interface FunctionSpec {
  /** The source of `index.mjs`, which exports `handler`. */
  readonly source: string;
  /** Further properties of the `aws_lambda_function`. */
  readonly properties?: Properties;
  /** Whether API Gateway may invoke it. @default true */
  readonly permitted?: boolean;
}

export const STAGE = "dev";
export const ACCOUNT_ID = "123456789012";
export const REGION = "eu-west-1";

/** What may be done to the methods of the API; `*` is all. */
export function allowInvoke(methods: string): Properties {
  return { Effect: "Allow", Action: "execute-api:Invoke", Resource: `${EXECUTION_ARN}/${methods}` };
}

/**
 * Loads an API, as from a program's synthesized Terraform.
 * @param folder - where deployment packages are written
 * @throws LoadError
 */
export function loadApi(spec: ApiSpec, folder = ""): Model {
  return loadModel({
    terraform: apiTerraform(spec, folder),
    directory: folder,
    identity: { accountId: ACCOUNT_ID, seed: SEED },
  });
}

export function apiTerraform(spec: ApiSpec, folder = ""): Properties {
  const blocks: Record<string, Properties> = {
    "aws_api_gateway_rest_api.api": {
      name: "api",
      ...(spec.policy && { policy: document(spec.policy) }),
    },
    "aws_api_gateway_deployment.deployment": { rest_api_id: API_ID },
    "aws_api_gateway_stage.stage": {
      rest_api_id: API_ID,
      deployment_id: "${aws_api_gateway_deployment.deployment.id}",
      stage_name: STAGE,
    },
    ...merge(spec.routes, routeBlocks),
    ...merge(Object.entries(spec.roles ?? {}), ([name, statements]) => roleBlocks(name, statements)),
    ...merge(Object.entries(spec.users ?? {}), ([name, statements]) => userBlocks(name, statements)),
    ...merge(Object.entries(spec.plans ?? {}), ([name, plan]) => planBlocks(name, plan)),
    ...merge(Object.entries(spec.keys ?? {}), ([name, key]) => keyBlocks(name, key)),
    ...merge(Object.entries(spec.functions ?? {}), ([name, fn]) => functionBlocks(name, fn, folder)),
  };
  for (const [address, properties] of Object.entries(spec.resources ?? {})) {
    blocks[address] = { ...blocks[address], ...properties };
  }
  const resource: Record<string, Record<string, Properties>> = {};
  for (const [address, properties] of Object.entries(blocks)) {
    const [type = "", name = ""] = address.split(".");
    resource[type] = { ...resource[type], [name]: properties };
  }
  return { provider: { aws: [{ region: REGION }] }, resource };
}

// ---------------------------------------------------------------------------------------------------- internal

const API_ID = "${aws_api_gateway_rest_api.api.id}";
const EXECUTION_ARN = "${aws_api_gateway_rest_api.api.execution_arn}";

type Blocks = Record<string, Properties>;

function merge<T>(items: readonly T[], toBlocks: (item: T) => Blocks): Blocks {
  return Object.assign({}, ...items.map(toBlocks));
}

/** A Terraform name that tells different texts apart. */
function nameOf(text: string): string {
  return text.replace(/[^A-Za-z0-9]/g, (character) => `_${character.charCodeAt(0).toString(16)}`);
}

function document(statements: readonly Properties[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

/** A method with its integration, and the resources that its path needs. */
function routeBlocks(spec: RouteSpec): Blocks {
  const [httpMethod = "", path = ""] = spec.route.split(" ");
  const segments = path.split("/").filter((segment) => segment !== "");
  const resourceAt = (depth: number): string =>
    depth === 0
      ? "${aws_api_gateway_rest_api.api.root_resource_id}"
      : `\${aws_api_gateway_resource.r${nameOf(segments.slice(0, depth).join("/"))}.id}`;
  const blocks: Blocks = {};
  segments.forEach((pathPart, depth) => {
    blocks[`aws_api_gateway_resource.r${nameOf(segments.slice(0, depth + 1).join("/"))}`] = {
      rest_api_id: API_ID,
      parent_id: resourceAt(depth),
      path_part: pathPart,
    };
  });
  const name = nameOf(spec.route);
  const ofMethod = {
    rest_api_id: API_ID,
    resource_id: resourceAt(segments.length),
    http_method: `\${aws_api_gateway_method.${name}.http_method}`,
  };
  blocks[`aws_api_gateway_method.${name}`] = {
    ...ofMethod,
    http_method: httpMethod,
    authorization: spec.authorization ?? "NONE",
    ...spec.method,
  };
  const integration =
    spec.lambda === undefined
      ? mockBlocks(name, ofMethod, spec.mock)
      : lambdaBlocks(name, ofMethod, spec.lambda);
  const address = `aws_api_gateway_integration.${name}`;
  return {
    ...blocks,
    ...integration,
    [address]: { ...integration[address], ...spec.integration },
    ...merge(Object.entries(spec.responses ?? {}), ([status, response]) =>
      responseBlocks(
        status === "200" ? name : `${name}_${status}`,
        { ...ofMethod, status_code: status },
        response,
      ),
    ),
  };
}

function responseBlocks(name: string, ofResponse: Properties, response: Properties): Blocks {
  const declared = Object.keys(response["response_parameters"] ?? {}).map((header) => [header, true]);
  return {
    [`aws_api_gateway_method_response.${name}`]: {
      ...ofResponse,
      response_parameters: Object.fromEntries(declared),
    },
    [`aws_api_gateway_integration_response.${name}`]: { ...ofResponse, ...response },
  };
}

function lambdaBlocks(name: string, ofMethod: Properties, lambda: string): Blocks {
  return {
    [`aws_api_gateway_integration.${name}`]: {
      ...ofMethod,
      type: "AWS_PROXY",
      integration_http_method: "POST",
      uri: `\${aws_lambda_function.${lambda}.invoke_arn}`,
    },
  };
}

function mockBlocks(name: string, ofMethod: Properties, mock: MockSpec = {}): Blocks {
  const { request = '{"statusCode": 200}', response = '{"message": "success"}' } = mock;
  return {
    [`aws_api_gateway_integration.${name}`]: {
      ...ofMethod,
      type: "MOCK",
      request_templates: { "application/json": request },
      ...(mock.passthroughBehavior && { passthrough_behavior: mock.passthroughBehavior }),
    },
    [`aws_api_gateway_method_response.${name}`]: { ...ofMethod, status_code: "200" },
    [`aws_api_gateway_integration_response.${name}`]: {
      ...ofMethod,
      status_code: "200",
      ...(response !== null && { response_templates: { "application/json": response } }),
      ...(mock.selectionPattern && { selection_pattern: mock.selectionPattern }),
    },
  };
}

function roleBlocks(name: string, statements: readonly Properties[]): Blocks {
  const trust = [{ Effect: "Allow", Principal: { AWS: ACCOUNT_ID }, Action: "sts:AssumeRole" }];
  return {
    [`aws_iam_role.${name}`]: { name, assume_role_policy: document(trust) },
    ...(statements.length > 0 && {
      [`aws_iam_role_policy.${name}`]: {
        name,
        role: `\${aws_iam_role.${name}.name}`,
        policy: document(statements),
      },
    }),
  };
}

function userBlocks(name: string, statements: readonly Properties[]): Blocks {
  const user = `\${aws_iam_user.${name}.name}`;
  return {
    [`aws_iam_user.${name}`]: { name },
    [`aws_iam_access_key.${name}`]: { user },
    [`aws_iam_user_policy.${name}`]: { name, user, policy: document(statements) },
  };
}

function planBlocks(name: string, plan: Properties): Blocks {
  const api_stages = [{ api_id: API_ID, stage: "${aws_api_gateway_stage.stage.stage_name}" }];
  return { [`aws_api_gateway_usage_plan.${name}`]: { name, api_stages, ...plan } };
}

function keyBlocks(name: string, { plan, enabled = true }: { plan?: string; enabled?: boolean }): Blocks {
  return {
    [`aws_api_gateway_api_key.${name}`]: { name, enabled },
    ...(plan && {
      [`aws_api_gateway_usage_plan_key.${name}`]: {
        key_id: `\${aws_api_gateway_api_key.${name}.id}`,
        key_type: "API_KEY",
        usage_plan_id: `\${aws_api_gateway_usage_plan.${plan}.id}`,
      },
    }),
  };
}

function functionBlocks(
  name: string,
  { source, properties, permitted = true }: FunctionSpec,
  folder: string,
): Blocks {
  const zip = reproducibleZip(new Map([["index.mjs", strToU8(source)]]));
  // As an asset's path does, this one carries the hash of what is in it.
  const filename = `${createHash("sha256").update(zip).digest("hex")}.zip`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, filename), zip);
  return {
    ...roleBlocks(name, []),
    [`aws_lambda_function.${name}`]: {
      function_name: name,
      role: `\${aws_iam_role.${name}.arn}`,
      filename,
      handler: "index.handler",
      runtime: "nodejs24.x",
      ...properties,
    },
    ...(permitted && {
      [`aws_lambda_permission.${name}`]: {
        function_name: `\${aws_lambda_function.${name}.function_name}`,
        action: "lambda:InvokeFunction",
        principal: "apigateway.amazonaws.com",
        source_arn: `${EXECUTION_ARN}/*/*`,
      },
    }),
  };
}
