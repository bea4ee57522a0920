import { readdirSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "#self/repository";
import { CATALOGUE } from "./catalogue";

/** Operations that are allowed by actions of other names. */
const BY_ANOTHER_NAME: Readonly<Record<string, readonly string[]>> = {
  dynamodb: [
    "BatchExecuteStatement",
    "ExecuteStatement",
    "ExecuteTransaction",
    "TransactGetItems",
    "TransactWriteItems",
  ],
  iam: [],
  lambda: ["GetLayerVersionByArn", "Invoke", "InvokeWithResponseStream"],
};

function operationsOf(service: string): string[] {
  const folder = join(PROJECT_ROOT, `node_modules/@aws-sdk/client-${service}/dist-types/commands`);
  return readdirSync(folder).flatMap((file) => /^(\w+)Command\.d\.ts$/.exec(file)?.[1] ?? []);
}

test.each(Object.keys(BY_ANOTHER_NAME))(
  "the catalogue has every operation of the SDK's client for %s",
  (service) => {
    const operations = operationsOf(service);
    const missing = operations.filter((name) => !CATALOGUE.get(service)?.includes(`${service}:${name}`));
    expect(operations.length).toBeGreaterThan(50);
    expect(missing.sort()).toEqual(BY_ANOTHER_NAME[service]);
  },
);

test("an action stands once, under its service", () => {
  const actions = [...CATALOGUE.values()].flat();
  expect(new Set(actions).size).toBe(actions.length);
  expect(actions.filter((action) => !/^[a-z0-9-]+:[A-Z][A-Za-z0-9]+$/.test(action))).toEqual([]);
});
