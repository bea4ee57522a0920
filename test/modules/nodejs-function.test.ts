import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { unzipSync } from "fflate";
import { Account } from "#modules/account";
import { bundleFunction } from "#modules/bundle/bundle";
import { LEAN_DYNAMODB } from "#modules/bundle/bundling";
import { readSourceMap } from "#modules/bundle/packages";
import { reproducibleZip } from "#modules/bundle/zip";
import { NodejsFunction, type NodejsFunctionProps } from "#modules/nodejs-function";
import { PROJECT_ROOT } from "#self/repository";
import { only, resources, synthesize, synthesizeInventory } from "../support/synth";

const PROPS: Omit<NodejsFunctionProps, "account"> = {
  entry: "functions/get-index/index.ts",
  description: "a function",
  logRetentionInDays: 3,
  bundling: LEAN_DYNAMODB,
};

const synthesizeFunction = (changes: Partial<NodejsFunctionProps> = {}, use = (_: NodejsFunction) => {}) =>
  synthesize((stack) => {
    const account = new Account(stack, "account");
    use(new NodejsFunction(stack, "get-index", { ...PROPS, account, ...changes }));
  });

describe("the function", () => {
  test("has defaults that a production function wants", () => {
    const synthesized = only(synthesizeFunction(), "aws_lambda_function");
    expect(synthesized).toMatchObject({
      function_name: "test-dev-get-index",
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      handler: "index.handler",
      memory_size: 512,
      timeout: 10,
      publish: true,
      tracing_config: { mode: "Active" },
      logging_config: { log_format: "JSON" },
    });
  });

  test("takes memory, timeout and runtime as props", () => {
    const changes = { memoryInMegabytes: 1024, timeoutInSeconds: 3, runtime: "nodejs22.x" };
    expect(only(synthesizeFunction(changes), "aws_lambda_function")).toMatchObject({
      memory_size: 1024,
      timeout: 3,
      runtime: "nodejs22.x",
    });
  });

  test("has its variables and those that bindings add", () => {
    const synthesized = synthesizeFunction({ environment: { a: "1" } }, (target) =>
      target.setEnvironment("b", "2"),
    );
    expect(only(synthesized, "aws_lambda_function").environment.variables).toEqual({ a: "1", b: "2" });
  });

  test("has no environment without variables: AWS keeps none, and each plan would show a difference", () => {
    expect(only(synthesizeFunction(), "aws_lambda_function")).not.toHaveProperty("environment");
  });
});

describe("the log group", () => {
  const synthesized = synthesizeFunction();
  const id = Object.keys(synthesized.resource.aws_cloudwatch_log_group ?? {})[0];

  test("exists before the function, which writes there", () => {
    expect(only(synthesized, "aws_cloudwatch_log_group")).toEqual({
      name: "/aws/lambda/test-dev-get-index",
      retention_in_days: 3,
    });
    expect(only(synthesized, "aws_lambda_function").logging_config.log_group).toBe(
      `\${aws_cloudwatch_log_group.${id}.name}`,
    );
  });

  test("is the only one that the role may write to, and the role may make none", () => {
    const { Statement } = JSON.parse(only(synthesized, "aws_iam_role_policy").policy);
    const logs = Statement.filter(({ Action }: { Action: string[] }) =>
      Action.some((action) => action.startsWith("logs:")),
    );
    expect(logs).toEqual([
      {
        Sid: "WriteOwnLogs",
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: `\${aws_cloudwatch_log_group.${id}.arn}:*`,
      },
    ]);
  });
});

test("only Lambda may assume the function's role, and only for functions of the account", () => {
  const synthesized = synthesizeFunction();
  const [caller] = Object.keys(synthesized.data?.aws_caller_identity ?? {});
  expect(JSON.parse(only(synthesized, "aws_iam_role").assume_role_policy).Statement).toEqual([
    {
      Sid: "Assume",
      Effect: "Allow",
      Principal: { Service: "lambda.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition: {
        StringEquals: { "aws:SourceAccount": `\${data.aws_caller_identity.${caller}.account_id}` },
      },
    },
  ]);
});

test("every function of the API has a role of its own with one policy", () => {
  const inventory = synthesizeInventory();
  const roles = Object.values(resources(inventory, "aws_lambda_function")).map(({ role }) => role);
  const policies = Object.values(resources(inventory, "aws_iam_role_policy")).map(({ role }) => role);
  expect(new Set(roles).size).toBe(5);
  expect(policies.map((role: string) => role.replace(".name}", ".arn}")).sort()).toEqual([...roles].sort());
});

describe("the package", () => {
  const bundle = bundleFunction(PROPS.entry, "nodejs24.x", LEAN_DYNAMODB);
  const zip = readFileSync(bundle.path);

  test("is named by its own hash", () => {
    expect(bundle.sourceCodeHash).toBe(createHash("sha256").update(zip).digest("base64"));
    expect(only(synthesizeFunction(), "aws_lambda_function").source_code_hash).toBe(bundle.sourceCodeHash);
  });

  test("has ES modules and no source map; the map lies beside it", () => {
    const names = Object.keys(unzipSync(zip));
    expect(names).toContain("index.mjs");
    expect(names.filter((name) => !name.endsWith(".mjs"))).toEqual([]);
    expect(new TextDecoder().decode(unzipSync(zip)["index.mjs"])).toContain(
      "//# sourceMappingURL=index.mjs.map",
    );
    const map = readSourceMap(PROJECT_ROOT, bundle.sourceCodeHash);
    expect(map?.sources).toContain("functions/get-index/index.ts");
  });

  test.each([
    ["get-index", 30],
    ["get-products", 150],
    ["get-product", 150],
    ["put-product", 150],
    ["delete-product", 150],
  ])("of %s is at most %i kB", (name, kilobytes) => {
    const { path } = bundleFunction(`functions/${name}/index.ts`, "nodejs24.x", LEAN_DYNAMODB);
    expect(readFileSync(path).byteLength).toBeLessThanOrEqual(kilobytes * 1000);
  });

  test("of a file that is not there is refused, by its name", () => {
    expect(() => bundleFunction("functions/nope/index.ts", "nodejs24.x", LEAN_DYNAMODB)).toThrow(
      "functions/nope/index.ts",
    );
  });
});

describe("a reproducible zip", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const zip = reproducibleZip(
    new Map([
      ["b", bytes("2")],
      ["a", bytes("1")],
    ]),
  );

  test("holds what was put in", () => {
    expect(unzipSync(zip)).toEqual({ a: bytes("1"), b: bytes("2") });
  });

  test("does not depend on the order of the files", () => {
    expect(
      reproducibleZip(
        new Map([
          ["a", bytes("1")],
          ["b", bytes("2")],
        ]),
      ),
    ).toEqual(zip);
  });

  test("depends on their contents", () => {
    expect(
      reproducibleZip(
        new Map([
          ["a", bytes("1")],
          ["b", bytes("3")],
        ]),
      ),
    ).not.toEqual(zip);
  });
});
