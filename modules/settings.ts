import { DEFAULT_RUNTIME } from "./bundle";
import { STAGES, type StageSettings } from "./stage-settings";
import { UserError } from "./user-error";

/** The project's name, which every physical name in AWS begins with. */
export const PROJECT = "signed-inventory";

/** What a deployment is told from outside. */
export interface DeploymentSettings {
  readonly stageName: string;
  readonly stage: StageSettings;
  readonly region: string;
  /** The constraint on Terraform's AWS provider. */
  readonly providerVersion: string;
  readonly lambdaRuntime: string;
  /** The S3 bucket that keeps the state. @default a file in `.state`, in the project's folder */
  readonly stateBucket?: string;
}

/**
 * Reads settings from environment variables; the caller hands them over, modules read none themselves.
 * @throws UserError that names the variable, what it held and what it may hold
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): DeploymentSettings {
  const stageName = env.STAGE || "dev";
  const stage = Object.hasOwn(STAGES, stageName) ? STAGES[stageName] : undefined;
  if (!stage) {
    const known = Object.keys(STAGES).join(", ");
    throw new UserError(
      `STAGE: got '${stageName}', expected one of ${known}; stages are declared in modules/stage-settings.ts`,
    );
  }
  const region = env.AWS_REGION || "us-east-1";
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) {
    throw new UserError(`AWS_REGION: got '${region}', expected a region's code such as us-east-1`);
  }
  const lambdaRuntime = env.LAMBDA_RUNTIME || DEFAULT_RUNTIME;
  if (!/^nodejs\d+\.x$/.test(lambdaRuntime)) {
    throw new UserError(
      `LAMBDA_RUNTIME: got '${lambdaRuntime}', expected a Node.js runtime such as ${DEFAULT_RUNTIME}`,
    );
  }
  return {
    stageName,
    stage,
    region,
    lambdaRuntime,
    providerVersion: env.AWS_PROVIDER_VERSION || "~> 6.25",
    stateBucket: env.TF_STATE_BUCKET || undefined,
  };
}

/** The id of a stage's stack, which its physical names begin with. */
export function stackId(stageName: string): string {
  return `${PROJECT}-${stageName}`;
}
