import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import type { Construct } from "constructs";
import { shareBoundary } from "./boundary-share";
import { type Consumption, consume } from "./event-source";
import type { NodejsFunction } from "./nodejs-function";
import { physicalName } from "./physical-name";
import { statementWord } from "./policy";
import { addAlarm, Watched } from "./watched";

export interface QueueProps {
  /** The queue's content, in lower case: `invoices`. Its name in AWS ends with it. */
  readonly name: string;
  /** How often a message is received before it goes to the dead letters. @default 3 */
  readonly maximumReceives?: number;
  /** How long a received message is hidden from others, in seconds. @default six times its consumer's timeout */
  readonly visibilityTimeoutInSeconds?: number;
  /** How long a message waits at most. @default 4; dead letters wait 14 */
  readonly retentionInDays?: number;
  /** Whether messages of a group stay in order and come once. @default false */
  readonly fifo?: boolean;
  /** How old a message may get before an alarm, in seconds. @default 900 */
  readonly alarmAgeInSeconds?: number;
}

const SECONDS_A_DAY = 86_400;

/**
 * A queue of messages, encrypted, and the queue of those that could not be handled.
 *
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 *
 * @example
 * const invoices = new Queue(this, "invoices", { name: "invoices" });
 * invoices.bind(placeOrder, "invoices_queue");
 * invoices.consume(writeInvoice, { batchSize: 10 });
 */
export class Queue extends Watched {
  readonly queueName: string;
  readonly queueUrl: string;
  readonly arn: string;
  readonly deadLetterQueueName: string;
  readonly deadLetterArn: string;

  private readonly queue: SqsQueue;
  private readonly props: QueueProps;
  private readonly statementId: string;

  constructor(scope: Construct, id: string, props: QueueProps) {
    super(scope, id);
    this.props = props;
    const suffix = props.fifo ? ".fifo" : "";
    const common = {
      sqsManagedSseEnabled: true,
      fifoQueue: props.fifo || undefined,
      contentBasedDeduplication: props.fifo || undefined,
    };
    const deadLetters = new SqsQueue(this, "dead-letters", {
      ...common,
      name: `${physicalName(this, `${props.name}-dead-letters`)}${suffix}`,
      messageRetentionSeconds: 14 * SECONDS_A_DAY,
    });
    this.queue = new SqsQueue(this, "queue", {
      ...common,
      name: `${physicalName(this, props.name)}${suffix}`,
      messageRetentionSeconds: (props.retentionInDays ?? 4) * SECONDS_A_DAY,
      visibilityTimeoutSeconds: props.visibilityTimeoutInSeconds,
      redrivePolicy: JSON.stringify({
        deadLetterTargetArn: deadLetters.arn,
        maxReceiveCount: props.maximumReceives ?? 3,
      }),
    });
    this.queueName = this.queue.name;
    this.queueUrl = this.queue.url;
    this.arn = this.queue.arn;
    this.deadLetterQueueName = deadLetters.name;
    this.deadLetterArn = deadLetters.arn;
    this.statementId = `${statementWord(props.name)}Queue`;
  }

  /** Lets a function send messages: the queue's URL in an environment variable, and `sqs:SendMessage` in its role. */
  bind(sender: NodejsFunction, variable: string): void {
    sender.setEnvironment(variable, this.queueUrl);
    sender.allow({
      sid: `SendTo${this.statementId}`,
      actions: ["sqs:SendMessage"],
      resources: [this.arn],
    });
    this.share();
  }

  /**
   * Has a function handle the messages (`event-source.ts` says how it answers).
   * Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
   */
  consume(consumer: NodejsFunction, consumption: Consumption = {}): void {
    this.queue.visibilityTimeoutSeconds =
      this.props.visibilityTimeoutInSeconds ?? 6 * consumer.timeoutInSeconds;
    consumer.allow({
      sid: `Consume${this.statementId}`,
      actions: ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
      resources: [this.arn],
    });
    this.share();
    consume(this, consumer, this.arn, consumption);
  }

  /** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html */
  override watch(topicArn: string): void {
    addAlarm(this, "age", topicArn, {
      alarmDescription: `Messages of ${this.props.name} wait too long`,
      namespace: "AWS/SQS",
      metricName: "ApproximateAgeOfOldestMessage",
      dimensions: { QueueName: this.queueName },
      statistic: "Maximum",
      threshold: this.props.alarmAgeInSeconds ?? 900,
    });
    addAlarm(this, "dead-letters-alarm", topicArn, {
      alarmDescription: `Messages of ${this.props.name} could not be handled`,
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: this.deadLetterQueueName },
      statistic: "Maximum",
      threshold: 1,
    });
  }

  private share(): void {
    shareBoundary(this, {
      sid: "UseQueues",
      actions: ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:SendMessage"],
      resource: ["sqs", "{stack}-*"],
    });
  }
}
