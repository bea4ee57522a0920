import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Model } from "#model/model";
import { parseDocument, type TerraformDocument } from "#terraform/document";
import { formatProblem, type Problem, Problems, unsupported } from "#terraform/problem";
import type { LocalIdentity } from "./assigned-values";
import { loadTables } from "./dynamodb-tables";
import { loadEventSources, namedResources } from "./event-sources";
import { expandBodies } from "./expand-bodies";
import { loadFunctions } from "./functions";
import type { LocalSettings } from "./local-settings";
import { parsePlan } from "./plan-document";
import { loadPrincipals } from "./principals";
import { loadRestApi } from "./rest-api";
import { Stack } from "./stack";
import { parseState } from "./state-document";
import { PROPERTY_TABLES, type ResourceType } from "./tables/index";
import { loadApiKeys, loadUsagePlans } from "./usage-plans";

export type { LocalIdentity } from "./assigned-values";

export interface LoadOptions {
  /** The synthesized `cdk.tf.json`: its path, or its parsed content. */
  readonly terraform: unknown;
  /** Whether `terraform` is what `terraform show -json` says of an applied state. @default false, it is a `cdk.tf.json` */
  readonly isState?: boolean;
  /** Whether it is what `terraform show -json PLAN` says of a plan. @default false */
  readonly isPlan?: boolean;
  /** The address of the REST API to serve, if the stack has several. @default the first one */
  readonly api?: string;
  /** Where the paths in it (packages of functions) begin. @default the folder of the file */
  readonly directory?: string;
  readonly identity: LocalIdentity;
  /** How functions run here that are not Node.js, or whose packages are not here. @default none */
  readonly local?: LocalSettings;
}

/** The stack cannot be served as AWS would serve it: every reason, each with its Terraform address. */
export class LoadError extends Error {
  override readonly name = "LoadError";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super([`the stack cannot be served locally: ${count}`, ...problems.map(formatProblem)].join("\n  "));
    this.problems = problems;
  }
}

/**
 * Reads a stack's synthesized Terraform into a model of what AWS would hold after an apply. It fails closed: if
 * something is not understood and could make a request less protected, or answered differently than on AWS, the gateway
 * does not start. What has no effect locally is listed in `withoutLocalEffect`.
 * @throws LoadError with all problems
 */
export function loadModel({
  terraform,
  directory,
  identity,
  api,
  local,
  isState = false,
  isPlan = false,
}: LoadOptions): Model {
  const json = typeof terraform === "string" ? readTerraform(terraform) : terraform;
  const folder = directory ?? (typeof terraform === "string" ? dirname(terraform) : process.cwd());
  const stack =
    isState || isPlan
      ? stackOfState(json, identity, api, isPlan)
      : stackOf(parseDocument(json), identity, api);
  const model = stack.problems.attempt(() => loadStack(stack, folder, local));
  const problems = stack.problems.list();
  if (model && problems.length === 0) return model;
  throw new LoadError(problems);
}

function unlessEmpty<K extends keyof Model>(name: K, list: readonly unknown[]): Partial<Model> {
  return list.length === 0 ? {} : { [name]: list };
}

function stackOfState(
  json: unknown,
  identity: LocalIdentity,
  api: string | undefined,
  isPlan: boolean,
): Stack {
  const problems = new Problems();
  const state = problems.attempt(() => (isPlan ? parsePlan(json, identity) : parseState(json)));
  if (!state) throw new LoadError(problems.list());
  const { document, accountId } = state;
  return stackOf(document, { ...identity, accountId }, api);
}

function stackOf(document: TerraformDocument, identity: LocalIdentity, api: string | undefined): Stack {
  const problems = new Problems();
  const expanded = problems.attempt(() => expandBodies(document, identity));
  if (!expanded) throw new LoadError(problems.list());
  return new Stack(expanded, identity, api);
}

function loadStack(stack: Stack, directory: string, local: LocalSettings | undefined): Model {
  // Everything is read, so that faults are reported even in resources that nothing refers to.
  for (const type of Object.keys(PROPERTY_TABLES)) stack.all(type as ResourceType);
  const { account } = stack.attributes;
  const principals = loadPrincipals(stack);
  const functions = loadFunctions(stack, directory, local);
  stack.problems.attempt(() => checkNames(local, functions));
  const tables = loadTables(stack);
  const apiKeys = loadApiKeys(stack);
  const outputs = stack.outputs();
  const api = loadRestApi(stack);
  const usagePlans = loadUsagePlans(stack, api);
  const eventSources = loadEventSources(stack);
  return {
    ...account,
    api,
    functions,
    tables,
    principals,
    apiKeys,
    usagePlans,
    outputs,
    withoutLocalEffect: stack.withoutLocalEffect(),
    ...unlessEmpty("notRun", stack.notRun()),
    ...unlessEmpty("otherApis", stack.otherApiAddresses()),
    ...unlessEmpty("queues", namedResources(stack, "aws_sqs_queue")),
    ...unlessEmpty("secrets", namedResources(stack, "aws_secretsmanager_secret")),
    ...unlessEmpty("eventSources", eventSources),
  };
}

/** A name in `local.json` that is no function's is a mistake of the writer. */
function checkNames(local: LocalSettings | undefined, functions: Model["functions"]): void {
  const names = functions.map(({ name }) => name);
  const unknown = Object.keys(local?.functions ?? {}).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw unsupported(
    `${local?.file}: functions.${unknown}`,
    "a function that the stack does not have",
    names.join(", ") || "none",
    "correct the name",
  );
}

function readTerraform(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    const got =
      error instanceof SyntaxError
        ? "a file that is not JSON"
        : `a file that cannot be read (${(error as Error).message})`;
    throw new LoadError([
      { address: path, got, supported: "the cdk.tf.json of a stack", action: "synthesize the stack" },
    ]);
  }
}
