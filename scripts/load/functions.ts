import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { InvokePermission, LambdaFunction } from "#model/lambda-function";
import type { LocalRun } from "#model/local-run";
import type { NotServed } from "#model/rest-api";
import { formatCause, unsupported } from "#terraform/problem";
import { describe } from "#terraform/value";
import { isSettled, type LocalSettings, localAdvice } from "./local-settings";
import type { Resource, Stack } from "./stack";

/**
 * The stack's Lambda functions, with their permissions.
 * @param directory - that paths of packages are relative to
 * @param local - how functions run here, by their names
 */
export function loadFunctions(
  stack: Stack,
  directory: string,
  local?: LocalSettings,
): readonly LambdaFunction[] {
  const permissions = loadPermissions(stack);
  stack.refuseSame("aws_lambda_function", "function_name");
  return stack.problems.attemptEach(stack.all("aws_lambda_function"), (lambda) => {
    const { address, values } = lambda;
    const role = stack.isApplied
      ? stack.findOptional("aws_iam_role", "arn", values.role)
      : stack.find("aws_iam_role", "arn", values.role, `${address}.role`);
    const run = local?.functions[values.function_name];
    const open = stack.unavailable(lambda).find((each) => !isSettled(each, run));
    const found =
      (open && advised(open, values.function_name)) ??
      (role ? undefined : withoutRole(lambda)) ??
      findCode(lambda, directory, stack.isApplied, run);
    return {
      address,
      name: values.function_name,
      arn: lambda.text("arn"),
      roleArn: role?.text("arn") ?? values.role,
      ...(run && { local: run }),
      ...(typeof found === "string" ? { packagePath: found } : { packagePath: "", unavailable: found }),
      handler: values.handler ?? "",
      runtime: values.runtime ?? "",
      memoryMegabytes: values.memory_size,
      timeoutSeconds: values.timeout,
      environment: values.environment?.variables ?? {},
      logGroup: values.logging_config?.log_group ?? `/aws/lambda/${values.function_name}`,
      permissions: permissions.get(address) ?? [],
    };
  });
}

function withoutRole({ address, values }: Resource<"aws_lambda_function">): NotServed {
  const supported = "the arn of an aws_iam_role of this stack";
  const cause = { got: describe(values.role), supported, action: "put the role into the stack" };
  return { address, property: "role", reason: formatCause(cause) };
}

/** A command and a URL need no package, and a folder takes its place. */
function findCode(
  lambda: Resource<"aws_lambda_function">,
  directory: string,
  isApplied: boolean,
  run: LocalRun | undefined,
): string | NotServed {
  if (run?.command !== undefined || run?.url !== undefined) return "";
  const notNode = whyNotNode(lambda);
  if (notNode) return notNode;
  return run?.directory ?? findPackage(lambda, directory, isApplied);
}

function whyNotNode({ address, values }: Resource<"aws_lambda_function">): NotServed | undefined {
  const { runtime, handler, function_name } = values;
  const isNode = runtime === undefined || /^nodejs\d+\.x$/.test(runtime);
  const isHandler = handler === undefined || /^[^.]\S*\.[A-Za-z_$][\w$]*$/.test(handler);
  if (isNode && isHandler) return undefined;
  const [property, got, supported] = isNode
    ? (["handler", handler, "file.export, such as index.handler"] as const)
    : (["runtime", runtime, "a Node.js runtime such as nodejs24.x"] as const);
  const cause = { got: describe(got ?? null), supported, action: "correct it" };
  return advised({ address, property, reason: formatCause(cause) }, function_name);
}

/** A reason that also says what to put into `local.json`, if that settles it. */
function advised(why: NotServed, functionName: string): NotServed {
  const { property, reason } = why;
  const run = { command: [], directory: "", layers: [] };
  return isSettled(why, run) ? { ...why, reason: `${reason}; ${localAdvice(functionName, property)}` } : why;
}

/** @returns its path; or why the function does not run, if it belongs to an applied stack whose packages need not be here */
function findPackage(
  { address, values }: Resource<"aws_lambda_function">,
  directory: string,
  isApplied: boolean,
): string | NotServed {
  const { filename, handler, runtime } = values;
  const at = `${address}.filename`;
  if (filename === undefined && !isApplied) throw unsupported(at, "nothing", "a value", "set it");
  for (const [name, value] of Object.entries({ handler, runtime })) {
    if (value !== undefined) continue;
    const reason = "got nothing, supported: a Node.js function";
    if (isApplied) return advised({ address, property: name, reason }, values.function_name);
    throw unsupported(`${address}.${name}`, "nothing", "a value", "set it");
  }
  const path = resolve(directory, filename ?? "");
  if (isFile(path)) return path;
  const got = `${describe(filename)}, which is not there`;
  const supported = `a file below ${directory}`;
  if (!isApplied) throw unsupported(at, got, supported, "synthesize the stack again");
  const action = "put the package there, or serve the state from the folder of its configuration";
  const reason = formatCause({ got, supported, action });
  return advised({ address, property: "filename", reason }, values.function_name);
}

/** The function that an integration's URI names, and the version or alias of it. */
export interface LambdaTarget {
  readonly lambda: Resource<"aws_lambda_function">;
  readonly qualifier?: string;
}

/**
 * Finds the function of an integration or authorizer: `arn:PARTITION:apigateway:REGION:lambda:path/2015-03-31/functions/ARN/invocations`.
 * Every version and alias is the code that is there: the local gateway keeps no older one.
 * @throws Unsupported if there is no such function in the stack, or it does not run here
 * Source: https://docs.aws.amazon.com/apigateway/latest/api/API_Integration.html#apigw-Type-Integration-uri
 */
export function findTarget(stack: Stack, uri: string, address: string): LambdaTarget {
  const arn = LAMBDA_URI.exec(uri)?.[1] ?? "";
  const [, unqualified = arn, qualifier] = /^((?:[^:]*:){6}[^:]*):(.+)$/.exec(arn) ?? [];
  const lambda = stack.findOptional("aws_lambda_function", "arn", unqualified);
  if (!lambda) {
    const supported = "the invoke_arn of an aws_lambda_function of this stack";
    const action = "refer to one: aws_lambda_function.NAME.invoke_arn";
    const problem = { address, got: describe(uri), supported, action };
    throw stack.missing("aws_lambda_function", arn === "" ? problem : { ...problem, notFollowed: true });
  }
  return { lambda, ...(qualifier !== undefined && qualifier !== "$LATEST" && { qualifier }) };
}

const LAMBDA_URI =
  /^arn:[\w-]+:apigateway:[a-z0-9-]+:lambda:path\/\d{4}-\d\d-\d\d\/functions\/(arn:[\w-]+:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+(?::[$\w-]+)?)\/invocations$/;

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Permissions by the address of the function. */
function loadPermissions(stack: Stack): ReadonlyMap<string, InvokePermission[]> {
  const permissions = new Map<string, InvokePermission[]>();
  stack.problems.attemptEach(stack.all("aws_lambda_permission"), ({ address, values }) => {
    const named = values.function_name;
    const attribute = named.startsWith("arn:") ? "arn" : "function_name";
    // A permission of a function elsewhere opens nothing here.
    const isElsewhere = stack.isApplied && !stack.findOptional("aws_lambda_function", attribute, named);
    if (isElsewhere) return;
    const lambda = stack.find("aws_lambda_function", attribute, named, `${address}.function_name`);
    const permission: InvokePermission = {
      address,
      principal: values.principal,
      action: values.action,
      sourceArn: values.source_arn,
      sourceAccount: values.source_account,
      ...(values.qualifier !== undefined && { qualifier: values.qualifier }),
    };
    permissions.set(lambda.address, [...(permissions.get(lambda.address) ?? []), permission]);
  });
  return permissions;
}
