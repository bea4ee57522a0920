import { realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { bundles, invoke, resultOf } from "./bundles";

/** What a function can see of the gateway: nothing. */

const { settings, start } = bundles();

const THE_WORLD = {
  "index.mjs": `
    export async function handler() {
      const { env, execArgv, cwd } = process;
      return {
        env, execArgv, cwd: cwd(), timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        leaked: ["require", "module", "exports", "__filename", "__dirname"].filter((name) => name in globalThis),
      };
    }`,
};

test("a function's environment is its own and Lambda's, to the last variable", async () => {
  process.env.A_SECRET_OF_THE_GATEWAY = "secret";
  const { env, cwd } = (await resultOf(
    invoke(start(THE_WORLD, { environment: { products_table: "products", LANG: "de_DE.UTF-8" } })),
  )) as { env: Record<string, string>; cwd: string };
  delete process.env.A_SECRET_OF_THE_GATEWAY;

  expect(env).toEqual({
    _HANDLER: "index.handler",
    AWS_ACCESS_KEY_ID: "ASIAFUNCTION",
    AWS_DEFAULT_REGION: "eu-central-1",
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "128",
    AWS_LAMBDA_FUNCTION_NAME: "get-products",
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/get-products",
    AWS_LAMBDA_LOG_STREAM_NAME: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
    AWS_REGION: "eu-central-1",
    AWS_SECRET_ACCESS_KEY: "function-secret",
    AWS_SESSION_TOKEN: "token",
    HOME: "/home/sbx_user1051",
    LAMBDA_RUNTIME_DIR: "/var/runtime",
    LAMBDA_TASK_ROOT: cwd,
    LANG: "de_DE.UTF-8",
    PATH: "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
    products_table: "products",
    TZ: ":UTC",
  });
});

test("its process is not the gateway's: folder, time zone, Node options, globals", async () => {
  const world = (await resultOf(invoke(start(THE_WORLD)))) as Record<string, unknown>;
  expect(world).toMatchObject({ execArgv: [], timezone: "UTC", leaked: [] });
  expect(world.cwd).toMatch(/[\\/]lambda-[^\\/]+[\\/]task$/);
  expect(dirname(dirname(String(world.cwd)))).toBe(realpathSync(tmpdir()));
});

test.each([
  { name: "region", variable: "AWS_REGION", expected: "eu-central-1" },
  { name: "name", variable: "AWS_LAMBDA_FUNCTION_NAME", expected: "get-products" },
  { name: "credentials", variable: "AWS_SECRET_ACCESS_KEY", expected: "function-secret" },
])("the function cannot change its $name by its environment", async ({ variable, expected }) => {
  const fn = start(THE_WORLD, { environment: { [variable]: "changed" } });
  expect(await resultOf(invoke(fn))).toHaveProperty(["env", variable], expected);
});

test("the local environment stands above the function's", async () => {
  const { createFunction } = await import("#lambda/function");
  const own = settings(THE_WORLD, { environment: { AWS_ENDPOINT_URL_DYNAMODB: "https://aws.example" } });
  const localEnvironment = { AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:8000" };
  const fn = createFunction({ ...own, localEnvironment }, { log: () => undefined });
  expect(await resultOf(invoke(fn))).toHaveProperty("env.AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:8000");
  await fn.close();
});
