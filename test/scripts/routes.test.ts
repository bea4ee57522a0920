import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { main } from "#routes";
import { captureIo } from "../support/captured-io";
import { runScript } from "../support/run-script";
import { resources, synthesizeInventory, type Terraform } from "../support/synth";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
let inventory: Terraform;

beforeAll(() => {
  inventory = synthesizeInventory();
});

/** Lays Terraform where `make synth` leaves it, below a folder of its own; the functions' packages are empty. */
function layOut(name: string, terraform: Terraform): { CDKTF_OUTDIR: string } {
  const CDKTF_OUTDIR = join(folder, name);
  const stack = join(CDKTF_OUTDIR, "stacks", "signed-inventory-dev");
  mkdirSync(stack, { recursive: true });
  writeFileSync(join(stack, "cdk.tf.json"), JSON.stringify(terraform));
  for (const { filename } of Object.values(resources(terraform, "aws_lambda_function"))) {
    mkdirSync(join(stack, dirname(filename)), { recursive: true });
    writeFileSync(join(stack, filename), "");
  }
  return { CDKTF_OUTDIR };
}

const NOTHING = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Deny", Action: "execute-api:Invoke", Resource: "*" }],
};

/** The inventory with other properties in some of its resources. */
function change(type: string, part: string, properties: object): Terraform {
  const ofType = inventory.resource[type] ?? {};
  const changed = Object.entries(ofType).map(([id, values]) => [
    id,
    id.includes(part) ? { ...values, ...properties } : values,
  ]);
  expect(Object.keys(ofType).filter((id) => id.includes(part))).toHaveLength(1);
  return { ...inventory, resource: { ...inventory.resource, [type]: Object.fromEntries(changed) } };
}

test("prints who can call what, within 80 columns", async () => {
  const io = captureIo();

  expect(await main([], layOut("inventory", inventory), io)).toBe(0);
  expect(io.written()).toEqual({
    out: `\
ROUTE                            AUTH     KEY  ANSWERED BY     WHO CAN CALL
GET /auth/api-key                NONE     yes  mock            anyone with a key
GET /auth/iam-sigv4              AWS_IAM  no   mock            reader, writer
GET /auth/iam-sigv4-and-api-key  AWS_IAM  yes  mock            reader, writer
GET /index                       NONE     no   get-index       anyone
GET /products                    AWS_IAM  no   get-products    get-index,
                                                               reader, writer
DELETE /products/{code}          AWS_IAM  no   delete-product  writer
GET /products/{code}             AWS_IAM  no   get-product     reader, writer
PUT /products/{code}             AWS_IAM  no   put-product     writer
`,
    err: "",
  });
});

test("as JSON, with the names that things have in AWS", async () => {
  const io = captureIo();
  await main(["--json"], layOut("json", inventory), io);
  const matrix = JSON.parse(io.written().out);

  expect(matrix).toHaveLength(8);
  expect(matrix[4]).toEqual({
    stage: "dev",
    method: "GET",
    path: "/products",
    authorization: "AWS_IAM",
    apiKeyRequired: false,
    integration: "signed-inventory-dev-get-products",
    anonymous: "none",
    principals: ["get-index", "reader", "writer"].map((name) => ({
      name: `signed-inventory-dev-${name}`,
      access: "full",
    })),
  });
});

test.each([
  {
    name: "a route that lost its authorization",
    type: "aws_api_gateway_method",
    part: "iam-sigv4_GET",
    properties: { authorization: "NONE" },
    line: "GET /auth/iam-sigv4              NONE     no   mock            \u001b[33manyone\u001b[39m",
  },
  {
    name: "routes that no caller may call any more",
    type: "aws_iam_policy",
    part: "writer",
    properties: { policy: JSON.stringify(NOTHING) },
    line: "PUT /products/{code}             AWS_IAM  no   put-product     \u001b[31mno one\u001b[39m",
  },
])("$name stands out on a terminal", async ({ name, type, part, properties, line }) => {
  const io = captureIo({ isTTY: true });
  await main([], layOut(name, change(type, part, properties)), io);

  expect(io.written().out.split("\n")).toContain(line);
});

describe("a mistake", () => {
  test.each([
    {
      name: "a stack that is not synthesized",
      argv: [],
      env: { CDKTF_OUTDIR: "/nonexistent" },
      message: /^no .*stacks\/signed-inventory-dev\/cdk\.tf\.json: run 'make synth' first$/,
    },
    { name: "an unknown stage", argv: ["--stage=nope"], env: {}, message: /^STAGE: got 'nope', expected / },
  ])("$name is reported in one line", async ({ argv, env, message }) => {
    await expect(main(argv, env, captureIo())).rejects.toMatchObject({
      name: "UserError",
      message: expect.stringMatching(message),
    });
  });

  test("what stops the gateway is named: no matrix rather than a wrong one", async () => {
    const custom = change("aws_api_gateway_method", "iam-sigv4_GET", { authorization: "MAGIC" });
    const io = captureIo();

    await expect(main([], layOut("magic", custom), io)).rejects.toMatchObject({
      name: "UserError",
      message: expect.stringMatching(/^cannot list who can call what: .*"MAGIC"/s),
    });
    expect(io.written().out).toBe("");
  });

  test("of a method that is not understood, the matrix says that it is not known who may call it", async () => {
    const unknown = change("aws_api_gateway_method", "iam-sigv4_GET", { new_gate: true });
    const io = captureIo();

    expect(await main([], layOut("unknown", unknown), io)).toBe(0);
    const { out, err } = io.written();
    expect(out).toMatch(/^GET \/auth\/iam-sigv4 +UNKNOWN +not known +unknown +not known$/m);
    expect(err).toMatch(
      /^GET \/auth\/iam-sigv4 is not understood: aws_api_gateway_method\.\S+\.new_gate: got /m,
    );
  });
});

test("as a process: no stack, one line, status 2", async () => {
  expect(await runScript(["scripts/routes.ts"], { CDKTF_OUTDIR: "/nonexistent" })).toEqual({
    status: 2,
    out: "",
    err: expect.stringMatching(/^no .*cdk\.tf\.json: run 'make synth' first\n$/),
  });
});
