import { existsSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import { loadModel } from "#load/load-model";
import type { Model } from "#model/model";
import { readSettings, stackId } from "#modules/settings";
import { InventoryStack } from "../../../main";
import { temporaryFolder } from "../../support/temporary-folder";
import { IDENTITY } from "./minimal-stack";

const outdir = temporaryFolder();

/** The model of the API that this repository deploys, by way of the file that CDKTF writes. */
function loadInventory(env: Record<string, string>): Model {
  const settings = readSettings(env);
  const app = new App({ outdir: join(outdir, settings.stageName) });
  const stack = new InventoryStack(app, stackId(settings.stageName), settings);
  app.synth();
  const terraform = join(outdir, settings.stageName, "stacks", stack.node.id, "cdk.tf.json");
  return loadModel({ terraform, identity: IDENTITY });
}

describe.each(["dev", "prod"])("the stack of stage %s", (stageName) => {
  const model = loadInventory({ STAGE: stageName });

  test("has the routes of the design", () => {
    const routes = model.api.routes.map(
      ({ httpMethod, resourcePath, authorization, apiKeyRequired, integration }) =>
        `${httpMethod} ${resourcePath} ${authorization} ${apiKeyRequired ? "key" : "no key"} ${integration.type}`,
    );
    expect(routes.sort()).toEqual([
      "DELETE /products/{code} AWS_IAM no key AWS_PROXY",
      "GET /auth/api-key NONE key MOCK",
      "GET /auth/iam-sigv4 AWS_IAM no key MOCK",
      "GET /auth/iam-sigv4-and-api-key AWS_IAM key MOCK",
      "GET /index NONE no key AWS_PROXY",
      "GET /products AWS_IAM no key AWS_PROXY",
      "GET /products/{code} AWS_IAM no key AWS_PROXY",
      "PUT /products/{code} AWS_IAM no key AWS_PROXY",
    ]);
    expect(model.api.stages.map(({ name }) => name)).toEqual([stageName]);
  });

  test("has its functions, with their packages, roles and permissions", () => {
    const names = ["delete-product", "get-index", "get-product", "get-products", "put-product"];
    expect(model.functions.map(({ name }) => name).sort()).toEqual(
      names.map((name) => `signed-inventory-${stageName}-${name}`),
    );
    const roles = model.principals.map(({ arn }) => arn);
    for (const { packagePath, roleArn, permissions } of model.functions) {
      expect(existsSync(packagePath)).toBe(true);
      expect(roles).toContain(roleArn);
      expect(permissions).toHaveLength(1);
    }
  });

  test("leads get-index to the stage's own URL", () => {
    const getIndex = model.functions.find(({ name }) => name.endsWith("get-index"));
    const url = `https://${model.api.id}.execute-api.us-east-1.amazonaws.com/${stageName}`;
    expect(getIndex?.environment["products_api"]).toBe(`${url}/products`);
    expect(model.outputs["service_endpoint"]?.value).toBe(url);
  });

  test("puts every key into a plan of the stage", () => {
    const planned = model.usagePlans.flatMap(({ apiKeyIds }) => apiKeyIds);
    expect(model.apiKeys.map(({ id }) => id).sort()).toEqual([...planned].sort());
    expect(model.usagePlans.every(({ apiStages }) => apiStages[0]?.stage === stageName)).toBe(true);
  });
});
