import { createHash } from "node:crypto";
import { ApiGatewayDeployment } from "@cdktf/provider-aws/lib/api-gateway-deployment";
import { ApiGatewayMethodSettings } from "@cdktf/provider-aws/lib/api-gateway-method-settings";
import type { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import { ApiGatewayStage } from "@cdktf/provider-aws/lib/api-gateway-stage";
import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import {
  DefaultTokenResolver,
  type ITerraformDependable,
  Lazy,
  StringConcat,
  TerraformElement,
  Tokenization,
} from "cdktf";
import { Construct } from "constructs";
import type { NodejsFunction } from "./nodejs-function";
import { physicalName } from "./physical-name";
import type { ThrottleSettings } from "./stage-settings";

export interface ApiStageProps {
  readonly restApi: ApiGatewayRestApi;
  readonly stageName: string;
  readonly throttle: ThrottleSettings;
  /** Whether it writes access logs; the account needs a role for it (`AccountLogging`). */
  readonly accessLogs: boolean;
  readonly logRetentionInDays: number;
  /** What must exist before a deployment takes its snapshot. */
  readonly publishes: readonly ITerraformDependable[];
  /** The Lambdas that methods call: a new one behind the same method needs a new deployment. */
  readonly functions: readonly NodejsFunction[];
}

/**
 * The published API. A deployment is a snapshot that never changes: what is altered in a method goes live only with
 * a new one. Its triggers are therefore a hash of every part of the API, taken when everything else is known, and
 * the new snapshot stands before the old one goes.
 */
export class ApiStage extends Construct {
  readonly stageName: string;
  /** The log group that access logs go to, where they do. */
  readonly accessLogName?: string;

  constructor(scope: Construct, id: string, props: ApiStageProps) {
    super(scope, id);
    const deployment = new ApiGatewayDeployment(this, "deployment", {
      restApiId: props.restApi.id,
      triggers: {
        configuration: Lazy.stringValue({ produce: () => hashOfApi(scope, this) }),
        functions: props.functions.map((target) => target.invokeArn).join(" "),
      },
      dependsOn: [...props.publishes],
      lifecycle: { createBeforeDestroy: true },
    });
    const accessLog = props.accessLogs
      ? new CloudwatchLogGroup(this, "access-log", {
          name: `/aws/apigateway/${physicalName(this, "access")}`,
          retentionInDays: props.logRetentionInDays,
        })
      : undefined;
    const stage = new ApiGatewayStage(this, "stage", {
      restApiId: props.restApi.id,
      deploymentId: deployment.id,
      stageName: props.stageName,
      xrayTracingEnabled: true,
      accessLogSettings: accessLog && { destinationArn: accessLog.arn, format: JSON.stringify(ACCESS_LOG) },
    });
    new ApiGatewayMethodSettings(this, "settings", {
      restApiId: props.restApi.id,
      stageName: stage.stageName,
      methodPath: "*/*",
      settings: {
        metricsEnabled: true,
        throttlingRateLimit: props.throttle.rateLimit,
        throttlingBurstLimit: props.throttle.burstLimit,
      },
    });
    this.stageName = stage.stageName;
    this.accessLogName = accessLog?.name;
  }
}

/**
 * What an access log line tells: who called what, what was answered and which gate refused.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 */
const ACCESS_LOG = {
  requestId: "$context.requestId",
  time: "$context.requestTime",
  sourceIp: "$context.identity.sourceIp",
  caller: "$context.identity.userArn",
  apiKeyId: "$context.identity.apiKeyId",
  method: "$context.httpMethod",
  path: "$context.path",
  status: "$context.status",
  refusal: "$context.error.responseType",
  latencyMilliseconds: "$context.responseLatency",
};

/**
 * SHA-256 over what Terraform is told of the API: every resource in the API's scope but the stage's own, in the order
 * of their addresses. Called when the stack is written, so that nothing added late is missed.
 */
function hashOfApi(api: Construct, stage: Construct): string {
  const shapes = api.node
    .findAll()
    .filter((child) => !child.node.scopes.includes(stage))
    .filter(TerraformElement.isTerraformElement)
    .map((element) => resolveTokens(element))
    .map((shape) => JSON.stringify(shape, sortMembers))
    .sort();
  return createHash("sha256").update(shapes.join("\n")).digest("hex");
}

function resolveTokens(element: TerraformElement): unknown {
  const resolver = new DefaultTokenResolver(new StringConcat());
  return Tokenization.resolve(element.toTerraform(), { scope: element, resolver, preparing: false });
}

/** A replacer for `JSON.stringify` that makes equal objects equal text, whatever order their members came in. */
function sortMembers(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
