import { DynamodbTable } from "@cdktf/provider-aws/lib/dynamodb-table";
import { Construct } from "constructs";
import type { NodejsFunction } from "./nodejs-function";
import { physicalName } from "./physical-name";

export interface ProductsTableProps {
  /** Whether the table can be restored to any second of the last 35 days. */
  readonly pointInTimeRecovery: boolean;
  /** Whether the table refuses to be deleted, and Terraform to begin with it. */
  readonly deletionProtection: boolean;
}

/** The actions on a table that a function of this API may need. */
export type TableAction = "Scan" | "GetItem" | "PutItem" | "DeleteItem";

/** The table of products, keyed by `code`, billed by request. */
export class ProductsTable extends Construct {
  readonly tableName: string;
  readonly arn: string;

  constructor(scope: Construct, id: string, props: ProductsTableProps) {
    super(scope, id);
    const table = new DynamodbTable(this, "table", {
      name: physicalName(this, "products"),
      billingMode: "PAY_PER_REQUEST",
      hashKey: "code",
      attribute: [{ name: "code", type: "S" }],
      pointInTimeRecovery: { enabled: props.pointInTimeRecovery },
      deletionProtectionEnabled: props.deletionProtection,
      // DynamoDB alone would refuse when the rest of the stack is gone already.
      lifecycle: props.deletionProtection ? { preventDestroy: true } : undefined,
    });
    this.tableName = table.name;
    this.arn = table.arn;
  }

  /**
   * Lets a function use the table: its name in the environment variable `products_table`, and in its role exactly
   * the actions named. One call does both, so that they cannot drift apart.
   */
  bind(user: NodejsFunction, actions: readonly TableAction[]): void {
    user.setEnvironment("products_table", this.tableName);
    user.allow({
      sid: "UseProductsTable",
      actions: actions.map((action) => `dynamodb:${action}`),
      resources: [this.arn],
    });
  }
}
