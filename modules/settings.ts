import { DEFAULT_RUNTIME } from "./bundle/bundling";
import { projectConfig } from "./config/load-config";
import type { StageSettings } from "./config/stage-settings";
import { UserError } from "./project";
import { DEFAULT_PROVIDER_VERSION, isVersionConstraint } from "./provider-version";

/** Environment variables; the caller passes them, modules do not read the environment. */
type Environment = Readonly<Record<string, string | undefined>>;

/** The settings for the deployment of any stack. */
export interface StackSettings {
  readonly region: string;
  /** The constraint on Terraform's AWS provider. */
  readonly providerVersion: string;
  /** The one account that it may be deployed to. @default any that the credentials are of */
  readonly accountId?: string;
  /** The S3 bucket that keeps the state. @default a file in `.state`, in the project's folder */
  readonly stateBucket?: string;
}

/** The settings for the deployment of a stage. */
export interface DeploymentSettings extends StackSettings {
  readonly stageName: string;
  readonly stage: StageSettings;
  readonly lambdaRuntime: string;
  /** The address that gets a mail when an alarm goes off. @default none */
  readonly alarmEmail?: string;
  /** The API's own host name. @default the address that API Gateway gives it */
  readonly domain?: DomainSettings;
}

/** A host name of one's own, and the zone in Route 53 that has its records. */
export interface DomainSettings {
  /** `api.example.com` */
  readonly name: string;
  /** `Z0123456789ABCDEFGHIJ` */
  readonly hostedZoneId: string;
}

/** The settings for the deployment of the bootstrap stack. */
export interface BootstrapSettings extends StackSettings {
  /** The repository on GitHub whose workflows plan and deploy, as the subjects of its tokens name it. */
  readonly repository: string;
  /** Whether Terraform refuses to remove the state bucket. */
  readonly isStateProtected: boolean;
  /** The zone in Route 53 of the stages' domains. @default they have none */
  readonly hostedZoneId?: string;
}

/**
 * Reads a stage's settings from environment variables.
 * @throws UserError that names the variable, what it held and what it may hold
 */
export function readSettings(env: Environment): DeploymentSettings {
  const stageName = env.STAGE || "dev";
  const { stages } = projectConfig();
  const stage = Object.hasOwn(stages, stageName) ? stages[stageName] : undefined;
  if (!stage) {
    const known = Object.keys(stages).join(", ");
    throw new UserError(
      `STAGE: got '${stageName}', expected one of ${known}; stages are declared in project.config.ts`,
    );
  }
  const lambdaRuntime = env.LAMBDA_RUNTIME || DEFAULT_RUNTIME;
  if (!/^nodejs\d+\.x$/.test(lambdaRuntime)) {
    throw new UserError(
      `LAMBDA_RUNTIME: got '${lambdaRuntime}', expected a Node.js runtime such as ${DEFAULT_RUNTIME}`,
    );
  }
  const alarmEmail = env.ALARM_EMAIL || undefined;
  if (alarmEmail !== undefined && !/^[^\s@]+@[^\s@]+$/.test(alarmEmail)) {
    throw new UserError(`ALARM_EMAIL: got '${alarmEmail}', expected a mail address such as team@example.com`);
  }
  const domain = readDomain(env);
  if (stage.disableExecuteApiEndpoint && !domain) {
    throw new UserError(
      `stage ${stageName}: disableExecuteApiEndpoint leaves the API without an address; set DOMAIN_NAME and HOSTED_ZONE_ID`,
    );
  }
  return { ...readStackSettings(env, stageName), stageName, stage, lambdaRuntime, alarmEmail, domain };
}

/**
 * Reads the bootstrap stack's settings from environment variables.
 * @throws UserError that names the variable, what it held and what it may hold
 */
export function readBootstrapSettings(env: Environment): BootstrapSettings {
  const repository = env.GITHUB_REPOSITORY || "";
  // Since July 2026 subjects carry ids as well: https://github.blog/changelog/2026-04-23-immutable-subject-claims-for-github-actions-oidc-tokens/
  if (!/^[A-Za-z0-9-]+(@\d+)?\/[A-Za-z0-9._-]+(@\d+)?$/.test(repository)) {
    throw new UserError(
      `GITHUB_REPOSITORY: got '${repository}', expected OWNER/NAME; for a repository made since July 2026 OWNER@ID/NAME@ID, as its settings show it under Actions, OIDC`,
    );
  }
  const protection = env.STATE_PROTECTION || "on";
  if (protection !== "on" && protection !== "off") {
    throw new UserError(`STATE_PROTECTION: got '${protection}', expected on or off`);
  }
  return {
    ...readStackSettings(env, "bootstrap"),
    repository,
    isStateProtected: protection === "on",
    hostedZoneId: readDomain(env)?.hostedZoneId,
  };
}

/**
 * The id of a stage's stack, which its physical names begin with.
 * @param name - of another stack of the stage. @default the stack with the API
 */
export function stackId(stageName: string, name?: string): string {
  return [projectConfig().name, stageName, name].filter((part) => part !== undefined).join("-");
}

/**
 * The name of the boundary that a stage's roles have (`role-boundary.ts`). Unlike all other names it does not start
 * with the stack's id, because the workflows can change what does.
 */
export function boundaryName(stageName: string): string {
  return `${projectConfig().name}-boundary-${stageName}`;
}

/** The names of all stages. */
export function stageNames(): readonly string[] {
  return Object.keys(projectConfig().stages);
}

/** The stacks of all stages. */
export function stageStacks(): readonly string[] {
  return stageNames().map((name) => stackId(name));
}

/** The stack that is deployed once, before any stage. */
export function bootstrapStack(): string {
  return `${projectConfig().name}-bootstrap`;
}

/** Whether the bootstrap stack is meant, and not a stage's: by the variable STACK. */
export function isBootstrap({ STACK: stack }: Environment): boolean {
  return stack === "bootstrap";
}

/**
 * The stack that STACK names beside that of the stage, one of those that the program declares; undefined if it names none.
 * @throws UserError if no stack can have the name
 */
export function namedStack(env: Environment): string | undefined {
  const { STACK: name } = env;
  if (!name || isBootstrap(env)) return undefined;
  if (/^[a-z][a-z0-9-]{0,19}$/.test(name)) return name;
  throw new UserError(
    `STACK: got '${name}', expected bootstrap, the name of another stack in main.ts, or nothing for the stack of STAGE`,
  );
}

/**
 * Reads a region's code.
 * @param setting - what holds it: a variable, a flag
 * @throws UserError that names the setting
 */
export function readRegion(setting: string, text: string): string {
  if (/^[a-z]{2}(-[a-z]+)+-\d$/.test(text)) return text;
  throw new UserError(`${setting}: got '${text}', expected a region's code such as us-east-1`);
}

/** @throws UserError if one of the two is missing, or is not what it should be */
function readDomain(env: Environment): DomainSettings | undefined {
  const name = env.DOMAIN_NAME || "";
  const hostedZoneId = env.HOSTED_ZONE_ID || "";
  if (name === "" && hostedZoneId === "") return undefined;
  // Route 53 and certificates take names in lower case.
  if (!/^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) {
    throw new UserError(
      `DOMAIN_NAME: got '${name}', expected a host name in lower case such as api.example.com; HOSTED_ZONE_ID names the zone of its records`,
    );
  }
  // Source: https://docs.aws.amazon.com/Route53/latest/APIReference/API_HostedZone.html
  if (!/^[A-Z0-9]{1,32}$/.test(hostedZoneId)) {
    throw new UserError(
      `HOSTED_ZONE_ID: got '${hostedZoneId}', expected the id of the zone in Route 53 that has the records of ${name}, such as Z0123456789ABCDEFGHIJ`,
    );
  }
  return { name, hostedZoneId };
}

/** @param which - the stage, or `bootstrap` */
function readStackSettings(env: Environment, which: string): StackSettings {
  const providerVersion = env.AWS_PROVIDER_VERSION || DEFAULT_PROVIDER_VERSION;
  if (!isVersionConstraint(providerVersion)) {
    throw new UserError(
      `AWS_PROVIDER_VERSION: got '${providerVersion}', expected a version such as 6.54.0, or a constraint such as ${DEFAULT_PROVIDER_VERSION}`,
    );
  }
  return {
    region: readRegion("AWS_REGION", env.AWS_REGION || "us-east-1"),
    providerVersion,
    accountId: projectConfig().accounts?.[which],
    stateBucket: env.TF_STATE_BUCKET || undefined,
  };
}
