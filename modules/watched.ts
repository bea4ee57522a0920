import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
} from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { Construct, type IConstruct } from "constructs";
import { physicalName } from "./physical-name";

/** A construct with alarms of its own, which are raised if the stage has alarms (`ApiStack.raiseAlarms`). */
export abstract class Watched extends Construct {
  /** Creates the construct's alarms. @param topicArn - the topic that they are sent to */
  abstract watch(topicArn: string): void;
}

export function isWatched(construct: IConstruct): construct is Watched {
  return construct instanceof Watched;
}

/** Creates an alarm on one metric, in periods of five minutes. */
export function addAlarm(
  scope: Construct,
  id: string,
  topicArn: string,
  alarm: Pick<
    CloudwatchMetricAlarmConfig,
    "alarmDescription" | "namespace" | "metricName" | "dimensions" | "statistic" | "threshold"
  >,
): void {
  new CloudwatchMetricAlarm(scope, id, {
    alarmName: physicalName(scope, `${scope.node.id}-${id}`),
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    evaluationPeriods: 1,
    period: 300,
    treatMissingData: "notBreaching",
    alarmActions: [topicArn],
    okActions: [topicArn],
    ...alarm,
  });
}
