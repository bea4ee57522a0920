import type { LocalRun } from "./local-run";
import type { NotServed } from "./rest-api";

export interface LambdaFunction {
  readonly address: string;
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  /** Why it does not run here; the routes that it answers are closed for it. @default it runs */
  readonly unavailable?: NotServed;
  /** How it runs here, if `local.json` says so. @default from its package, on Node.js */
  readonly local?: LocalRun;
  /** Absolute path of the deployment package (a zip, or a folder); empty if it is {@link unavailable}, or runs in another way. */
  readonly packagePath: string;
  /** `index.handler` */
  readonly handler: string;
  readonly runtime: string;
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly logGroup: string;
  /** Who may invoke it: from its `aws_lambda_permission`s. */
  readonly permissions: readonly InvokePermission[];
}

export interface InvokePermission {
  readonly address: string;
  /** `apigateway.amazonaws.com` */
  readonly principal: string;
  readonly action: string;
  /** Wildcards allowed; without one every source may invoke. */
  readonly sourceArn?: string;
  readonly sourceAccount?: string;
  /** The version or alias that it is for. @default the function without one */
  readonly qualifier?: string;
}
