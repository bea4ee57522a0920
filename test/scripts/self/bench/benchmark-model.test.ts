import { join } from "node:path";
import { App } from "cdktf";
import { compileRoutes } from "#gateway/gates/match";
import { loadModel } from "#load/load-model";
import { readSettings, stackId } from "#modules/settings";
import { benchmarkModel, UNLIMITED } from "#self/bench/benchmark-model";
import { ROUTES } from "#self/bench/gateway-benchmark";
import { InventoryStack } from "../../../../main";
import { temporaryFolder } from "../../../support/temporary-folder";

const FUNCTION = "signed-inventory-dev-get-product";
const outdir = temporaryFolder();

function loadInventory() {
  const settings = readSettings({});
  const app = new App({ outdir });
  new InventoryStack(app, stackId(settings.stageName), settings);
  app.synth();
  const terraform = join(outdir, "stacks", stackId(settings.stageName), "cdk.tf.json");
  return loadModel({ terraform, identity: { accountId: "123456789012", seed: "test" } });
}

const model = loadInventory();

test("nothing but the throttles and the one package changes", () => {
  const changed = benchmarkModel(model, FUNCTION, "/tmp/constant.zip");
  const functions = model.functions.map((fn) =>
    fn.name === FUNCTION ? { ...fn, packagePath: "/tmp/constant.zip" } : fn,
  );
  expect(functions).not.toEqual(model.functions);
  const throttles = Object.values(model.api.stages[0]?.methodThrottles ?? {});
  expect(throttles).toEqual([{ address: expect.any(String), rate: 50, burst: 100 }]);
  const stages = model.api.stages.map((stage) => ({
    ...stage,
    methodThrottles: { "*/*": { address: throttles[0]?.address, ...UNLIMITED } },
  }));
  expect(changed).toEqual({ ...model, functions, api: { ...model.api, stages } });
});

test("a function that the stack does not have is refused, and those that it has are named", () => {
  expect(() => benchmarkModel(model, "get-product", "/tmp/constant.zip")).toThrow(
    /^no function get-product in the stack \(have: .*signed-inventory-dev-get-product.*\); measure another one$/,
  );
});

test.each(ROUTES)("the stack has the route of '$name', signed and read by the reader", ({ path }) => {
  const match = compileRoutes(model.api)({ method: "GET", target: `/dev${path}`, headers: [] });
  expect(match).toMatchObject({ route: { authorization: "AWS_IAM", apiKeyRequired: false } });
});
