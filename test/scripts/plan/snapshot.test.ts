import { takeApart } from "#plan/plan";
import { type ChangeDetails, planBetween } from "../../support/terraform-plan";

/** How a resource will be, of which one attribute is known after apply. */
function planned(
  expression: object | undefined,
  others: Parameters<typeof planBetween>[1] = {},
  details: Readonly<Record<string, ChangeDetails>> = {},
) {
  const plan = planBetween(
    {},
    { "aws_iam_policy.p": { name: "p", path: "/" }, ...others },
    {
      "aws_iam_policy.p": { unknown: { policy: true }, expressions: expression && { policy: expression } },
      ...details,
    },
  );
  const resource = takeApart(plan).after.get("aws_iam_policy.p");
  if (!resource) throw new Error("no policy");
  return resource;
}

const TABLE = { "aws_dynamodb_table.t": { name: "products" } };
const NEW_TABLE = { "aws_dynamodb_table.t": { unknown: { arn: true, id: true, stream_arn: true } } };
const ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/products";

test.each([
  {
    name: "a template with what follows from a name",
    expression: {
      constant_value: "x ${aws_dynamodb_table.t.arn}/*",
      references: ["aws_dynamodb_table.t.arn"],
    },
    text: `x ${ARN}/*`,
  },
  {
    name: "a template with what is known",
    expression: { constant_value: "${aws_dynamodb_table.t.name}" },
    text: "products",
  },
  {
    name: "a template with a function",
    expression: { constant_value: '${jsonencode({"a": aws_dynamodb_table.t.arn})}' },
    text: `{"a":"${ARN}"}`,
  },
])("what is known after apply is foreseen: $name", ({ expression, text }) => {
  expect(planned(expression, TABLE, NEW_TABLE).text("policy")).toBe(text);
});

test("what AWS will assign has a stand-in that means nothing to a policy", () => {
  const api = { 'aws_api_gateway_rest_api.a["*\\"?${x}"]': { name: "a" } };
  const details = { 'aws_api_gateway_rest_api.a["*\\"?${x}"]': { unknown: { id: true } } };
  const resource = takeApart(planBetween({}, api, details)).after.get(
    'aws_api_gateway_rest_api.a["*\\"?${x}"]',
  );
  expect(resource?.text("id")).toBeUndefined();
  expect(resource?.link("id")).toMatch(/^\(aws_api_gateway_rest_api\.a[A-Za-z0-9~]+\.id\)$/);
});

test.each([
  {
    name: "an expression that the plan does not have",
    expression: { references: ["aws_dynamodb_table.t.arn"] },
  },
  { name: "a reference to nothing", expression: { constant_value: "${aws_dynamodb_table.other.arn}" } },
  { name: "a local value", expression: { constant_value: "${local.arn}" } },
  {
    name: "a value that the provider computes",
    expression: { constant_value: "${terraform_data.d.output}" },
  },
  {
    name: "an argument that is not known",
    expression: { constant_value: "${aws_dynamodb_table.t.stream_arn}" },
  },
  { name: "itself", expression: { constant_value: "${aws_iam_policy.p.policy}" } },
  { name: "no expression", expression: { constant_value: "${" } },
])("what cannot be foreseen is not made up: $name", ({ expression }) => {
  const others = { ...TABLE, "terraform_data.d": {} };
  const details = {
    "terraform_data.d": { unknown: { output: true } },
    "aws_dynamodb_table.t": {
      unknown: { arn: true, stream_arn: true },
      expressions: { stream_arn: { references: ["var.x"] } },
    },
  };
  const policy = planned(expression, others, details);
  expect(policy.text("policy")).toBeUndefined();
  expect(policy.isUnknown("policy")).toBe(true);
});

test("a template that grows without end is not followed", () => {
  const names = Array.from({ length: 40 }, (_, index) => `aws_iam_policy.p${index}`);
  const after = Object.fromEntries([["aws_iam_policy.p", {}], ...names.map((name) => [name, {}])]);
  const doubled = (name: string) => `\${${name}.policy}\${${name}.policy}`;
  const details = Object.fromEntries([
    [
      "aws_iam_policy.p",
      {
        unknown: { policy: true },
        expressions: { policy: { constant_value: doubled("aws_iam_policy.p0") } },
      },
    ],
    ...names.map((name, index) => [
      name,
      {
        unknown: { policy: true },
        expressions: {
          policy: { constant_value: index === 39 ? "0123456789" : doubled(`aws_iam_policy.p${index + 1}`) },
        },
      },
    ]),
  ]);
  expect(
    takeApart(planBetween({}, after, details))
      .after.get("aws_iam_policy.p")
      ?.text("policy"),
  ).toBeUndefined();
});

describe("what belongs together is found before it has an id", () => {
  const METHOD = "aws_api_gateway_method.m";
  const RESOURCE = "aws_api_gateway_resource.r";

  test.each([
    {
      name: "by a template",
      expression: { constant_value: `\${${RESOURCE}.id}`, references: [`${RESOURCE}.id`, RESOURCE] },
    },
    {
      name: "by the one reference of another expression",
      expression: { references: [`${RESOURCE}.id`, RESOURCE] },
    },
  ])("$name", ({ expression }) => {
    const { after } = takeApart(
      planBetween(
        {},
        { [METHOD]: {}, [RESOURCE]: {} },
        {
          [METHOD]: { unknown: { resource_id: true }, expressions: { resource_id: expression } },
          [RESOURCE]: { unknown: { id: true } },
        },
      ),
    );
    expect(after.get(METHOD)?.link("resource_id")).toBe(after.get(RESOURCE)?.link("id"));
  });

  test("but not by one of several references", () => {
    const { after } = takeApart(
      planBetween(
        {},
        { [METHOD]: {}, [RESOURCE]: {} },
        {
          [METHOD]: {
            unknown: { resource_id: true },
            expressions: { resource_id: { references: [`${RESOURCE}.id`, RESOURCE, "var.x"] } },
          },
          [RESOURCE]: { unknown: { id: true } },
        },
      ),
    );
    expect(after.get(METHOD)?.link("resource_id")).not.toBe(after.get(RESOURCE)?.link("id"));
  });
});

test("a resource of a module is found by its module's references", () => {
  const plan = planBetween(
    {},
    {},
    {},
    {
      planned_values: {
        root_module: {
          child_modules: [
            {
              address: 'module.api["x"]',
              resources: [
                {
                  address: 'module.api["x"].aws_api_gateway_method.m',
                  type: "aws_api_gateway_method",
                  values: {},
                },
                {
                  address: 'module.api["x"].aws_api_gateway_resource.r',
                  type: "aws_api_gateway_resource",
                  values: { id: "r1" },
                },
              ],
            },
          ],
        },
      },
      resource_changes: [
        {
          address: 'module.api["x"].aws_api_gateway_method.m',
          type: "aws_api_gateway_method",
          change: { actions: ["create"], after_unknown: { resource_id: true } },
        },
      ],
      configuration: {
        root_module: {
          module_calls: {
            api: {
              module: {
                resources: [
                  {
                    address: "aws_api_gateway_method.m",
                    expressions: { resource_id: { constant_value: "${aws_api_gateway_resource.r.id}" } },
                  },
                ],
              },
            },
          },
        },
      },
    },
  );
  const { after } = takeApart(plan);
  expect(after.get('module.api["x"].aws_api_gateway_method.m')?.link("resource_id")).toBe("r1");
});

test("a resource that was moved is the same one before and after", () => {
  const plan = planBetween(
    { "aws_iam_role.old": { name: "a" } },
    { "aws_iam_role.new": { name: "a" } },
    { "aws_iam_role.new": { actions: ["no-op"], previousAddress: "aws_iam_role.old" } },
  );
  expect(takeApart(plan).before.get("aws_iam_role.new")?.text("name")).toBe("a");
});
