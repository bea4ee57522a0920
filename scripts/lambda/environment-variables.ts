import { delimiter, join } from "node:path";
import type { FunctionSettings } from "./invocation";
import { VERSION } from "./runtime/settings";

/**
 * The environment variables of a function: those that it declares, and those that Lambda sets. The reserved ones cannot
 * be overridden; the others (locale, search path, time zone) can.
 *
 * Left out, because they do not exist here: the X-Ray daemon, library and module paths without layers, and the runtime API of a
 * Node.js function. `HOME` differs
 * from Lambda's: it keeps the AWS SDK from reading the developer's `~/.aws`.
 *
 * The name of the log stream is each execution environment's own.
 *
 * @param taskRoot - the folder that the deployment package was unpacked to
 *
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export function getEnvironmentVariables(
  { fn, region, credentials, localEnvironment }: FunctionSettings,
  taskRoot: string,
): Record<string, string> {
  return {
    HOME: "/home/sbx_user1051",
    LANG: "en_US.UTF-8",
    PATH: "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
    TZ: ":UTC",
    ...fn.environment,
    _HANDLER: fn.handler,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${fn.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: fn.name,
    AWS_LAMBDA_FUNCTION_VERSION: VERSION,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMegabytes),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: fn.logGroup,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    LAMBDA_TASK_ROOT: taskRoot,
    LAMBDA_RUNTIME_DIR: "/var/runtime",
    ...localEnvironment,
    ...nodeLayers(fn),
    ...fn.local?.environment,
  };
}

// ---------------------------------------------------------------------------------------------------- internal

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html */
function nodeLayers({ local, runtime }: FunctionSettings["fn"]): Record<string, string> {
  if (!local?.layers?.length) return {};
  const major = /^nodejs(\d+)\.x$/.exec(runtime)?.[1];
  if (major === undefined) return {};
  const folders = local.layers.flatMap((layer) =>
    [`nodejs/node${major}/node_modules`, "nodejs/node_modules"].map((folder) => join(layer, folder)),
  );
  return { NODE_PATH: folders.join(delimiter) };
}
