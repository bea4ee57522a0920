/**
 * The version that is run: API Gateway invokes functions by ARNs without a qualifier, and these run what is deployed,
 * whichever version was published last.
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
  /** How long loading the function may take. */
  readonly initSeconds: number;
  /** How many invocations run at once; further ones wait for their turn. */
  readonly maxConcurrency: number;
  /** How long an execution environment beyond the first one is kept without work. */
  readonly idleSeconds: number;
}
