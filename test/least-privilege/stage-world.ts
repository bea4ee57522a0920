import { type Examples, fill, type Surroundings } from "./needs";
import { ROLES, ROUTES, type StageName } from "./stage-expectation";

/** Where a stage is: what its ARNs are made of. */
export interface Place {
  readonly region: string;
  readonly accountId: string;
  readonly apiId: string;
  readonly stage: StageName;
}

/** Of a log group, behind its colon: a stream to be made, and one to be written to. Of a product: codes. */
export const EXAMPLES: Examples = {
  stream: ["log-stream:", "log-stream:2026/11/22/[1]0a1b2c3d"],
  code: ["A-1", "caf%C3%A9"],
  name: ["products", "get-index"],
  route: ["GET/products", "PUT/products/A-1", "GET/"],
};

/** What the stack's physical names begin with. */
export function stackOf({ stage }: Pick<Place, "stage">): string {
  return `signed-inventory-${stage}`;
}

function arn(service: string, resource: string, { region, accountId }: Place): string {
  return `arn:aws:${service}:${region}:${accountId}:${resource}`;
}

export function tableArn(place: Place): string {
  return arn("dynamodb", `table/${stackOf(place)}-products`, place);
}

/** One that the stage has or may get. */
export function anyTableArn(place: Place): string {
  return arn("dynamodb", `table/${stackOf(place)}-{name}`, place);
}

export function logGroupArn(functionName: string, place: Place): string {
  return arn("logs", `log-group:/aws/lambda/${stackOf(place)}-${functionName}`, place);
}

/** @param route - `GET /products/{code}` */
export function routeArn(route: string, place: Place, stage: string = place.stage): string {
  return arn("execute-api", `${place.apiId}/${stage}/${route.replace(" ", "")}`, place);
}

/** What is around a stage's roles: its own resources, those of the other stage, and those of others. */
export function surroundings(place: Place): Surroundings {
  const other: Place = { ...place, stage: place.stage === "dev" ? "prod" : "dev" };
  return { kinds: kinds(place), world: [...stageWorld(place), ...stageWorld(other)] };
}

/** All routes with all methods, all logs, the table and what belongs to it. */
function stageWorld(place: Place): string[] {
  const table = tableArn(place);
  const paths = [...new Set(ROUTES.map(({ route }) => route.replace(/^\w+ /, ""))), "/", "/admin"];
  return [
    table,
    `${table}/index/by-category`,
    `${table}/stream/2026-11-22T10:00:00.000`,
    ...ROUTES.flatMap(({ lambda }) => lambda ?? []).flatMap((name) => [
      logGroupArn(name, place),
      ...fill(`${logGroupArn(name, place)}:{stream}`, EXAMPLES),
    ]),
    arn("logs", `log-group:/aws/apigateway/${stackOf(place)}-access:log-stream:1`, place),
    ...METHODS.flatMap((method) =>
      paths.flatMap((path) => fill(routeArn(`${method} ${path}`, place), EXAMPLES)),
    ),
    ...ROLES.map(({ name }) => iamArn(`role/${stackOf(place)}-${name}`, place)),
  ];
}

const METHODS = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

function kinds(place: Place): string[] {
  const table = tableArn(place);
  const stack = stackOf(place);
  return [
    table,
    `${table}/index/by-category`,
    `${table}/stream/2026-11-22T10:00:00.000`,
    `${table}/backup/01234567890123-abcdef12`,
    `${table}/export/01234567890123-abcdef12`,
    `${table}/import/01234567890123-abcdef12`,
    `arn:aws:dynamodb::${place.accountId}:global-table/${stack}-products`,
    arn("dynamodb", "table/orders", place),
    logGroupArn("get-index", place),
    `${logGroupArn("put-product", place)}:log-stream:2026/11/22/[1]0a1b2c3d`,
    arn("logs", "log-group:/aws/lambda/orders:log-stream:1", place),
    arn("lambda", `function:${stack}-get-index`, place),
    arn("lambda", "function:orders:1", place),
    arn("lambda", "layer:shared:1", place),
    routeArn("GET /index", place),
    routeArn("GET /auth/iam-sigv4", place),
    iamArn(`role/${stack}-writer`, place),
    iamArn("role/Admin", place),
    iamArn("user/carlos", place),
    "arn:aws:iam::aws:policy/AdministratorAccess",
    `arn:aws:sts::${place.accountId}:assumed-role/Admin/s1`,
    ...["/restapis", `/restapis/${place.apiId}`, "/apikeys", "/usageplans", "/account"].map(
      (path) => `arn:aws:apigateway:${place.region}::${path}`,
    ),
    "arn:aws:s3:::signed-inventory-bootstrap-state",
    `arn:aws:s3:::signed-inventory-bootstrap-state/${stack}.tfstate`,
    arn("kms", "key/1234abcd-12ab-34cd-56ef-1234567890ab", place),
    arn("sns", `${stack}-alarms`, place),
    arn("cloudwatch", `alarm:${stack}-latency`, place),
    arn("secretsmanager", "secret:orders-AbCdEf", place),
    arn("ssm", "parameter/orders", place),
    arn("sqs", "orders", place),
  ];
}

function iamArn(resource: string, { accountId }: Place): string {
  return `arn:aws:iam::${accountId}:${resource}`;
}
