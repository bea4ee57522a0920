import type { Construct } from "constructs";
import {
  ApiClients,
  ApiStack,
  type DeploymentSettings,
  InvokeRole,
  RestApi,
  runApp,
  Table,
} from "signed-api-kit/constructs";

/** One stage of the API: its table, its Lambdas, its routes, and who may call them. */
export class ServiceStack extends ApiStack {
  constructor(scope: Construct, id: string, props: DeploymentSettings) {
    super(scope, id, props);
    const { region, stage, stageName } = props;

    const table = new Table(this, "table", {
      name: "items",
      key: "id",
      pointInTimeRecovery: stage.pointInTimeRecovery,
      deletionProtection: stage.deletionProtection,
    });
    const getItem = this.lambda("get-item", "Answers one item");
    const putItem = this.lambda("put-item", "Creates or replaces an item");
    // The table's name in the function's environment, and these actions in its role.
    table.bind(getItem, "items_table", ["GetItem"]);
    table.bind(putItem, "items_table", ["PutItem"]);

    const api = new RestApi(this, "api", {
      description: `Items, stage ${stageName}`,
      region,
      stageName,
      throttle: stage.throttle,
      accessLogs: stage.accessLogs,
      logRetentionInDays: stage.logRetentionInDays,
      domain: props.domain,
      routes: [
        { method: "GET", path: "/health", authorization: "NONE", integration: { mock: { status: "ok" } } },
        { method: "GET", path: "/items/{id}", authorization: "AWS_IAM", integration: { lambda: getItem } },
        {
          method: "PUT",
          path: "/items/{id}",
          authorization: "AWS_IAM",
          apiKeyRequired: true,
          integration: { lambda: putItem },
        },
      ],
    });

    const clients = new ApiClients(this, "clients", {
      api,
      plans: stage.usagePlans,
      clients: [{ name: "demo", plan: "standard" }],
    });
    const reader = new InvokeRole(this, "reader", {
      description: "May read items",
      account: this.account,
      routeArns: api.signedArns(["GET"]),
    });
    const writer = new InvokeRole(this, "writer", {
      description: "May read and write items",
      account: this.account,
      routeArns: api.signedArns(["GET", "PUT"]),
    });

    this.raiseAlarms(api);
    this.outputApi({ api, clients, roles: { reader, writer } });
    this.output("items_table_name", table.tableName, "Name of the items table");
  }
}

if (require.main === module) runApp(process.env, ServiceStack);
