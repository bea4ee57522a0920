export interface LambdaFunction {
  readonly address: string;
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  /** Absolute path of the deployment package (zip). */
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
}
