import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { AssetType, TerraformAsset } from "cdktf";
import { Construct } from "constructs";
import type { Account } from "./account";
import { shareBoundary } from "./boundary-share";
import { bundleFunction, DEFAULT_RUNTIME } from "./bundle/bundle";
import type { BundlingProps } from "./bundle/bundling";
import { physicalName } from "./physical-name";
import { policyDocument, type Statement, serviceTrust } from "./policy";

export interface NodejsFunctionProps {
  /** The TypeScript file that exports `handler`, relative to the project: `functions/get-index/index.ts`. */
  readonly entry: string;
  readonly description: string;
  /** The only account for whose functions Lambda can assume the role. */
  readonly account: Account;
  /** How long CloudWatch keeps the function's logs, in days. */
  readonly logRetentionInDays: number;
  /** @default none; bindings add what they need */
  readonly environment?: Readonly<Record<string, string>>;
  /** Memory in MiB; the CPU share grows with it. @default 512 */
  readonly memoryInMegabytes?: number;
  /** @default 10 */
  readonly timeoutInSeconds?: number;
  /** @default nodejs24.x */
  readonly runtime?: string;
  /**
   * How many invocations may run at once, which are taken from the account's and kept for the function; 0 stops it.
   * @default what the account has
   */
  readonly reservedConcurrency?: number;
  /** ARNs of versions of layers, at most five, which bring modules that are external to the bundle. @default none */
  readonly layers?: readonly string[];
  /** The network that the function is in. @default none of one's own; the internet and AWS are reached */
  readonly vpc?: { readonly subnetIds: readonly string[]; readonly securityGroupIds: readonly string[] };
  /** How esbuild bundles it. @default what takes ordinary code: the SDK's clients, CommonJS, Node's own modules */
  readonly bundling?: BundlingProps;
}

/**
 * A Lambda written in TypeScript: its bundle, its own role with one policy, and the only log group that the role can
 * write to. The group is created before the function, so that Lambda never creates one without retention.
 *
 * @example
 * const getNote = new NodejsFunction(this, "get-note", {
 *   entry: "functions/get-note/index.ts",
 *   description: "Answers one note",
 *   account,
 *   logRetentionInDays: 14,
 * });
 */
export class NodejsFunction extends Construct {
  readonly functionName: string;
  readonly arn: string;
  /** The ARN of the version that the last deployment published. */
  readonly qualifiedArn: string;
  readonly invokeArn: string;
  readonly roleName: string;
  readonly timeoutInSeconds: number;

  private readonly environment: Record<string, string>;
  private readonly statements: Statement[] = [];
  /** The policy of its role: what needs the role to be allowed something depends on it. */
  readonly permissions: IamRolePolicy;
  private readonly resource: LambdaFunction;

  constructor(scope: Construct, id: string, props: NodejsFunctionProps) {
    super(scope, id);
    const name = physicalName(this, id);
    this.timeoutInSeconds = props.timeoutInSeconds ?? 10;
    const runtime = props.runtime ?? DEFAULT_RUNTIME;
    const bundle = bundleFunction(props.entry, runtime, props.bundling);

    const logGroup = new CloudwatchLogGroup(this, "log-group", {
      name: `/aws/lambda/${name}`,
      retentionInDays: props.logRetentionInDays,
    });
    const role = new IamRole(this, "role", {
      name,
      assumeRolePolicy: serviceTrust("lambda.amazonaws.com", props.account.accountId),
    });
    this.permissions = new IamRolePolicy(this, "policy", { name: "function", role: role.name, policy: "" });
    this.allow({
      sid: "WriteOwnLogs",
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      // The wildcard stands for the group's streams, whose names Lambda chooses.
      resources: [`${logGroup.arn}:*`],
    });
    this.allow({
      sid: "SendTraces",
      actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
      // X-Ray's write actions do not support resource-level permissions: IAM accepts only the wildcard.
      resources: ["*"],
    });

    if (props.vpc) this.joinNetwork();
    this.environment = {
      ...(props.bundling?.sourceMap && { NODE_OPTIONS: "--enable-source-maps" }),
      ...props.environment,
    };
    this.resource = new LambdaFunction(this, "function", {
      functionName: name,
      description: props.description,
      role: role.arn,
      runtime,
      architectures: ["arm64"],
      handler: "index.handler",
      filename: new TerraformAsset(this, "package", { path: bundle.path, type: AssetType.FILE }).path,
      sourceCodeHash: bundle.sourceCodeHash,
      publish: true,
      memorySize: props.memoryInMegabytes ?? 512,
      timeout: this.timeoutInSeconds,
      loggingConfig: { logFormat: "JSON", logGroup: logGroup.name },
      tracingConfig: { mode: "Active" },
      // AWS keeps no empty environment: a block without variables would be a difference in every plan.
      environment: Object.keys(this.environment).length === 0 ? undefined : { variables: this.environment },
      reservedConcurrentExecutions: props.reservedConcurrency,
      layers: props.layers && [...props.layers],
      vpcConfig: props.vpc && {
        subnetIds: [...props.vpc.subnetIds],
        securityGroupIds: [...props.vpc.securityGroupIds],
      },
      // The role can write its logs before the first request comes.
      dependsOn: [this.permissions],
    });
    this.functionName = this.resource.functionName;
    this.arn = this.resource.arn;
    this.qualifiedArn = this.resource.qualifiedArn;
    this.invokeArn = this.resource.invokeArn;
    this.roleName = role.name;
  }

  /** Adds a statement to the role's policy. */
  allow(statement: Statement): void {
    this.statements.push(statement);
    this.permissions.policy = policyDocument(this.statements);
  }

  /** Sets an environment variable. */
  setEnvironment(name: string, value: string): void {
    this.environment[name] = value;
    this.resource.putEnvironment({ variables: { ...this.environment } });
  }

  /**
   * Lets Lambda make the function's network interfaces, in the function's name; IAM knows no resources for most of it.
   * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
   */
  private joinNetwork(): void {
    const actions = [
      "ec2:AssignPrivateIpAddresses",
      "ec2:CreateNetworkInterface",
      "ec2:DeleteNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
      "ec2:UnassignPrivateIpAddresses",
    ];
    this.allow({ sid: "JoinNetwork", actions, resources: ["*"] });
    shareBoundary(this, { sid: "JoinNetworks", actions, resource: "*" });
  }
}
