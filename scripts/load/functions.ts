import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { InvokePermission, LambdaFunction } from "#model/lambda-function";
import { unsupported } from "#terraform/problem";
import { describe } from "#terraform/value";
import type { Resource, Stack } from "./stack";

/**
 * The stack's Lambda functions, with their permissions.
 * @param directory - that paths of packages are relative to
 */
export function loadFunctions(stack: Stack, directory: string): readonly LambdaFunction[] {
  const permissions = loadPermissions(stack);
  stack.refuseSame("aws_lambda_function", "function_name");
  return stack.problems.attemptEach(stack.all("aws_lambda_function"), (lambda) => {
    const { address, values } = lambda;
    const role = stack.find("aws_iam_role", "arn", values.role, `${address}.role`);
    return {
      address,
      name: values.function_name,
      arn: lambda.text("arn"),
      roleArn: role.text("arn"),
      packagePath: findPackage(lambda, directory),
      handler: values.handler,
      runtime: values.runtime,
      memoryMegabytes: values.memory_size,
      timeoutSeconds: values.timeout,
      environment: values.environment?.variables ?? {},
      logGroup: values.logging_config?.log_group ?? `/aws/lambda/${values.function_name}`,
      permissions: permissions.get(address) ?? [],
    };
  });
}

function findPackage({ address, values }: Resource<"aws_lambda_function">, directory: string): string {
  const path = resolve(directory, values.filename);
  if (isFile(path)) return path;
  throw unsupported(
    `${address}.filename`,
    `${describe(values.filename)}, which does not exist`,
    `a file in ${directory}`,
    "synthesize the stack again",
  );
}

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
    const lambda = stack.find("aws_lambda_function", attribute, named, `${address}.function_name`);
    const permission: InvokePermission = {
      address,
      principal: values.principal,
      action: values.action,
      sourceArn: values.source_arn,
      sourceAccount: values.source_account,
    };
    permissions.set(lambda.address, [...(permissions.get(lambda.address) ?? []), permission]);
  });
  return permissions;
}
