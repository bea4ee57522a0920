import { toCaller } from "#iam/caller";
import type { NamedPolicy, Principal } from "#iam/identity";
import type { PolicyStatement } from "#iam/policy";
import type { InvokePermission, LambdaFunction } from "#model/lambda-function";
import type { Model } from "#model/model";
import { actionsOfTomorrow, neighbours } from "./around";
import { administrator, OTHER_ACCOUNT, service, strangers } from "./askers";
import { CATALOGUE, serviceOf } from "./catalogue";
import { fill, type Need, needsQuestions } from "./needs";
import { type Asker, askAs, type Question } from "./question";
import { BOUNDARY_TABLE, type ExpectedRole, ROLES, ROUTES, type StageName } from "./stage-expectation";
import {
  anyTableArn,
  EXAMPLES,
  logGroupArn,
  type Place,
  routeArn,
  stackOf,
  surroundings,
  tableArn,
} from "./stage-world";
import type { Subject } from "./violations";

const ASSUME = "sts:AssumeRole";
const INVOKE = "lambda:InvokeFunction";

/** The policies of a stage, each with what it is asked: those of roles, trust in them, and those of functions. */
export function stageSubjects(model: Model, stage: StageName): Subject[] {
  const place = placeOf(model, stage);
  const roles = ROLES.map((expected) => ({
    expected,
    role: named(model.principals, `${stackOf(place)}-${expected.name}`),
  }));
  const lambdas = ROUTES.flatMap(({ route, lambda }) => (lambda === undefined ? [] : [{ route, lambda }]));
  return [
    ...roles.map(({ expected, role }) => roleSubject(role, expected, place)),
    ...roles.map(({ expected, role }) => trustSubject(role, expected, model)),
    ...lambdas.map(({ route, lambda }) =>
      functionSubject(named(model.functions, `${stackOf(place)}-${lambda}`), route, place),
    ),
  ];
}

/**
 * What holds the roles of a stage, whatever their policies say, and what it is asked: the same whichever role it holds.
 */
export function boundarySubject(model: Model, stage: StageName): Subject {
  const place = placeOf(model, stage);
  const [role] = model.principals;
  const boundary = role?.permissionsBoundary;
  if (boundary === undefined) throw new Error(`${role?.name} has no boundary`);
  return {
    name: boundary.name,
    policies: { identity: [boundary] },
    questions: needsQuestions(
      toCaller(role as Principal, "session"),
      place.accountId,
      [
        ...[logGroupArn("{name}", place), `${logGroupArn("{name}", place)}:{stream}`].flatMap((group) => [
          { action: "logs:CreateLogStream", resources: [group] },
          { action: "logs:PutLogEvents", resources: [group] },
        ]),
        { action: "xray:PutTraceSegments", resources: ["*"] },
        { action: "xray:PutTelemetryRecords", resources: ["*"] },
        ...BOUNDARY_TABLE.map((action) => ({
          action: `dynamodb:${action}`,
          resources: [anyTableArn(place)],
        })),
        { action: "execute-api:Invoke", resources: [routeArn("{route}", place)] },
      ],
      surroundings(place),
      EXAMPLES,
    ),
  };
}

/** The roles of a stage with what holds them, asked for what they need. */
export function boundedSubjects(model: Model, stage: StageName): Subject[] {
  const place = placeOf(model, stage);
  return ROLES.map((expected) => {
    const role = named(model.principals, `${stackOf(place)}-${expected.name}`);
    const { name, policies, questions } = roleSubject(role, expected, place);
    return {
      name,
      policies: { ...policies, boundary: role.permissionsBoundary },
      questions: questions.filter(({ allowed }) => allowed),
    };
  });
}

/** The policy that the API may have, and what it is asked: a signer needs a policy of its own. */
export function apiSubject(model: Model, stage: StageName): Subject {
  const { api, accountId } = model;
  const signed = ROUTES.filter(({ authorization }) => authorization === "AWS_IAM");
  const resources = signed.flatMap(({ route }) => fill(routeArn(route, placeOf(model, stage)), EXAMPLES));
  return {
    name: "the API's policy",
    policies: { identity: [], resource: api.policy },
    questions: strangers(accountId, [], {}).flatMap((asker) =>
      resources.map((resource) => askAs(asker, accountId)(false, "execute-api:Invoke", resource)),
    ),
  };
}

function placeOf({ region, accountId, api }: Model, stage: StageName): Place {
  return { region, accountId, apiId: api.id, stage };
}

function named<T extends { readonly name: string }>(all: readonly T[], name: string): T {
  const found = all.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no ${name} (have: ${all.map((each) => each.name).join(", ")})`);
  return found;
}

/** What a role may do by its own policies, whatever else holds it. */
function roleSubject(role: Principal, expected: ExpectedRole, place: Place): Subject {
  const caller = toCaller(role, "session");
  return {
    name: role.name,
    policies: { identity: role.identityPolicies },
    questions: needsQuestions(
      caller,
      place.accountId,
      needsOf(expected, place),
      surroundings(place),
      EXAMPLES,
    ),
  };
}

function needsOf({ name, assumedBy, invokes, table }: ExpectedRole, place: Place): Need[] {
  const logStreams = [`${logGroupArn(name, place)}:{stream}`];
  const toRun: Need[] = [
    { action: "logs:CreateLogStream", resources: logStreams },
    { action: "logs:PutLogEvents", resources: logStreams },
    { action: "xray:PutTraceSegments", resources: ["*"] },
    { action: "xray:PutTelemetryRecords", resources: ["*"] },
  ];
  const toInvoke: Need = {
    action: "execute-api:Invoke",
    resources: invokes.map((route) => routeArn(route, place)),
  };
  return [
    ...(assumedBy === "lambda" ? toRun : []),
    ...table.map((action) => ({ action: `dynamodb:${action}`, resources: [tableArn(place)] })),
    toInvoke,
  ];
}

/** Who may become a role. */
function trustSubject(role: Principal, { assumedBy }: ExpectedRole, model: Model): Subject {
  const { accountId } = model;
  const onBehalfOf = (sourceAccount: string | undefined) => ({
    "aws:SourceAccount": sourceAccount,
    "aws:SourceArn": undefined,
  });
  const lambda = service("lambda", onBehalfOf(accountId));
  const entitled = administrator(accountId);
  const rightful = assumedBy === "lambda" ? lambda : entitled;
  const others: Asker[] = [
    assumedBy === "lambda" ? entitled : lambda,
    ...[OTHER_ACCOUNT, undefined, ...neighbours(accountId)].map((other) =>
      service("lambda", onBehalfOf(other)),
    ),
    ...model.principals.map((each) => ({ caller: toCaller(each, "s1"), brings: each.identityPolicies })),
    ...strangers(accountId, ["lambda"], onBehalfOf(accountId)),
  ];
  const ask = (asker: Asker, allowed: boolean, action = ASSUME): Question =>
    askAs(asker, accountId)(allowed, action, role.arn);
  return {
    name: `trust in ${role.name}`,
    policies: { identity: [], trust: role.trustPolicy },
    questions: [
      ask(rightful, true),
      ...others.map((asker) => ask(asker, false)),
      ...otherActions(ASSUME).flatMap((action) =>
        [rightful, ...others].map((asker) => ask(asker, false, action)),
      ),
    ],
  };
}

/** What else AWS has or may have in an action's service. */
function otherActions(action: string): string[] {
  const all = [...actionsOfTomorrow(action), ...(CATALOGUE.get(serviceOf(action)) ?? [])];
  return all.filter((other) => other !== action);
}

/** Who may invoke a function: API Gateway, for its route alone. */
function functionSubject(target: LambdaFunction, route: string, place: Place): Subject {
  // A parameter is `*` in the ARN that API Gateway names, or its value: no page says which.
  const examples = { ...EXAMPLES, code: ["*", ...(EXAMPLES["code"] ?? [])] };
  const own = fill(routeArn(route, place), examples);
  const isForeign = (sourceArn: string): boolean => !own.includes(sourceArn);
  const near = [
    ...neighbours(routeArn(route, place)),
    // Where the console tests a method, and where authorizers are.
    routeArn(route, place, "test-invoke-stage"),
    routeArn("a1b2c3", place, "authorizers"),
  ].flatMap((each) => fill(each, examples));
  const otherRoutes = surroundings(place).world.filter((each) => serviceOf(each) === "execute-api");
  const forApi = (sourceArn: string | undefined) => ({
    "aws:SourceArn": sourceArn,
    "aws:SourceAccount": place.accountId,
  });
  const gateway = (sourceArn: string | undefined): Asker => service("apigateway", forApi(sourceArn));
  const ask = (asker: Asker, allowed: boolean, action = INVOKE, resource = target.arn): Question =>
    askAs(asker, place.accountId)(allowed, action, resource);
  return {
    name: `permission to invoke ${target.name}`,
    policies: { identity: [], resource: permissionsPolicy(target) },
    questions: [
      ...own.map((sourceArn) => ask(gateway(sourceArn), true)),
      ...strangers(place.accountId, ["apigateway"], forApi(own[0])).map((asker) => ask(asker, false)),
      ...neighbours(target.arn).map((other) => ask(gateway(own[0]), false, INVOKE, other)),
      ...[undefined, ...near.filter(isForeign)].map((sourceArn) => ask(gateway(sourceArn), false)),
      ...otherActions(INVOKE).map((action) => ask(gateway(own[0]), false, action)),
      ...otherRoutes.filter(isForeign).map((sourceArn) => ask(gateway(sourceArn), false)),
    ],
  };
}

/**
 * The policy of a function, of a statement for each `aws_lambda_permission`.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
 */
function permissionsPolicy({ address, arn, permissions }: LambdaFunction): NamedPolicy {
  const toStatement = ({
    principal,
    action,
    sourceArn,
    sourceAccount,
  }: InvokePermission): PolicyStatement => ({
    Effect: "Allow",
    Principal: principal.endsWith(".amazonaws.com") ? { Service: principal } : { AWS: principal },
    Action: action,
    Resource: arn,
    Condition: {
      ...(sourceArn === undefined ? {} : { ArnLike: { "AWS:SourceArn": sourceArn } }),
      ...(sourceAccount === undefined ? {} : { StringEquals: { "AWS:SourceAccount": sourceAccount } }),
    },
  });
  return {
    address,
    name: "policy",
    document: { Version: "2012-10-17", Statement: permissions.map(toStatement) },
  };
}
