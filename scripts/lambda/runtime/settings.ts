/**
 * The version that is run: API Gateway invokes functions by ARNs without a qualifier, which run the deployed code, not
 * the last published version.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
 */
export const VERSION = "$LATEST";

/**
 * What a function's process receives: how to run the function. Credentials come through the environment, as on Lambda.
 */
export interface HostSettings {
  readonly functionName: string;
  /** The folder of the unpacked deployment package. */
  readonly taskRoot: string;
  /** The program of a worker thread. */
  readonly workerPath: string;
  /** `index.handler` */
  readonly handler: string;
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  /** How long a function can take to load. */
  readonly initSeconds: number;
  /** How many invocations run at once; further ones wait for their turn. */
  readonly maxConcurrency: number;
  /** How long an idle execution environment other than the first is kept. */
  readonly idleSeconds: number;
}
