import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import type { Construct } from "constructs";
import type { NodejsFunction } from "./nodejs-function";
import { physicalName } from "./physical-name";
import { UserError } from "./project";
import { addAlarm, Watched } from "./watched";

export interface ScheduleProps {
  /** `rate(5 minutes)` or `cron(0 6 * * ? *)`, in UTC. */
  readonly expression: string;
  readonly description?: string;
  /** @default true */
  readonly enabled?: boolean;
}

/**
 * Invokes functions at set times.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 *
 * @example new Schedule(this, "nightly", { expression: "cron(0 2 * * ? *)" }).consume(closeDay);
 */
export class Schedule extends Watched {
  private readonly rule: CloudwatchEventRule;

  constructor(scope: Construct, id: string, { expression, description, enabled = true }: ScheduleProps) {
    super(scope, id);
    assertExpression(this.node.path, expression);
    this.rule = new CloudwatchEventRule(this, "rule", {
      name: physicalName(this, id),
      description,
      scheduleExpression: expression,
      state: enabled ? "ENABLED" : "DISABLED",
    });
  }

  /** Has a function invoked. @param input - its event, as data. @default the event of EventBridge */
  consume(consumer: NodejsFunction, input?: object): void {
    new CloudwatchEventTarget(this, `to-${consumer.node.id}`, {
      rule: this.rule.name,
      arn: consumer.arn,
      input: input && JSON.stringify(input),
    });
    new LambdaPermission(this, `may-invoke-${consumer.node.id}`, {
      action: "lambda:InvokeFunction",
      functionName: consumer.functionName,
      principal: "events.amazonaws.com",
      sourceArn: this.rule.arn,
    });
  }

  /** Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html */
  override watch(topicArn: string): void {
    addAlarm(this, "failed", topicArn, {
      alarmDescription: `The schedule ${this.node.id} could not invoke its function`,
      namespace: "AWS/Events",
      metricName: "FailedInvocations",
      dimensions: { RuleName: this.rule.name },
      statistic: "Sum",
      threshold: 1,
    });
  }
}

function assertExpression(path: string, expression: string): void {
  const rate = /^rate\((\d+) (minute|hour|day)(s?)\)$/.exec(expression);
  // EventBridge refuses rate(1 minutes) and rate(5 minute).
  if (rate && Number(rate[1]) > 0 && (rate[1] === "1") === (rate[3] === "")) return;
  if (/^cron\(\S+( \S+){5}\)$/.test(expression)) return;
  throw new UserError(
    `${path}: got '${expression}', expected rate(1 minute), rate(5 minutes) or cron() with six fields`,
  );
}
