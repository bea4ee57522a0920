import { readablePlan } from "#saved-plan/readable-plan";
import { planBetween } from "../../support/terraform-plan";

const KEY = "Kx7pQ2mZ9vT4wB8nR5jL1cF6";
const MARKED = "aws_api_gateway_api_key.k";

/** The JSON of a plan that destroys a key, of which the provider marks the value, and its copy in a usage plan. */
const json = JSON.stringify(
  planBetween(
    { [MARKED]: { value: KEY }, "aws_api_gateway_usage_plan_key.k": { value: KEY, name: "demo" } },
    {},
    { [MARKED]: { beforeSensitive: { value: true } } },
  ),
);

test.each([
  ["the copy in a usage plan", `- value = "${KEY}" -> null`, "- value = (sensitive value) -> null"],
  ["a copy that nothing marks", `+ "KEY" = "${KEY}"`, '+ "KEY" = "(sensitive value)"'],
  ["a part of a text", `~ url = "https://a/?key=${KEY}&b"`, '~ url = "https://a/?key=(sensitive value)&b"'],
  ["a key that is not in the JSON", '+ value = "another-key"', "+ value = (sensitive value)"],
])("of a plan's text, %s is taken out", (_name, line, redacted) => {
  expect(readablePlan(`first\n  ${line}\nlast\n`, json)).toBe(`first\n  ${redacted}\nlast\n`);
});

test("of a plan's text, all else stays", () => {
  const text = '  + name = "demo"\n  + tags = {}\nPlan: 2 to add\n';
  expect(readablePlan(text, json)).toBe(text);
});
