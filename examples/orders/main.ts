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
  Table,
} from "#kit/constructs";
import { Edge } from "./infrastructure/edge";
import { PartnerAccess } from "./infrastructure/partner-access";
import { Rates } from "./infrastructure/rates";
import { Tracking } from "./infrastructure/tracking";

/** The account of a partner, who may list orders. */
const PARTNER = "222233334444";
/** Another service, which answers exchange rates. */
const RATES_URL = process.env["RATES_URL"] || "https://rates.example.com/v1";

/**
 * An order service as a team writes one: what callers do by HTTP, and what follows from it. An order that is placed goes
 * from the table's stream to a queue, and a worker writes its invoice.
 */
export class OrdersStack extends ApiStack {
  constructor(scope: Construct, id: string, props: DeploymentSettings) {
    super(scope, id, props);
    const { region, stage, stageName } = props;
    const { pointInTimeRecovery, deletionProtection } = stage;

    const orders = new Table(this, "orders", {
      name: "orders",
      key: "id",
      globalIndexes: [{ name: "by-customer", key: "customer", sortKey: "placed" }],
      timeToLive: "expires",
      stream: "NEW_IMAGE",
      pointInTimeRecovery,
      deletionProtection,
    });
    const invoices = new Table(this, "invoices", {
      name: "invoices",
      key: "order",
      globalIndexes: [{ name: "by-day", key: "day", sortKey: "order" }],
      timeToLive: "expires",
      pointInTimeRecovery,
      deletionProtection,
    });

    const placeOrder = this.lambda("place-order", "Places an order, once for each id");
    const listOrders = this.lambda("list-orders", "Answers a page of a customer's orders");
    const cancelOrder = this.lambda("cancel-order", "Cancels an order that is not yet sent");
    const listInvoices = this.lambda("list-invoices", "Answers a page of a day's invoices");
    orders.bind(placeOrder, "orders_table", ["PutItem"]);
    orders.bind(listOrders, "orders_table", ["Query"]);
    orders.bind(cancelOrder, "orders_table", ["UpdateItem"]);
    invoices.bind(listInvoices, "invoices_table", ["Query"]);
    this.invoiceOrders(orders, invoices);
    this.checkEachDay(invoices);

    const api = new RestApi(this, "api", {
      description: `Orders, stage ${stageName}`,
      region,
      stageName,
      throttle: stage.throttle,
      accessLogs: stage.accessLogs,
      logRetentionInDays: stage.logRetentionInDays,
      routes: [
        {
          method: "GET",
          path: "/health",
          authorization: "NONE",
          integration: { mock: { message: "success" } },
        },
        {
          method: "GET",
          path: "/catalogue",
          authorization: "NONE",
          apiKeyRequired: true,
          integration: { mock: { message: "success" } },
        },
        {
          method: "POST",
          path: "/orders",
          authorization: "AWS_IAM",
          bodySchema: "schemas/order.json",
          throttle: { rateLimit: 5, burstLimit: 10 },
          integration: { lambda: placeOrder },
        },
        { method: "GET", path: "/orders", authorization: "AWS_IAM", integration: { lambda: listOrders } },
        {
          method: "POST",
          path: "/orders/{id}/cancel",
          authorization: "AWS_IAM",
          integration: { lambda: cancelOrder },
        },
        { method: "GET", path: "/invoices", authorization: "AWS_IAM", integration: { lambda: listInvoices } },
      ],
    });
    const trackOrder = this.lambda("track-order", "Answers the state of an order to who has its token");
    const authorizer = this.lambda("authorize-tracking", "Checks the token of an order");
    orders.bind(trackOrder, "orders_table", ["GetItem"]);
    orders.bind(authorizer, "orders_table", ["GetItem"]);
    new Tracking(this, "tracking", { api, target: trackOrder, authorizer });
    const rates = new Rates(this, "rates", { api, url: RATES_URL });
    new PartnerAccess(this, "partner-access", {
      api,
      open: [api.arnOf("GET", "/health"), api.arnOf("GET", "/catalogue"), rates.methodArn],
      partner: PARTNER,
      shared: [api.arnOf("GET", "/orders")],
    });
    const edge = new Edge(this, "edge", { api, region, domainName: `${stageName}.orders.example.com` });

    const clients = new ApiClients(this, "clients", {
      api,
      plans: stage.usagePlans,
      clients: [
        { name: "shop", plan: "shops" },
        { name: "warehouse", plan: "warehouses" },
      ],
    });
    const reader = new InvokeRole(this, "reader", {
      description: "May read orders and invoices",
      account: this.account,
      routeArns: api.signedArns(["GET"]),
    });
    const writer = new InvokeRole(this, "writer", {
      description: "May read, place and cancel orders",
      account: this.account,
      routeArns: api.signedArns(["GET", "POST"]),
    });

    this.raiseAlarms(api);
    this.outputApi({ api, clients, roles: { reader, writer } });
    this.output("orders_table_name", orders.tableName, "Name of the table of orders");
    this.output("invoices_table_name", invoices.tableName, "Name of the table of invoices");
    this.output("domain_target", edge.target, "What the DNS record of the custom domain leads to");
  }

  /** Stream, queue and worker: an invoice follows each order that is placed. */
  private invoiceOrders(orders: Table, invoices: Table): void {
    const queue = new Queue(this, "placed-orders", { name: "placed-orders", maximumReceives: 3 });
    const announceOrders = this.lambda("announce-orders", "Puts each new order into the queue");
    queue.bind(announceOrders, "orders_queue");
    orders.consume(announceOrders, { batchSize: 10 });
    const writeInvoice = this.lambda("write-invoice", "Writes the invoice of an order");
    invoices.bind(writeInvoice, "invoices_table", ["PutItem"]);
    queue.consume(writeInvoice, { batchSize: 10 });
  }

  private checkEachDay(invoices: Table): void {
    const checkDay = this.lambda("check-day", "Warns of a day with few invoices");
    invoices.bind(checkDay, "invoices_table", ["Query"]);
    const least = new Parameter(this, "least-invoices", {
      name: "least-invoices",
      value: "1",
      description: "How many invoices a day has at least",
    });
    least.bind(checkDay, "least_parameter");
    new Schedule(this, "each-day", { expression: "cron(0 6 * * ? *)" }).consume(checkDay);
  }
}

if (require.main === module) runApp(process.env, OrdersStack);
