import { DynamodbResourcePolicy } from "@cdktf/provider-aws/lib/dynamodb-resource-policy";
import { DynamodbTable } from "@cdktf/provider-aws/lib/dynamodb-table";
import type { Construct } from "constructs";
import { shareBoundary } from "./boundary-share";
import { type Consumption, consume } from "./event-source";
import type { NodejsFunction } from "./nodejs-function";
import { physicalName } from "./physical-name";
import { policyDocument, type Statement, statementWord } from "./policy";
import { UserError } from "./project";
import { keyArguments, type TableKeys } from "./table-keys";
import { addAlarm, Watched } from "./watched";

export interface TableProps extends TableKeys {
  /** The table's content, in lower case: `products`. Its name in AWS ends with it. */
  readonly name: string;
  /** Whether the table can be restored to any second of the last 35 days. */
  readonly pointInTimeRecovery: boolean;
  /** Whether the table refuses to be deleted, and Terraform to begin with it. */
  readonly deletionProtection: boolean;
  /** The attribute that holds the second, since 1970, after which DynamoDB removes an item. @default items stay */
  readonly timeToLive?: string;
  /** What the table's stream says of a changed item. @default the table has no stream */
  readonly stream?: "KEYS_ONLY" | "NEW_IMAGE" | "OLD_IMAGE" | "NEW_AND_OLD_IMAGES";
  /**
   * Statements of the table's own policy, which have principals; `{ resources: [] }` stands for the table.
   * @default the table has none
   */
  readonly resourcePolicy?: readonly Statement[];
}

/** The actions on a table that a function of this API may need. */
export const TABLE_ACTIONS = ["Scan", "Query", "GetItem", "PutItem", "UpdateItem", "DeleteItem"] as const;
/** Further actions, which a binding brings to the boundary of the stage's roles. */
const FURTHER_ACTIONS = ["BatchGetItem", "BatchWriteItem", "ConditionCheckItem"] as const;
export type TableAction = (typeof TABLE_ACTIONS)[number] | (typeof FURTHER_ACTIONS)[number];

/** The actions that an index takes as well. */
const INDEX_ACTIONS: ReadonlySet<TableAction> = new Set(["Query", "Scan"]);

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html */
const STREAM_ACTIONS = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"];

/**
 * A table of items, billed by request.
 *
 * @example
 * const table = new Table(this, "table", {
 *   name: "orders",
 *   key: "customer",
 *   sortKey: { name: "placed", type: "N" },
 *   globalIndexes: [{ name: "by-status", key: "status" }],
 *   pointInTimeRecovery: true,
 *   deletionProtection: true,
 * });
 */
export class Table extends Watched {
  readonly tableName: string;
  readonly arn: string;

  private readonly statementId: string;
  private readonly streamArn: string | undefined;
  private readonly indexes: readonly string[];
  private readonly consumers: NodejsFunction[] = [];

  constructor(scope: Construct, id: string, props: TableProps) {
    super(scope, id);
    const table = new DynamodbTable(this, "table", {
      name: physicalName(this, props.name),
      billingMode: "PAY_PER_REQUEST",
      ...keyArguments(props.name, props),
      pointInTimeRecovery: { enabled: props.pointInTimeRecovery },
      deletionProtectionEnabled: props.deletionProtection,
      ttl: props.timeToLive === undefined ? undefined : { attributeName: props.timeToLive, enabled: true },
      streamEnabled: props.stream && true,
      streamViewType: props.stream,
      // DynamoDB itself would refuse only after the rest of the stack is gone.
      lifecycle: props.deletionProtection ? { preventDestroy: true } : undefined,
    });
    if (props.resourcePolicy) {
      new DynamodbResourcePolicy(this, "policy", {
        resourceArn: table.arn,
        policy: policyDocument(
          props.resourcePolicy.map((statement) => ({
            ...statement,
            resources: statement.resources?.length ? statement.resources : [table.arn],
          })),
        ),
      });
    }
    this.tableName = table.name;
    this.arn = table.arn;
    this.streamArn = props.stream && table.streamArn;
    this.indexes = [...(props.globalIndexes ?? []), ...(props.localIndexes ?? [])].map(({ name }) => name);
    this.statementId = `Use${statementWord(props.name)}Table`;
  }

  /**
   * Lets a function use the table and its indexes: its name in an environment variable, and in the function's role exactly
   * the actions named. One call does both, so that they cannot drift apart.
   *
   * @example table.bind(getNote, "notes_table", ["GetItem"]);
   */
  bind(user: NodejsFunction, variable: string, actions: readonly TableAction[]): void {
    user.setEnvironment(variable, this.tableName);
    user.allow({
      sid: this.statementId,
      actions: actions.map((action) => `dynamodb:${action}`),
      resources: [this.arn],
    });
    const further = FURTHER_ACTIONS.map((action) => `dynamodb:${action}`);
    if (actions.some((action) => (FURTHER_ACTIONS as readonly string[]).includes(action))) {
      shareBoundary(this, {
        sid: "UseTablesInBatches",
        actions: further,
        resource: ["dynamodb", "table/{stack}-*"],
      });
    }
    const onIndexes = actions.filter((action) => INDEX_ACTIONS.has(action));
    if (this.indexes.length === 0 || onIndexes.length === 0) return;
    user.allow({
      sid: `${this.statementId}Indexes`,
      actions: onIndexes.map((action) => `dynamodb:${action}`),
      resources: this.indexes.map((name) => `${this.arn}/index/${name}`),
    });
    shareBoundary(this, {
      sid: "UseIndexes",
      actions: [...INDEX_ACTIONS].map((action) => `dynamodb:${action}`),
      resource: ["dynamodb", "table/{stack}-*/index/*"],
    });
  }

  /**
   * Has a function handle what changes in the table, in order for each key.
   * @throws UserError if the table has no stream
   *
   * @example orders.consume(project, { batchSize: 100 });
   */
  consume(consumer: NodejsFunction, consumption: Consumption = {}): void {
    if (this.streamArn === undefined) {
      throw new UserError(
        `${this.node.path}: got a consumer and no stream, expected the prop 'stream' as well`,
      );
    }
    consumer.allow({
      sid: `${this.statementId}Stream`,
      actions: STREAM_ACTIONS,
      resources: [this.streamArn],
    });
    // Lambda asks for it; IAM knows no resources for it.
    const listing = { sid: "ListStreams", actions: ["dynamodb:ListStreams"] };
    consumer.allow({ ...listing, resources: ["*"] });
    shareBoundary(this, { ...listing, resource: "*" });
    this.consumers.push(consumer);
    shareBoundary(this, {
      sid: "ReadStreams",
      actions: STREAM_ACTIONS,
      resource: ["dynamodb", "table/{stack}-*/stream/*"],
    });
    consume(this, consumer, this.streamArn, {
      startingPosition: "LATEST",
      // One faulty item would stop all others of its shard for a day: it is halved out, tried again, then passed over.
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 10,
      ...consumption,
    });
  }

  /**
   * Raises an alarm if a consumer of the stream lags behind.
   * Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
   */
  override watch(topicArn: string): void {
    for (const { node, functionName } of this.consumers) {
      addAlarm(this, `${node.id}-lag`, topicArn, {
        alarmDescription: `${node.id} handles changes of ${this.node.id} too late`,
        namespace: "AWS/Lambda",
        metricName: "IteratorAge",
        dimensions: { FunctionName: functionName },
        statistic: "Maximum",
        // Milliseconds.
        threshold: 900_000,
      });
    }
  }
}
