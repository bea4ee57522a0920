import { watchRemovals } from "#deploy/publish-again";

const METHOD = "aws_api_gateway_method.api_a_GET_method_AC4B92E3";

test.each<[string, readonly string[], boolean]>([
  ["a method", [`${METHOD}: Destruction complete after 0s\n`], true],
  ["a method, as CDKTF prints it", [`stack-dev  ${METHOD}: Destruction complete after 0s\n`], true],
  [
    "a replaced method, as CDKTF prints it",
    [`stack-dev  ${METHOD} (api/a/GET/method): Destruction complete after 0s\n`],
    true,
  ],
  ["a method in a module", [`module.m.${METHOD}["a"]: Destruction complete after 1s\n`], true],
  ["a method, in two pieces", [`x\n${METHOD}: Destr`, "uction complete after 0s\n"], true],
  ["a resource policy", ["aws_api_gateway_rest_api_policy.p: Destruction complete after 0s\n"], true],
  ["nothing yet", [`${METHOD}: Destroying... [id=agm]\n`], false],
  ["a method that is new", [`${METHOD}: Creation complete after 0s\n`], false],
  ["two lines that would be one", [`${METHOD}: `, "\n", "Destruction complete after 0s\n"], false],
  ["a deployment before", ["aws_api_gateway_deployment.d: Destruction complete after 0s\n"], false],
  ["a path without a method", ["aws_api_gateway_resource.r: Destruction complete after 0s\n"], false],
  ["a client's key", ["aws_api_gateway_api_key.k: Destruction complete after 0s\n"], false],
  ["a key in a plan", ["aws_api_gateway_usage_plan_key.k: Destruction complete after 0s\n"], false],
  ["a function", ["aws_lambda_function.f: Destruction complete after 0s\n"], false],
])("%s", (_name, chunks, isSeen) => {
  const passed: string[] = [];
  const watch = watchRemovals({ write: (text) => passed.push(text), columns: 80 });
  for (const chunk of chunks) watch.write(chunk);
  expect(watch.hasSeenRemoval()).toBe(isSeen);
  expect([passed, watch.columns]).toEqual([chunks, 80]);
});
