import type { LambdaFunction } from "#model/lambda-function";
import type { Model } from "#model/model";
import type { Throttle } from "#model/rest-api";

/** More than any load of a benchmark. */
export const UNLIMITED = { rate: 1e9, burst: 1e9 };

/**
 * The stack's model with throttles that are never used up, and with one function's package replaced.
 *
 * @param functionName - the physical name: `signed-inventory-dev-get-product`
 * @throws Error if the stack has no such function
 */
export function benchmarkModel(model: Model, functionName: string, packagePath: string): Model {
  const replaced = model.functions.find(({ name }) => name === functionName);
  if (!replaced) {
    const have = model.functions.map(({ name }) => name).join(", ");
    throw new Error(`no function ${functionName} in the stack (have: ${have}); measure another one`);
  }
  const functions = model.functions.map(
    (fn): LambdaFunction => (fn === replaced ? { ...fn, packagePath } : fn),
  );
  const stages = model.api.stages.map((stage) => ({
    ...stage,
    methodThrottles: lift(stage.methodThrottles),
  }));
  return { ...model, functions, api: { ...model.api, stages } };
}

// ---------------------------------------------------------------------------------------------------- internal

function lift(throttles: Readonly<Record<string, Throttle>>): Record<string, Throttle> {
  return Object.fromEntries(
    Object.entries(throttles).map(([method, throttle]) => [method, { ...throttle, ...UNLIMITED }]),
  );
}
