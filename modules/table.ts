import { DynamodbTable } from "@cdktf/provider-aws/lib/dynamodb-table";
import { Construct } from "constructs";
import type { NodejsFunction } from "./nodejs-function";
import { physicalName } from "./physical-name";

export interface TableProps {
  /** The table's content, in lower case: `products`. Its name in AWS ends with it. */
  readonly name: string;
  /** The partition key, a string. */
  readonly key: string;
  /** Whether the table can be restored to any second of the last 35 days. */
  readonly pointInTimeRecovery: boolean;
  /** Whether the table refuses to be deleted, and Terraform to begin with it. */
  readonly deletionProtection: boolean;
}

/** The actions on a table that a function of this API may need. */
export const TABLE_ACTIONS = ["Scan", "Query", "GetItem", "PutItem", "UpdateItem", "DeleteItem"] as const;
export type TableAction = (typeof TABLE_ACTIONS)[number];

/**
 * A table of items with a string for a key, billed by request.
 *
 * @example
 * const table = new Table(this, "table", {
 *   name: "notes",
 *   key: "id",
 *   pointInTimeRecovery: true,
 *   deletionProtection: true,
 * });
 */
export class Table extends Construct {
  readonly tableName: string;
  readonly arn: string;

  private readonly statementId: string;

  constructor(scope: Construct, id: string, props: TableProps) {
    super(scope, id);
    const table = new DynamodbTable(this, "table", {
      name: physicalName(this, props.name),
      billingMode: "PAY_PER_REQUEST",
      hashKey: props.key,
      attribute: [{ name: props.key, type: "S" }],
      pointInTimeRecovery: { enabled: props.pointInTimeRecovery },
      deletionProtectionEnabled: props.deletionProtection,
      // DynamoDB itself would refuse only after the rest of the stack is gone.
      lifecycle: props.deletionProtection ? { preventDestroy: true } : undefined,
    });
    this.tableName = table.name;
    this.arn = table.arn;
    this.statementId = `Use${props.name.replace(/^./, (letter) => letter.toUpperCase())}Table`;
  }

  /**
   * Lets a function use the table: its name in an environment variable, and in the function's role exactly the actions
   * named. One call does both, so that they cannot drift apart.
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
  }
}
