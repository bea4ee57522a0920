import { App } from "cdktf";
import type { Construct } from "constructs";
import { Account } from "./modules/account";
import { Alarms } from "./modules/alarms";
import { ApiClients } from "./modules/api-clients";
import { InvokeRole } from "./modules/invoke-role";
import { NodejsFunction } from "./modules/nodejs-function";
import { ProductsTable } from "./modules/products-table";
import { ProjectStack } from "./modules/project-stack";
import { RestApi } from "./modules/rest-api";
import {
  BOOTSTRAP_STACK,
  type DeploymentSettings,
  isBootstrap,
  readBootstrapSettings,
  readSettings,
  stackId,
} from "./modules/settings";
import { UserError } from "./modules/user-error";

/** One stage of the API: its table, its Lambdas, its routes, and who may call them. */
export class InventoryStack extends ProjectStack {
  constructor(scope: Construct, id: string, props: DeploymentSettings) {
    super(scope, id, props, { stage: props.stageName });
    const { region, stage, stageName } = props;

    const account = new Account(this, "account");
    const table = new ProductsTable(this, "table", stage);
    const lambda = (name: string, description: string, environment?: Record<string, string>) =>
      new NodejsFunction(this, name, {
        entry: `functions/${name}/index.ts`,
        description,
        account,
        environment,
        runtime: props.lambdaRuntime,
        logRetentionInDays: stage.logRetentionInDays,
      });
    const getIndex = lambda("get-index", "Renders the inventory page");
    const getProducts = lambda("get-products", "Answers a page of products", { default_results: "10" });
    const getProduct = lambda("get-product", "Answers one product");
    const putProduct = lambda("put-product", "Creates or replaces a product");
    const deleteProduct = lambda("delete-product", "Removes a product");
    table.bind(getProducts, ["Scan"]);
    table.bind(getProduct, ["GetItem"]);
    table.bind(putProduct, ["PutItem"]);
    table.bind(deleteProduct, ["DeleteItem"]);

    const success = { mock: { message: "success" } };
    const api = new RestApi(this, "api", {
      description: `The product inventory, stage ${stageName}`,
      region,
      stageName,
      throttle: stage.throttle,
      accessLogs: stage.accessLogs,
      logRetentionInDays: stage.logRetentionInDays,
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
      account,
      routeArns: api.signedArns(["GET"]),
    });
    const writer = new InvokeRole(this, "writer", {
      description: "May read and write: the signed GET, PUT and DELETE routes",
      account,
      routeArns: api.signedArns(["GET", "PUT", "DELETE"]),
    });

    if (stage.alarms) {
      const alarms = new Alarms(this, "alarms", {
        api,
        functions: [getIndex, getProducts, getProduct, putProduct, deleteProduct],
        limits: stage.alarms,
        email: props.alarmEmail,
      });
      this.output("alarm_topic_arn", alarms.topicArn, "SNS topic that alarms are sent to");
    }

    this.output("service_endpoint", api.stageUrl, "URL of the stage, which paths are appended to");
    this.output("stage", stageName, "Name of the stage");
    this.output("region", region, "Region, which signatures are scoped to");
    this.output("rest_api_id", api.restApiId, "Id of the REST API");
    this.output("products_table_name", table.tableName, "Name of the products table");
    this.output("products_table_arn", table.arn, "ARN of the products table");
    for (const target of [getIndex, getProducts, getProduct, putProduct, deleteProduct]) {
      const name = target.node.id.replaceAll("-", "_");
      this.output(
        `${name}_qualified_arn`,
        target.qualifiedArn,
        `ARN of the published version of ${target.node.id}`,
      );
    }
    this.output("default_results", "10", "Products on a page where a caller names no limit");
    this.output("reader_policy_arn", reader.policyArn, "Managed policy that allows the reading routes");
    this.output("reader_role_arn", reader.roleArn, "Role that may call the reading routes");
    this.output(
      "writer_policy_arn",
      writer.policyArn,
      "Managed policy that allows the reading and writing routes",
    );
    this.output("writer_role_arn", writer.roleArn, "Role that may call the reading and writing routes");
    const keys = [...clients.keys];
    this.output(
      "api_key_ids",
      Object.fromEntries(keys.map(([name, key]) => [name, key.id])),
      "Ids of the API keys, by client",
    );
    this.output(
      "api_key_values",
      Object.fromEntries(keys.map(([name, key]) => [name, key.value])),
      "The API keys, by client",
      {
        sensitive: true,
      },
    );
  }
}

function main(env: NodeJS.ProcessEnv): void {
  const app = new App();
  if (isBootstrap(env)) {
    // Its bindings are a sixth of all that would be loaded.
    const {
      BootstrapStack,
    }: typeof import("./modules/bootstrap-stack") = require("./modules/bootstrap-stack");
    new BootstrapStack(app, BOOTSTRAP_STACK, readBootstrapSettings(env));
  } else {
    const props = readSettings(env);
    new InventoryStack(app, stackId(props.stageName), props);
  }
  const faults = app.node.findAll().flatMap((construct) => construct.node.validate());
  if (faults.length > 0) throw new UserError(faults.join("\n"));
  app.synth();
}

if (require.main === module) {
  // CDKTF takes a stack trace for every token, which nobody reads. Only one that is shown is worth mapping to its source.
  process.setSourceMapsEnabled(false);
  try {
    main(process.env);
  } catch (error) {
    process.setSourceMapsEnabled(true);
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}
