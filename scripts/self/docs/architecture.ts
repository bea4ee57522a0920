import { authorizationMatrix, type RouteAccess } from "#access/authorization-matrix";
import type { Principal } from "#iam/identity";
import { toList } from "#iam/policy";
import type { LambdaFunction } from "#model/lambda-function";
import type { Model } from "#model/model";
import { withoutPrefix } from "#stage/stack-name";

/**
 * Draws a stage as Mermaid, which GitHub renders: who calls which route, what answers it, and what that calls in turn, by
 * the policies that are synthesized.
 *
 * @param prefix - of the physical names of the stack; it is left out
 */
export function drawArchitecture(model: Model, prefix: string): string {
  const routes = authorizationMatrix(model);
  const callers = [...new Set(routes.map((route) => callerOf(route, model, prefix)))];
  const stage = model.api.stages.map(({ name }) => name).join(", ");
  const ids = {
    caller: (name: string) => `caller${callers.indexOf(name) + 1}`,
    route: (route: RouteAccess) => `route${routes.indexOf(route) + 1}`,
    function: ({ name }: LambdaFunction) => withoutPrefix(name, prefix).replaceAll("-", "_"),
  };
  return [
    "flowchart LR",
    ...callers.map((name) => `  ${ids.caller(name)}(["${name}"])`),
    `  subgraph gateway ["API Gateway, stage ${stage}"]`,
    ...routes.map((route) => `    ${ids.route(route)}["${titleOf(route, model)}"]`),
    "  end",
    '  subgraph lambdas ["Lambda"]',
    ...model.functions.map((each) => `    ${ids.function(each)}["${withoutPrefix(each.name, prefix)}"]`),
    "  end",
    '  subgraph tables ["DynamoDB"]',
    ...model.tables.map(({ name }, index) => `    table${index + 1}[("${withoutPrefix(name, prefix)}")]`),
    "  end",
    ...routes.map((route) => `  ${ids.caller(callerOf(route, model, prefix))} --> ${ids.route(route)}`),
    ...routes.flatMap((route) => {
      const target = functionNamed(model, route.integration);
      return target ? [`  ${ids.route(route)} --> ${ids.function(target)}`] : [];
    }),
    // A line without an arrow: an arrow back would put the function to the left of all routes.
    ...routes.flatMap((route) =>
      signersOf(route, model).map(
        (each) => `  ${ids.route(route)} -. "also called by" .- ${ids.function(each)}`,
      ),
    ),
    ...model.functions.flatMap((each) =>
      tableActions(each, model).map(
        ([index, actions]) => `  ${ids.function(each)} -- "${actions}" --> table${index + 1}`,
      ),
    ),
  ].join("\n");
}

// ---------------------------------------------------------------------------------------------------- internal

/** The callers that a route is for, as a text. The functions of the stack have their own arrows. */
function callerOf(route: RouteAccess, model: Model, prefix: string): string {
  const key = route.apiKeyRequired ? "API key" : "";
  if (route.authorization === "NONE") return key ? `anyone with an ${key}` : "anyone";
  const roles = route.principals
    .filter(({ name }) => !roleOfFunction(name, model))
    .map(({ name }) => withoutPrefix(name, prefix));
  return `signed by ${roles.join(" or ") || "nobody"}${key && `, with ${key}`}`;
}

function titleOf(route: RouteAccess, model: Model): string {
  const answered = functionNamed(model, route.integration) ? "" : "<br>answers a constant";
  return `${route.method} ${route.path}${answered}`;
}

function functionNamed({ functions }: Model, name: string): LambdaFunction | undefined {
  return functions.find((each) => each.name === name);
}

/** The functions whose roles may call a signed route. */
function signersOf({ principals }: RouteAccess, model: Model): LambdaFunction[] {
  return principals.flatMap(({ name }) => roleOfFunction(name, model) ?? []);
}

function roleOfFunction(role: string, { functions, principals }: Model): LambdaFunction | undefined {
  const arn = principals.find(({ name }) => name === role)?.arn;
  return functions.find(({ roleArn }) => roleArn === arn);
}

/** What a function may do with each table, by the statements of its role that name the table. */
function tableActions(
  { roleArn }: LambdaFunction,
  { principals, tables }: Model,
): [table: number, actions: string][] {
  const role = principals.find(({ arn }) => arn === roleArn);
  return tables.flatMap(({ arn }, index): [number, string][] => {
    const actions = statementsOf(role)
      .filter(({ Effect, Resource }) => Effect === "Allow" && toList(Resource ?? []).includes(arn))
      .flatMap(({ Action }) => toList(Action ?? []))
      .map((action) => action.replace(/^dynamodb:/, ""));
    return actions.length > 0 ? [[index, actions.join(", ")]] : [];
  });
}

function statementsOf(role: Principal | undefined) {
  return (role?.identityPolicies ?? []).flatMap(({ document }) => toList(document.Statement));
}
