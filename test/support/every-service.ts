import type { Construct } from "constructs";
import {
  ApiClients,
  ApiStack,
  type DeploymentSettings,
  InvokeRole,
  Parameter,
  Queue,
  RestApi,
  runApp,
  Schedule,
  Secret,
  Table,
  Topic,
} from "#kit/constructs";

/**
 * A stage with every construct that is more than a route; its functions' code is the inventory's, and does not run. A test
 * deploys it, with this file as its `main.ts`, and holds the calls that Terraform makes against the permissions of the roles.
 */
export class EveryServiceStack extends ApiStack {
  constructor(scope: Construct, id: string, props: DeploymentSettings) {
    super(scope, id, props);
    const { region, stage, stageName } = props;

    const orders = new Table(this, "orders", {
      name: "orders",
      key: "customer",
      sortKey: { name: "placed", type: "N" },
      globalIndexes: [{ name: "by-status", key: "status" }],
      localIndexes: [{ name: "by-amount", sortKey: { name: "amount", type: "N" } }],
      timeToLive: "expires",
      stream: "NEW_IMAGE",
      resourcePolicy: [
        {
          sid: "OnlyOverTls",
          effect: "Deny",
          actions: ["dynamodb:DeleteItem"],
          resources: [],
          principal: "*",
          condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ],
      pointInTimeRecovery: stage.pointInTimeRecovery,
      deletionProtection: stage.deletionProtection,
    });
    const invoices = new Queue(this, "invoices", { name: "invoices", retentionInDays: 4 });
    const placed = new Topic(this, "placed", { name: "placed" });
    const limit = new Parameter(this, "limit", { name: "limit", value: "100" });
    const key = new Secret(this, "partner-key", { name: "partner-key", description: "The partner's key" });

    const place = this.lambda("put-product", "Places an order", {}, { reservedConcurrency: 5 });
    orders.bind(place, "orders_table", ["PutItem", "Query", "BatchWriteItem"]);
    invoices.bind(place, "invoices_queue");
    placed.bind(place, "placed_topic");
    limit.bind(place, "limit_parameter");
    key.bind(place, "partner_key_secret");

    const work = this.lambda("get-product", "Handles what is not a request");
    invoices.consume(work, { batchSize: 10 });
    orders.consume(work, { batchSize: 100 });
    placed.consume(work);
    new Schedule(this, "nightly", { expression: "rate(1 day)" }).consume(work);

    const api = new RestApi(this, "api", {
      description: `Orders, stage ${stageName}`,
      region,
      stageName,
      throttle: stage.throttle,
      accessLogs: stage.accessLogs,
      logRetentionInDays: stage.logRetentionInDays,
      domain: props.domain,
      routes: [
        { method: "PUT", path: "/orders", authorization: "AWS_IAM", integration: { lambda: place } },
        { method: "GET", path: "/health", authorization: "NONE", integration: { mock: { status: "ok" } } },
      ],
    });
    const clients = new ApiClients(this, "clients", { api, plans: stage.usagePlans, clients: [] });
    const role = (name: string) =>
      new InvokeRole(this, name, {
        description: "May place orders",
        account: this.account,
        routeArns: api.signedArns(["PUT"]),
      });
    this.raiseAlarms(api);
    this.outputApi({ api, clients, roles: { reader: role("reader"), writer: role("writer") } });
  }
}

if (require.main === module) runApp(process.env, EveryServiceStack);
