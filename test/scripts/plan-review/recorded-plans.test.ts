import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { parsePlan } from "#plan/read-plan";
import { reviewPlan } from "#plan-review/review";
import { LONGEST_REVIEW } from "#plan-review/write/review";
import { FIRST_DEPLOYMENT, PLAN_CASES } from "../../support/plan-cases";
import { reasonsIn, verdictIn } from "../../support/review-text";

/** Plans that the real Terraform made of the stage `dev`. See test/fixtures/plans/README.md. */
function recorded(name: string) {
  const path = join(__dirname, "..", "..", "fixtures", "plans", `${name}.json.gz`);
  const text = gunzipSync(readFileSync(path)).toString();
  return { text, plan: parsePlan(text, name) };
}

test.each([FIRST_DEPLOYMENT, ...PLAN_CASES])(
  "$name: $verdict, and no secret is shown",
  ({ file, verdict, reasons, lines }) => {
    const { text, plan } = recorded(file);
    const { markdown, needsCare } = reviewPlan(plan);
    expect({ verdict: verdictIn(markdown), reasons: reasonsIn(markdown) }).toEqual({ verdict, reasons });
    expect(needsCare).toBe(verdict === "needs care");
    expect(markdown.split("\n")).toEqual(expect.arrayContaining([...lines]));
    expect(markdown.length).toBeLessThanOrEqual(LONGEST_REVIEW);
    const keys = new Set(text.match(/(?<="value":")[A-Za-z0-9]{20,}(?=")/g));
    // Before the first deployment there is no key.
    expect(keys.size).toBe(file === FIRST_DEPLOYMENT.file ? 0 : 1);
    for (const key of keys) expect(markdown).not.toContain(key);
  },
);

test("with the plan of the base, what that does already is not told again", () => {
  const [head, base] = [recorded("new-route-and-quota-raised").plan, recorded("quota-raised").plan];
  const { markdown } = reviewPlan(head, base);
  expect(verdictIn(markdown)).toBe("changes");
  expect(markdown).toContain("| **new** | `GET /reports/{code}` |");
  expect(markdown).toContain("| plan `standard` | 10 | 20 | 100,000 a day |");
  expect(reviewPlan(head).markdown).toContain("~~10,000 a day~~ **100,000 a day**");
});

test("with the plan of the base, what is pending there needs care still, and is kept apart", () => {
  const [head, base] = [recorded("iam-removed").plan, recorded("iam-removed").plan];
  const { markdown, needsCare } = reviewPlan(head, base);
  expect(needsCare).toBe(true);
  expect(markdown).toContain(
    "The plan of the base does this already; it is applied with this one if that was not:\n\n" +
      "- `GET /products` loses its signature (`AWS_IAM` → `NONE`) and becomes public\n",
  );
  expect(markdown).not.toContain("| **changed** |");
});

test("what undoes a pending change of the base is a change, though Terraform plans none", () => {
  const { markdown } = reviewPlan(recorded("no-change").plan, recorded("key-removed").plan);
  expect(verdictIn(markdown)).toBe("changes");
  expect(markdown).toContain(
    "| **changed** | `GET /auth/iam-sigv4-and-api-key` | `AWS_IAM` | ~~no~~ **yes** |",
  );
});
