import { ApiGatewayDeployment } from "@cdktf/provider-aws/lib/api-gateway-deployment";
import { ApiGatewayMethodSettings } from "@cdktf/provider-aws/lib/api-gateway-method-settings";
import type { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import { ApiGatewayStage } from "@cdktf/provider-aws/lib/api-gateway-stage";
import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { Construct } from "constructs";
import { partsOf, partsThatWait } from "./api-parts";
import type { ThrottleSettings } from "./config/limits";
import { physicalName } from "./physical-name";
import { type Route, settingsPath } from "./route";

export interface ApiStageProps {
  readonly restApi: ApiGatewayRestApi;
  readonly stageName: string;
  readonly throttle: ThrottleSettings;
  /** Some may have a throttle of their own. @default none has */
  readonly routes?: readonly Route[];
  /** Whether it writes access logs; the account needs a role for it (`AccountLogging`). */
  readonly accessLogs: boolean;
  readonly logRetentionInDays: number;
}

/** The published API: a deployment of all that shapes it, and the stage that serves the deployment. */
export class ApiStage extends Construct {
  readonly stageName: string;
  /** The log group of the access logs, if they are enabled. */
  readonly accessLogName?: string;

  constructor(scope: Construct, id: string, props: ApiStageProps) {
    super(scope, id);
    const deployment = new Deployment(this, "deployment", props.restApi);
    this.node.addValidation({ validate: () => partsThatWait(props.restApi, this) });
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
    for (const route of props.routes ?? []) {
      if (!route.throttle) continue;
      const path = settingsPath(route);
      new ApiGatewayMethodSettings(this, `settings ${path.replaceAll("~1", "-").replaceAll("/", " ")}`, {
        restApiId: props.restApi.id,
        stageName: stage.stageName,
        methodPath: path,
        // A method with settings of its own takes none of the stage's.
        settings: {
          metricsEnabled: true,
          throttlingRateLimit: route.throttle.rateLimit,
          throttlingBurstLimit: route.throttle.burstLimit,
        },
      });
    }
    this.stageName = stage.stageName;
    this.accessLogName = accessLog?.name;
  }
}

/**
 * The fields of an access log line: who called what, what was answered and which gate refused.
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
 * A deployment is a snapshot that never changes: a changed method goes live only with a new one. So everything that shapes
 * the API is in its triggers, and the deployment waits for it. Both are one list, whichever construct a part was made in. The
 * new snapshot exists before the old one is removed.
 */
class Deployment extends ApiGatewayDeployment {
  private readonly restApi: ApiGatewayRestApi;

  constructor(scope: Construct, id: string, restApi: ApiGatewayRestApi) {
    super(scope, id, { restApiId: restApi.id, lifecycle: { createBeforeDestroy: true } });
    this.restApi = restApi;
  }

  /** Finds the parts, once each time that the deployment is written: until then, parts may be added. */
  protected override synthesizeAttributes(): Record<string, unknown> {
    const { addresses, hash, references } = partsOf(this.restApi);
    this.dependsOn = [...addresses];
    this.triggers = { configuration: hash, references: hashOfValues(references) };
    return super.synthesizeAttributes();
  }
}

/**
 * An expression for the SHA-256 of values that other resources have: a renamed Lambda or a changed policy document is
 * another value of the same expression.
 */
function hashOfValues(references: readonly string[]): string {
  return `\${sha256(jsonencode([${references.join(", ")}]))}`;
}
