import type { Value } from "#terraform/value";

/** Resources by address, each with its values. */
export type Resources = Readonly<Record<string, Values>>;
type Values = Readonly<Record<string, unknown>>;

/** What of a resource's change does not follow from how it was and how it will be. */
export interface ChangeDetails {
  readonly actions?: readonly string[];
  readonly unknown?: Values;
  readonly beforeSensitive?: unknown;
  readonly afterSensitive?: unknown;
  readonly replacePaths?: readonly (readonly string[])[];
  readonly previousAddress?: string;
  /** How the configuration writes the attributes. */
  readonly expressions?: Values;
  /** @default everything else of API Gateway for a deployment, nothing for any other resource */
  readonly dependsOn?: readonly string[];
}

/**
 * What `terraform show -json` prints of a plan between two states of a stack.
 * @param details - by address
 * @param over - other members of the plan
 */
export function planBetween(
  before: Resources,
  after: Resources,
  details: Readonly<Record<string, ChangeDetails>> = {},
  over: Values = {},
): Value {
  const addresses = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const plan = {
    format_version: "1.2",
    planned_values: { root_module: { resources: Object.entries(after).map(toResource) } },
    resource_changes: addresses.map((address) => {
      const { actions, unknown, beforeSensitive, afterSensitive, replacePaths, previousAddress } =
        details[address] ?? {};
      const [old, now] = [before[previousAddress ?? address], after[address]];
      return {
        address,
        ...(previousAddress && { previous_address: previousAddress }),
        mode: "managed",
        type: typeOf(address),
        change: {
          actions: actions ?? actionsBetween(old, now, unknown),
          before: old ?? null,
          after: now ?? null,
          after_unknown: unknown ?? {},
          before_sensitive: beforeSensitive ?? {},
          after_sensitive: afterSensitive ?? {},
          ...(replacePaths && { replace_paths: replacePaths }),
        },
      };
    }),
    prior_state: { values: { root_module: { resources: Object.entries(before).map(toResource) } } },
    configuration: {
      provider_config: { aws: { name: "aws", expressions: { region: { constant_value: "us-east-1" } } } },
      root_module: {
        resources: addresses.map((address) => ({
          address,
          expressions: details[address]?.expressions ?? {},
          depends_on: details[address]?.dependsOn ?? awaitedBy(address, Object.keys(after)),
        })),
      },
    },
    ...over,
  };
  return JSON.parse(JSON.stringify(plan));
}

function awaitedBy(address: string, others: readonly string[]): readonly string[] {
  if (typeOf(address) !== "aws_api_gateway_deployment") return [];
  const isPublisher = (other: string) => /_(deployment|stage|method_settings)$/.test(typeOf(other));
  return others.filter((other) => typeOf(other).startsWith("aws_api_gateway_") && !isPublisher(other));
}

function toResource([address, values]: [string, Values]) {
  return { address, mode: "managed", type: typeOf(address), values, sensitive_values: {} };
}

function typeOf(address: string): string {
  return address.split(".").at(-2) ?? "";
}

function actionsBetween(before: unknown, after: unknown, unknown: Values | undefined): string[] {
  if (before === undefined) return ["create"];
  if (after === undefined) return ["delete"];
  return JSON.stringify(before) === JSON.stringify(after) && unknown === undefined ? ["no-op"] : ["update"];
}

export const EXECUTION_ARN = "arn:aws:execute-api:us-east-1:123456789012:abc123";

/**
 * A deployed API with its routes, such as `GET /products AWS_IAM key`: the authorization `NONE` unless said, and no key.
 * @param trigger - of the deployment; another one makes another deployment
 */
export function anApi(routes: readonly string[], trigger = "1"): Resources {
  const api = { rest_api_id: "abc123" };
  const parts = routes.flatMap((route, index): [string, Values][] => {
    const [http_method = "", path = "", authorization = "NONE", key] = route.split(" ");
    const place = { ...api, resource_id: `resource-${path}`, http_method };
    const name = `${http_method}_${path.replaceAll(/[^a-z]/g, "_")}_${index}`;
    return [
      [
        `aws_api_gateway_resource.${name}`,
        { ...api, id: `resource-${path}`, parent_id: "root", path_part: path.slice(1) },
      ],
      [
        `aws_api_gateway_method.${name}`,
        { ...place, authorization, api_key_required: key === "key", authorizer_id: "" },
      ],
      [`aws_api_gateway_integration.${name}`, { ...place, type: "MOCK", uri: "" }],
    ];
  });
  return {
    "aws_api_gateway_rest_api.api": {
      id: "abc123",
      name: "stack-api",
      root_resource_id: "root",
      execution_arn: EXECUTION_ARN,
      arn: "arn:aws:apigateway:us-east-1::/restapis/abc123",
      policy: "",
      api_key_source: "HEADER",
      body: null,
    },
    ...Object.fromEntries(parts),
    "aws_api_gateway_deployment.deployment": { ...api, id: `deployment-${trigger}`, triggers: { trigger } },
    "aws_api_gateway_stage.stage": { ...api, stage_name: "dev", deployment_id: `deployment-${trigger}` },
  };
}

/** What a plan says of a deployment that is made anew, and of the stage that takes it up. */
export const REDEPLOYED: Readonly<Record<string, ChangeDetails>> = {
  "aws_api_gateway_deployment.deployment": { actions: ["create", "delete"] },
};

/** A role with an inline policy of its own. */
export function aRole(name: string, ...statements: readonly object[]): Resources {
  return {
    [`aws_iam_role.${name}`]: {
      name: `stack-${name}`,
      arn: `arn:aws:iam::123456789012:role/stack-${name}`,
      unique_id: `AROA${name.toUpperCase()}`,
      assume_role_policy: policyText({
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::123456789012:root" },
        Action: "sts:AssumeRole",
      }),
      inline_policy: [],
      managed_policy_arns: [],
      permissions_boundary: "",
    },
    ...(statements.length > 0 && {
      [`aws_iam_role_policy.${name}`]: {
        role: `stack-${name}`,
        name: "own",
        policy: policyText(...statements),
      },
    }),
  };
}

/** A statement that allows actions on resources. */
export function allow(Action: string | readonly string[], Resource: string | readonly string[]): object {
  return { Effect: "Allow", Action, Resource };
}

export function policyText(...statements: readonly object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}
