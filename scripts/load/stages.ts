import { ACCOUNT_LIMIT } from "#gateway/gates/usage-plan";
import type { Route, Stage, Throttle } from "#model/rest-api";
import { unsupported } from "#terraform/problem";
import { describe } from "#terraform/value";
import type { Resource, Stack } from "./stack";

/**
 * The API's stages, with the throttles of their methods. At least one is required, otherwise no route can be called.
 */
export function loadStages(stack: Stack, routes: readonly Route[]): readonly Stage[] {
  const resources = stack.all("aws_api_gateway_stage");
  const implied = impliedStages(stack);
  const [deployment] = stack.all("aws_api_gateway_deployment");
  if (stack.isApplied && resources.length === 0 && implied.length === 0)
    return [stageOfAnother(stack, deployment)];
  if (resources.length === 0 && implied.length === 0) {
    stack.problems.attempt(() => {
      throw stack.missing("aws_api_gateway_stage", {
        address: "aws_api_gateway_stage",
        got: "an API without a stage",
        supported: "one or more stages",
        action: "add an aws_api_gateway_stage with its deployment",
      });
    });
  }
  const throttles = loadMethodThrottles(stack, routes);
  stack.refuseSame("aws_api_gateway_stage", "stage_name");
  const stages = stack.problems.attemptEach(resources, ({ address, values }) => {
    const at = `${address}.deployment_id`;
    const deployment = stack.find("aws_api_gateway_deployment", "id", values.deployment_id, at);
    return {
      address,
      name: values.stage_name,
      deploymentId: deployment.text("id"),
      variables: values.variables,
      methodThrottles: Object.fromEntries(throttles.get(address) ?? []),
    };
  });
  return [
    ...stages,
    ...implied.map((deployment) => ({
      address: deployment.address,
      name: deployment.values.stage_name ?? "",
      deploymentId: deployment.text("id"),
      variables: deployment.values.variables,
      methodThrottles: Object.fromEntries(throttles.get(deployment.address) ?? []),
    })),
  ];
}

/**
 * The stage of an applied API whose stages are kept elsewhere, as one that is deployed by a pipeline has it: named as its
 * usage plans name it, else `local`. It has no limits of its own.
 */
function stageOfAnother(stack: Stack, deployment: Deployment | undefined): Stage {
  const [named] = stack.all("aws_api_gateway_usage_plan").flatMap(({ values }) => values.api_stages);
  return {
    address: deployment?.address ?? "aws_api_gateway_stage",
    name: named?.stage ?? "local",
    deploymentId: deployment?.text("id") ?? "local",
    variables: deployment?.values.variables ?? {},
    methodThrottles: {},
  };
}

type Deployment = Resource<"aws_api_gateway_deployment">;

/**
 * Deployments that make a stage of their own, as those of older providers do with `stage_name`. If the stack has a stage of
 * that name as well, that is the one.
 * Source: https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/resources/api_gateway_deployment#stage_name-1
 */
function impliedStages(stack: Stack): readonly Deployment[] {
  const written = new Set(stack.all("aws_api_gateway_stage").map(({ values }) => values.stage_name));
  const implied = new Map<string, Deployment>();
  for (const deployment of stack.all("aws_api_gateway_deployment")) {
    const name = deployment.values.stage_name;
    if (name !== undefined && !written.has(name)) implied.set(name, deployment);
  }
  return [...implied.values()];
}

/** Finds the stage of a name, as its own resource or as that of the deployment that makes it. @throws Unsupported */
export function findStage(
  stack: Stack,
  name: string,
  address: string,
): Resource<"aws_api_gateway_stage"> | Deployment {
  return (
    impliedStages(stack).find(({ values }) => values.stage_name === name) ??
    stack.find("aws_api_gateway_stage", "stage_name", name, address)
  );
}

type MethodSettings = Resource<"aws_api_gateway_method_settings">;

/** Throttles by method path, by the address of the stage. */
function loadMethodThrottles(
  stack: Stack,
  routes: readonly Route[],
): ReadonlyMap<string, Map<string, Throttle>> {
  const throttles = new Map<string, Map<string, Throttle>>();
  stack.problems.attemptEach(stack.all("aws_api_gateway_method_settings"), (settings) => {
    const { address, values } = settings;
    const stage = stack.attemptApplied(() => findStage(stack, values.stage_name, `${address}.stage_name`));
    if (!stage) return;
    const ofStage = throttles.get(stage.address) ?? new Map<string, Throttle>();
    throttles.set(stage.address, ofStage);
    const methodPath = stack.attemptApplied(() => findMethodPath(stack, settings, routes));
    if (methodPath === undefined) return;
    const throttle = loadThrottle(settings);
    if (!throttle) return;
    const same = ofStage.get(methodPath);
    if (same) {
      throw unsupported(
        `${address}.method_path`,
        `the same path as ${same.address}`,
        "one of each",
        "merge the two",
      );
    }
    ofStage.set(methodPath, throttle);
  });
  return throttles;
}

/** `products/GET`, for the root `/GET`: the path without its first slash, in which `~1` can stand for a slash. */
function findMethodPath(stack: Stack, { address, values }: MethodSettings, routes: readonly Route[]): string {
  if (values.method_path === "*/*") return values.method_path;
  const written = values.method_path.replaceAll("~1", "/");
  const paths = routes.map(({ resourcePath, httpMethod }) => `${resourcePath.slice(1)}/${httpMethod}`);
  const found = paths.find((path) => path === written || path === written.replace(/^\//, ""));
  if (found !== undefined) return found;
  throw stack.missing("aws_api_gateway_method", {
    address: `${address}.method_path`,
    got: describe(values.method_path),
    supported: `"*/*", ${paths.map(describe).join(", ")}`,
    action: "name a method of the API",
  });
}

/**
 * Terraform's -1 leaves a limit open; if only one of the two is set, the account's value is used for the other.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
 */
function loadThrottle({ address, values }: MethodSettings): Throttle | undefined {
  const { throttling_rate_limit: rate = -1, throttling_burst_limit: burst = -1 } = values.settings ?? {};
  if (rate < 0 && burst < 0) return undefined;
  return {
    address,
    rate: rate < 0 ? ACCOUNT_LIMIT.rate : rate,
    burst: burst < 0 ? ACCOUNT_LIMIT.burst : burst,
  };
}
