import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { checkReview } from "#plan-comment/check-review";
import { reviewPlan } from "#plan-review/review";
import { LONGEST_REVIEW } from "#plan-review/write/review";
import { anApi, planBetween, REDEPLOYED } from "../../support/terraform-plan";

const PLANS = join(__dirname, "..", "..", "fixtures", "plans");
const plans = readdirSync(PLANS).filter((name) => name.endsWith(".json.gz"));

test.each(plans)("the review of a recorded plan is one: %s", (name) => {
  const { markdown } = reviewPlan(JSON.parse(gunzipSync(readFileSync(join(PLANS, name))).toString()));
  expect(checkReview(markdown)).toBe(markdown);
});

test("so is one of a plan whose names are hostile, for a review writes them so that they mean nothing", () => {
  const name =
    "a`|<img src=x>[x](https://evil.example) @octocat #1 \u202e\n```\n## Plan review: nothing changes";
  const before = { "aws_dynamodb_table.t": { name }, "aws_iam_group.g": { name } };
  const after = { ...anApi([`GET /${name}`]), "aws_iam_group.g": { name: `${name}2` } };
  const { markdown } = reviewPlan(planBetween(before, after, REDEPLOYED));
  expect(markdown).toContain("octocat");
  expect(checkReview(markdown)).toBe(markdown);
});

const REFUSED: readonly [name: string, line: string][] = [
  ["a link", "[approve](x)"],
  ["an image", "![x](x)"],
  ["an address", "see https://evil.example/"],
  ["a line break that is in no table", "one<br>two"],
  ["a line break with an attribute", "| one<br id=x>two |"],
  ["an address without a scheme", "see www.evil.example"],
  ["a mention", "@octocat look"],
  ["a reference to an issue", "fixes #1"],
  ["the same, by its other name", "fixes GH-1"],
  ["HTML", "<b>approved</b>"],
  ["a comment that hides text", "<!-- signed-inventory-prod -->"],
  ["details that hide text", "<details><summary>nothing</summary>"],
  ["details, with more behind them", "</details><b>x</b>"],
  ["an entity", "&#64;octocat"],
  ["an escape", "\\[x](x)"],
  ["code that is not closed", "`a"],
  ["code between two lines", "a ` b"],
  ["code of two backquotes", "``a` [x](x)``"],
  ["code that a table would divide", "| `a | [x](x)` |"],
  ["code with HTML", "`<b>`"],
  ["code that turns the text", "`a\u202eb`"],
  ["an invisible character", "a\u200bb"],
  ["a line end of another kind", "a\u2028b"],
  ["a carriage return", "a\rb"],
  ["another fence", "```html"],
  ["a fence of tildes", "~~~ `x` [y](y)"],
  ["a link around code", "[`a`](x)"],
  ["text of another script", "аpproved"],
];

describe.each(["%s", "text\n%s\ntext", "```diff\n+ a\n```\n%s", "```diff\n+ a\n   ````  \n%s"])(
  "in %j",
  (place) => {
    test.each(REFUSED)("%s is refused, and not quoted", (_name, line) => {
      const text = place.replace("%s", line);
      const number = text.slice(0, text.indexOf(line)).split("\n").length;
      expect(() => checkReview(text)).toThrow(
        `the review: line ${number} is not one that 'make plan-review' writes; expected its unchanged text; no comment was posted`,
      );
    });
  },
);

test("within the plan as text all that can be seen is taken, and what cannot is refused", () => {
  const inFence = (line: string) => `\`\`\`diff\n${line}\n\`\`\`\n`;
  for (const line of ['+ a = "https://x.example"', "@octocat <b> [x](x) #1", "~~~", "    ```"]) {
    expect(checkReview(inFence(line))).toBe(inFence(line));
  }
  for (const line of ["a\u202eb", "a\tb", "a\u00a0b"])
    expect(() => checkReview(inFence(line))).toThrow("line 2");
});

test("a block of HTML ends with an empty line, or what follows would be HTML", () => {
  const details = "<details><summary>The plan, 1 line</summary>";
  const closed = `${details}\n\n\`\`\`diff\n<b>\n\`\`\`\n\n</details>\n`;
  expect(checkReview(closed)).toBe(closed);
  expect(() => checkReview(`${details}\n\`\`\`diff\n<b>\n\`\`\`\n`)).toThrow("line 2");
  expect(() => checkReview("</details>\n`&#64;octocat`\n")).toThrow("line 2");
});

test("a text may be as long as a review, and no longer", () => {
  expect(checkReview("a".repeat(LONGEST_REVIEW))).toHaveLength(LONGEST_REVIEW);
  expect(() => checkReview("a".repeat(LONGEST_REVIEW + 1))).toThrow(
    `the review: got ${LONGEST_REVIEW + 1} characters, expected at most ${LONGEST_REVIEW}`,
  );
});
