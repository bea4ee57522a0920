import { CloudwatchLogMetricFilter } from "@cdktf/provider-aws/lib/cloudwatch-log-metric-filter";
import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
  type CloudwatchMetricAlarmMetricQuery,
} from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { TerraformStack } from "cdktf";
import { Construct } from "constructs";
import type { AlarmLimits } from "./config/stage-settings";
import { physicalName } from "./physical-name";
import { UserError } from "./project";
import type { RestApi } from "./rest-api";

export interface AlarmsProps {
  readonly api: RestApi;
  readonly limits: AlarmLimits;
  /** The address that gets a mail; its owner has to confirm it once. @default none */
  readonly email?: string;
}

const FIVE_MINUTES = 300;

/**
 * The most metrics that the expression of an alarm may refer to. AWS does not raise it.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-limits.html
 */
const MOST_METRICS = 10;

/**
 * Alarms on the published stage, and on every Lambda of its stack, whether a route calls it or not; sent to a topic.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html and
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
export class Alarms extends Construct {
  /** Other receivers of alarms subscribe to it. */
  readonly topicArn: string;

  constructor(scope: Construct, id: string, { api, limits, email }: AlarmsProps) {
    super(scope, id);
    // Not encrypted with the AWS managed key, because CloudWatch could not send to it then; alarms contain no secrets.
    const topic = new SnsTopic(this, "topic", { name: physicalName(this, id) });
    this.topicArn = topic.arn;
    if (email) {
      new SnsTopicSubscription(this, "mail", { topicArn: topic.arn, protocol: "email", endpoint: email });
    }

    const ofStage = {
      namespace: "AWS/ApiGateway",
      dimensions: { ApiName: api.apiName, Stage: api.publishedStageName },
      period: FIVE_MINUTES,
    };
    this.addAlarm("server-errors", "Requests were answered with a 5xx status", limits.serverErrors, {
      ...ofStage,
      metricName: "5XXError",
      statistic: "Sum",
    });
    this.addAlarm("latency", "More than one in a hundred requests is slow", limits.latencyMilliseconds, {
      ...ofStage,
      metricName: "Latency",
      extendedStatistic: "p99",
      // The slowest of only a few requests is not significant.
      evaluateLowSampleCountPercentiles: "ignore",
      evaluationPeriods: 3,
    });
    this.addAlarm(
      "throttled-requests",
      "Requests were turned away by a rate limit",
      limits.throttledRequests,
      {
        ...this.countThrottledRequests(api),
        statistic: "Sum",
        period: FIVE_MINUTES,
      },
    );
    const functions = functionsIn(this);
    groupsOf(MOST_METRICS, functions).forEach((group, index) => {
      const suffix = index === 0 ? "" : `-${index + 1}`;
      this.addAlarm(
        `throttled-invocations${suffix}`,
        "Lambda turned invocations away",
        limits.throttledInvocations,
        { metricQuery: sumOver(group, "Throttles") },
      );
      this.addAlarm(
        `failed-invocations${suffix}`,
        "Lambda functions failed without an answer",
        limits.failedInvocations,
        { metricQuery: sumOver(group, "Errors") },
      );
    });
    this.node.addValidation({ validate: () => [...unwatched(this, functions), ...oversized(this)] });
  }

  private addAlarm(
    id: string,
    alarmDescription: string,
    threshold: number,
    metric: Partial<CloudwatchMetricAlarmConfig>,
  ): void {
    new CloudwatchMetricAlarm(this, id, {
      alarmName: physicalName(this, id),
      alarmDescription,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold,
      evaluationPeriods: 1,
      // No calls.
      treatMissingData: "notBreaching",
      alarmActions: [this.topicArn],
      okActions: [this.topicArn],
      ...metric,
    });
  }

  /**
   * API Gateway has no separate metric for a 429: `4XXError` counts it with every refused signature. The access log
   * names the refusal.
   */
  private countThrottledRequests(api: RestApi): { namespace: string; metricName: string } {
    if (api.accessLogName === undefined) {
      throw new UserError(
        "alarms count throttled requests in the access log: set accessLogs for the stage, or take its alarms away",
      );
    }
    const metric = { namespace: physicalName(this, "api"), metricName: "ThrottledRequests" };
    new CloudwatchLogMetricFilter(this, "throttled-requests-metric", {
      name: physicalName(this, "throttled-requests"),
      logGroupName: api.accessLogName,
      pattern: '{ $.refusal = "THROTTLED" }',
      metricTransformation: { name: metric.metricName, namespace: metric.namespace, value: "1" },
    });
    return metric;
  }
}

/** The Lambdas of a construct's stack so far, whichever construct they were made in. */
function functionsIn(scope: Construct): readonly LambdaFunction[] {
  return TerraformStack.of(scope)
    .node.findAll()
    .filter((each): each is LambdaFunction => each instanceof LambdaFunction);
}

/** Functions are spread evenly over the alarms, so that the last one does not have only the remainder. */
function groupsOf<T>(most: number, items: readonly T[]): readonly (readonly T[])[] {
  const groups = Math.ceil(items.length / most);
  const size = Math.ceil(items.length / groups);
  return Array.from({ length: groups }, (_, index) => items.slice(index * size, (index + 1) * size));
}

/** One metric of every function, added up: one alarm for all of a group, whose graph shows which of them it was. */
function sumOver(
  functions: readonly LambdaFunction[],
  metricName: string,
): CloudwatchMetricAlarmMetricQuery[] {
  const metrics = functions.map(({ functionName }, index) => ({
    id: `function${index}`,
    metric: {
      namespace: "AWS/Lambda",
      metricName,
      dimensions: { FunctionName: functionName },
      period: FIVE_MINUTES,
      stat: "Sum",
    },
  }));
  return [{ id: "total", expression: "SUM(METRICS())", label: metricName, returnData: true }, ...metrics];
}

/** Functions that were made after the alarms, which would not be watched. */
function unwatched(scope: Construct, watched: readonly LambdaFunction[]): string[] {
  return functionsIn(scope)
    .filter((each) => !watched.includes(each))
    .map(({ node }) => `${node.path} is made after the alarms, which would not watch it: raise alarms last`);
}

/** Alarms of the stack, this module's or not, with more metrics than CloudWatch takes. */
function oversized(scope: Construct): string[] {
  return TerraformStack.of(scope)
    .node.findAll()
    .filter((each): each is CloudwatchMetricAlarm => each instanceof CloudwatchMetricAlarm)
    .map(({ node, metricQueryInput }) => {
      const queries = Array.isArray(metricQueryInput) ? metricQueryInput : [];
      return { path: node.path, metrics: queries.filter(({ metric }) => metric !== undefined).length };
    })
    .filter(({ metrics }) => metrics > MOST_METRICS)
    .map(
      ({ path, metrics }) =>
        `${path}: got an alarm over ${metrics} metrics, expected at most ${MOST_METRICS}: split it`,
    );
}
