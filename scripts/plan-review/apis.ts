import { groupBy } from "#plan/grouping";
import { at, textAt } from "#plan/read-plan";
import type { PlannedResource, Snapshot } from "#plan/snapshot";
import { isList } from "#terraform/value";
import { type PlannedPolicy, readPolicy } from "./policies";
import { readTransport, type Transport } from "./transport";

/** A REST API as a plan has it. */
export interface PlannedApi {
  /** The address; the id of one that belongs to another stack. */
  readonly address: string;
  /** The name in AWS; the id of one that belongs to another stack. */
  readonly name: string;
  readonly id: string;
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  readonly policy?: PlannedPolicy;
  /** Whether the stack publishes it, be it with a deployment of which nothing is known. */
  readonly isPublished: boolean;
  /** The stages of which the routes are known. */
  readonly stages: readonly string[];
  /** The stages, or parts of them, that serve a deployment of which nothing is known: they may not have these routes. */
  readonly unread: readonly UnreadDeployment[];
  readonly routes: readonly PlannedRoute[];
  /** Undefined for an API of another stack. */
  readonly transport?: Transport;
  /** The OpenAPI document that makes routes of its own, where there is one. */
  readonly body?: string;
}

/** A deployment that is not in the plan, so that nothing says what it asks of callers. */
export interface UnreadDeployment {
  readonly stage: string;
  readonly deployment: string;
  /** The share of requests that it gets, if it is a canary. */
  readonly percent?: number;
}

/** A method of a resource. What cannot be told before apply is undefined. */
export interface PlannedRoute {
  readonly address: string;
  readonly method: string;
  /** `/products/{code}` */
  readonly path: string;
  /** `NONE`, `AWS_IAM`, `CUSTOM`, `COGNITO_USER_POOLS` */
  readonly authorization?: string;
  /** The authorizer's name and the scopes it has to find, for an authorization that has one. */
  readonly authorizer?: string;
  readonly apiKeyRequired?: boolean;
  /** Where requests take their key from, if not from the header. */
  readonly apiKeySource?: string;
  readonly integration: PlannedIntegration;
}

/** What answers: a Lambda function by name, or another kind with its target. */
export interface PlannedIntegration {
  readonly kind: string;
  readonly target?: string;
  /** Who invokes the target in place of API Gateway: a role by name, or its ARN; the ARN of all users for the caller. */
  readonly credentials?: string;
}

/**
 * The REST APIs of a stack, those included that it adds routes to without owning them; by address.
 * @param compared - the snapshots that are compared. A deployment that is in any of them is known, and a stage that serves
 * an unknown one in the last of them is not compared.
 */
export function loadApis(
  snapshot: Snapshot,
  compared: readonly Snapshot[] = [snapshot],
): ReadonlyMap<string, PlannedApi> {
  const owned = new Map(snapshot.all("aws_api_gateway_rest_api").map((api) => [api.link("id"), api]));
  const methods = groupBy(snapshot.all("aws_api_gateway_method"), apiOf);
  const stages = groupBy(snapshot.all("aws_api_gateway_stage"), apiOf);
  const deployed = groupBy(snapshot.all("aws_api_gateway_deployment"), apiOf);
  const policies = groupBy(snapshot.all("aws_api_gateway_rest_api_policy"), apiOf);
  const isUnread = unreadFinder(compared);
  const last = compared.at(-1) ?? snapshot;
  const read = { pathOf: pathReader(snapshot), integrationOf: integrationReader(snapshot) };
  const authorizers = new Map(
    snapshot.all("aws_api_gateway_authorizer").map((each) => [each.link("id"), each.link("name")]),
  );
  const apis = [...new Set([...owned.keys(), ...methods.keys()])].map((id): PlannedApi => {
    const api = owned.get(id);
    const source = api?.text("api_key_source");
    const apiKeySource = source === undefined || source === "HEADER" ? undefined : source;
    const [separate] = policies.get(id) ?? [];
    return {
      address: api?.address ?? id,
      name: api?.link("name") ?? id,
      ...identityOf(snapshot, id, api),
      policy: readApiPolicy(separate) ?? readApiPolicy(api),
      isPublished:
        stages.has(id) || (deployed.get(id) ?? []).some((each) => each.text("stage_name") !== undefined),
      stages: [
        ...(stages.get(id) ?? [])
          .filter((stage) => !isUnread(stage) && !isUnread(last.get(stage.address)))
          .map((stage) => stage.link("stage_name")),
        // A deployment may make a stage by itself.
        ...(deployed.get(id) ?? []).flatMap((deployment) => deployment.text("stage_name") ?? []),
      ].filter((name, index, names) => names.indexOf(name) === index),
      unread: (stages.get(id) ?? []).flatMap((stage) => [
        ...(isUnread(stage)
          ? [{ stage: stage.link("stage_name"), deployment: stage.link("deployment_id") }]
          : []),
        ...canaryOf(stage),
      ]),
      routes: (methods.get(id) ?? []).map((method) => ({
        address: method.address,
        method: method.link("http_method"),
        path: read.pathOf(method),
        authorization: method.text("authorization"),
        authorizer: authorizerOf(method, authorizers),
        apiKeyRequired: booleanOf(method, "api_key_required"),
        apiKeySource,
        integration: read.integrationOf(method),
      })),
      transport: api && readTransport(api),
      body: api?.text("body") ?? (api?.isUnknown("body") ? "known after apply" : undefined),
    };
  });
  return new Map(apis.map((api) => [api.address, api]));
}

/** Finds out whether a stage serves a deployment that is not in the plan. One that is known after apply is. */
function unreadFinder(compared: readonly Snapshot[]): (stage: PlannedResource | undefined) => boolean {
  const deployments = compared.flatMap((snapshot) => snapshot.all("aws_api_gateway_deployment"));
  const ids = new Set(deployments.map((each) => each.link("id")));
  return (stage) => {
    const id = stage?.text("deployment_id");
    return id !== undefined && !ids.has(id);
  };
}

function canaryOf(stage: PlannedResource): UnreadDeployment[] {
  const blocks = stage.value("canary_settings");
  return (isList(blocks) ? blocks : []).flatMap((block): UnreadDeployment[] => {
    const percent = at(block, "percent_traffic");
    const deployment = textAt(block, "deployment_id");
    if (percent === 0 || deployment === stage.text("deployment_id")) return [];
    return [
      {
        stage: stage.link("stage_name"),
        deployment: deployment ?? "known after apply",
        ...(typeof percent === "number" && { percent }),
      },
    ];
  });
}

function apiOf(part: PlannedResource): string {
  return part.link("rest_api_id");
}

/** Where an API is, as its execution ARN says, which policies and permissions are written with. */
function identityOf(
  snapshot: Snapshot,
  id: string,
  api: PlannedResource | undefined,
): Pick<PlannedApi, "id" | "partition" | "region" | "accountId"> {
  const { partition, region, accountId } = snapshot.account;
  const arn = /^arn:([^:/]+):execute-api:([^:/]+):(\d{12}):([^:/]+)$/.exec(api?.text("execution_arn") ?? "");
  return {
    partition: arn?.[1] ?? partition,
    region: arn?.[2] ?? region,
    accountId: arn?.[3] ?? accountId,
    id: arn?.[4] ?? id,
  };
}

function readApiPolicy(holder: PlannedResource | undefined): PlannedPolicy | undefined {
  if (holder === undefined) return undefined;
  if (holder.text("policy") === undefined && !holder.isUnknown("policy")) return undefined;
  return readPolicy(holder, "policy", "resource policy of the API", "resource");
}

function authorizerOf(method: PlannedResource, names: ReadonlyMap<string, string>): string | undefined {
  const isNamed = method.text("authorizer_id") !== undefined || method.isUnknown("authorizer_id");
  if (!isNamed) return undefined;
  const id = method.link("authorizer_id");
  const scopes = method.value("authorization_scopes");
  const suffix =
    isList(scopes) && scopes.length > 0 ? ` for ${[...scopes].map(String).sort().join(" ")}` : "";
  return `${names.get(id) ?? id}${suffix}`;
}

/** Undefined only where it cannot be told: a switch that is not set is off. */
function booleanOf(resource: PlannedResource, attribute: string): boolean | undefined {
  const value = resource.text(attribute);
  if (value === undefined) return resource.isUnknown(attribute) ? undefined : false;
  return value === "true" ? true : value === "false" ? false : undefined;
}

/** Finds the path of a method: its resource's, below that of the parent, up to the root. */
function pathReader(snapshot: Snapshot): (method: PlannedResource) => string {
  const resources = new Map(snapshot.all("aws_api_gateway_resource").map((each) => [each.link("id"), each]));
  const roots = new Map(
    snapshot.all("aws_api_gateway_rest_api").map((api) => [api.link("id"), api.link("root_resource_id")]),
  );
  return (method) => {
    const parts: string[] = [];
    const passed = new Set<string>();
    let id = method.link("resource_id");
    for (let at = resources.get(id); at !== undefined && !passed.has(id); at = resources.get(id)) {
      passed.add(id);
      parts.unshift(at.link("path_part"));
      id = at.link("parent_id");
    }
    // Of another stack's API it is not known which of its paths this is; it is taken for the root.
    const root = roots.get(method.link("rest_api_id")) ?? id;
    return `/${[...(id === root || passed.has(id) ? [] : ["(known after apply)"]), ...parts].join("/")}`;
  };
}

function integrationReader(snapshot: Snapshot): (method: PlannedResource) => PlannedIntegration {
  const keyOf = (part: PlannedResource) =>
    ["rest_api_id", "resource_id", "http_method"].map((attribute) => part.link(attribute)).join(" ");
  const integrations = new Map(
    snapshot.all("aws_api_gateway_integration").map((each) => [keyOf(each), each]),
  );
  const functions = new Map(
    snapshot
      .all("aws_lambda_function")
      .flatMap((each) =>
        ["invoke_arn", "qualified_invoke_arn"].map((attribute): [string, string] => [
          each.link(attribute),
          each.link("function_name"),
        ]),
      ),
  );
  const roles = new Map(
    snapshot.all("aws_iam_role").map((each): [string, string] => [each.link("arn"), each.link("name")]),
  );
  const credentialsOf = (integration: PlannedResource): { readonly credentials?: string } => {
    if (integration.text("credentials") === undefined && !integration.isUnknown("credentials")) return {};
    const arn = integration.link("credentials");
    return { credentials: roles.get(arn) ?? arn };
  };
  return (method) => {
    const integration = integrations.get(keyOf(method));
    if (integration === undefined) return { kind: "none" };
    const type = integration.text("type") ?? "known after apply";
    if (type === "MOCK") return { kind: "mock" };
    const uri = integration.link("uri");
    const lambda = functions.get(uri) ?? lambdaIn(uri, snapshot);
    const answering =
      lambda === undefined
        ? { kind: type, target: uri }
        : { kind: type === "AWS_PROXY" ? "Lambda" : `Lambda (${type})`, target: lambda };
    return { ...answering, ...credentialsOf(integration) };
  };
}

/** A function by name, with its region and account if they are not the stack's. */
function lambdaIn(uri: string, { account }: Snapshot): string | undefined {
  const [, region, accountId, name] =
    /:lambda:([^:]*):(\d{12}):function:([^/]+)\/invocations$/.exec(uri) ?? [];
  if (name === undefined) return /:function:([^/]+)\/invocations$/.exec(uri)?.[1];
  const isOwn = region === account.region && accountId === account.accountId;
  return isOwn ? name : `${name} (${accountId}, ${region})`;
}
