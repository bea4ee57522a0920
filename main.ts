import type { Construct } from "constructs";
import {
  ApiClients,
  ApiStack,
  type DeploymentSettings,
  InvokeRole,
  LEAN_DYNAMODB,
  RestApi,
  runApp,
  Table,
} from "#kit/constructs";

/** One stage of the API: its table, its Lambdas, its routes, and who may call them. */
export class InventoryStack extends ApiStack {
  protected override readonly functionDefaults = { bundling: LEAN_DYNAMODB };

  constructor(scope: Construct, id: string, props: DeploymentSettings) {
    super(scope, id, props);
    const { region, stage, stageName } = props;

    const table = new Table(this, "table", {
      name: "products",
      key: "code",
      pointInTimeRecovery: stage.pointInTimeRecovery,
      deletionProtection: stage.deletionProtection,
    });
    const defaultResults = "10";
    const getIndex = this.lambda("get-index", "Renders the inventory page");
    const getProducts = this.lambda("get-products", "Answers a page of products", {
      default_results: defaultResults,
    });
    const getProduct = this.lambda("get-product", "Answers one product");
    const putProduct = this.lambda("put-product", "Creates or replaces a product");
    const deleteProduct = this.lambda("delete-product", "Removes a product");
    table.bind(getProducts, "products_table", ["Scan"]);
    table.bind(getProduct, "products_table", ["GetItem"]);
    table.bind(putProduct, "products_table", ["PutItem"]);
    table.bind(deleteProduct, "products_table", ["DeleteItem"]);

    const success = { mock: { message: "success" } };
    const api = new RestApi(this, "api", {
      description: `The product inventory, stage ${stageName}`,
      region,
      stageName,
      throttle: stage.throttle,
      accessLogs: stage.accessLogs,
      logRetentionInDays: stage.logRetentionInDays,
      domain: props.domain,
      disableExecuteApiEndpoint: stage.disableExecuteApiEndpoint,
      routes: [
        { method: "GET", path: "/index", authorization: "NONE", integration: { lambda: getIndex } },
        { method: "GET", path: "/products", authorization: "AWS_IAM", integration: { lambda: getProducts } },
        {
          method: "GET",
          path: "/products/{code}",
          authorization: "AWS_IAM",
          integration: { lambda: getProduct },
        },
        {
          method: "PUT",
          path: "/products/{code}",
          authorization: "AWS_IAM",
          bodySchema: "functions/lib/product-schema.json",
          integration: { lambda: putProduct },
        },
        {
          method: "DELETE",
          path: "/products/{code}",
          authorization: "AWS_IAM",
          integration: { lambda: deleteProduct },
        },
        {
          method: "GET",
          path: "/auth/api-key",
          authorization: "NONE",
          apiKeyRequired: true,
          integration: success,
        },
        { method: "GET", path: "/auth/iam-sigv4", authorization: "AWS_IAM", integration: success },
        {
          method: "GET",
          path: "/auth/iam-sigv4-and-api-key",
          authorization: "AWS_IAM",
          apiKeyRequired: true,
          integration: success,
        },
      ],
    });
    api.bindRoute(getIndex, "products_api", "GET", "/products");

    const clients = new ApiClients(this, "clients", {
      api,
      plans: stage.usagePlans,
      clients: [{ name: "demo", plan: "standard" }],
    });

    const reader = new InvokeRole(this, "reader", {
      description: "May read: the signed GET routes",
      account: this.account,
      routeArns: api.signedArns(["GET"]),
    });
    const writer = new InvokeRole(this, "writer", {
      description: "May read and write: the signed GET, PUT and DELETE routes",
      account: this.account,
      routeArns: api.signedArns(["GET", "PUT", "DELETE"]),
    });

    this.raiseAlarms(api);
    this.outputApi({ api, clients, roles: { reader, writer } });
    this.output("products_table_name", table.tableName, "Name of the products table");
    this.output("products_table_arn", table.arn, "ARN of the products table");
    this.output("default_results", defaultResults, "Products on a page where a caller names no limit");
  }
}

if (require.main === module) runApp(process.env, InventoryStack);
