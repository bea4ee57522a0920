import { reviewPlan } from "#plan-review/review";
import { reasonsIn } from "../../support/review-text";
import { allow, aRole, planBetween } from "../../support/terraform-plan";

const TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/products";
const before = { ...aRole("r"), ...aRole("s") };
const wider = { ...aRole("r", allow("dynamodb:PutItem", TABLE)), ...aRole("s") };
const aside = "The plan of the base does this already";

describe("on a base that adds a role whose name begins otherwise, so that names are written out", () => {
  const base = planBetween(before, { ...before, "aws_iam_role.o": { name: "other" } });

  test("what the change brings is not said of the base as well", () => {
    const { markdown } = reviewPlan(planBetween(before, wider), base);
    expect(reasonsIn(markdown)).toEqual([
      `role \`stack-r\` gains \`dynamodb:PutItem\` on \`table/products\``,
    ]);
    expect(markdown).not.toContain(aside);
  });

  test("what the base brings is said of it", () => {
    const plan = planBetween(before, { ...wider, "aws_iam_role.o": { name: "other" } });
    const { markdown, needsCare } = reviewPlan(plan, plan);
    expect(needsCare).toBe(true);
    expect(markdown).toContain(
      `${aside}; it is applied with this one if that was not:\n\n- role \`stack-r\` gains`,
    );
  });
});
