import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import type { Construct } from "constructs";
import { shareBoundary } from "./boundary-share";
import type { NodejsFunction } from "./nodejs-function";
import { physicalName } from "./physical-name";
import { statementWord } from "./policy";
import { addAlarm, Watched } from "./watched";

export interface TopicProps {
  /** What is published, in lower case: `orders`. Its name in AWS ends with it. */
  readonly name: string;
}

/**
 * A topic, to whose subscribers each message goes.
 *
 * @example
 * const orders = new Topic(this, "orders", { name: "orders" });
 * orders.bind(placeOrder, "orders_topic");
 * orders.consume(tellWarehouse);
 */
export class Topic extends Watched {
  readonly topicName: string;
  readonly arn: string;

  private readonly statementId: string;

  constructor(scope: Construct, id: string, { name }: TopicProps) {
    super(scope, id);
    const topic = new SnsTopic(this, "topic", {
      name: physicalName(this, name),
      // AWS's own key: a service that publishes, other than roles of the account, would need a key of one's own.
      kmsMasterKeyId: "alias/aws/sns",
    });
    this.topicName = topic.name;
    this.arn = topic.arn;
    this.statementId = `PublishTo${statementWord(name)}`;
  }

  /** Lets a function publish: the topic's ARN in an environment variable, and `sns:Publish` in its role. */
  bind(publisher: NodejsFunction, variable: string): void {
    publisher.setEnvironment(variable, this.arn);
    publisher.allow({ sid: this.statementId, actions: ["sns:Publish"], resources: [this.arn] });
    shareBoundary(this, { sid: "PublishToTopics", actions: ["sns:Publish"], resource: ["sns", "{stack}-*"] });
  }

  /** Has a function invoked with each message. */
  consume(consumer: NodejsFunction): void {
    const permission = new LambdaPermission(this, `may-invoke-${consumer.node.id}`, {
      action: "lambda:InvokeFunction",
      functionName: consumer.functionName,
      principal: "sns.amazonaws.com",
      sourceArn: this.arn,
    });
    new SnsTopicSubscription(this, `to-${consumer.node.id}`, {
      topicArn: this.arn,
      protocol: "lambda",
      endpoint: consumer.arn,
      dependsOn: [permission],
    });
  }

  /** Source: https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html */
  override watch(topicArn: string): void {
    addAlarm(this, "failed", topicArn, {
      alarmDescription: `Messages of the topic ${this.node.id} could not be delivered`,
      namespace: "AWS/SNS",
      metricName: "NumberOfNotificationsFailed",
      dimensions: { TopicName: this.topicName },
      statistic: "Sum",
      threshold: 1,
    });
  }
}
