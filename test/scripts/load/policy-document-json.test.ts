import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load, type Properties, policy, problemsOf } from "./minimal-stack";

/** What the AWS provider made of the arguments of `aws_iam_policy_document`. */
interface Recorded {
  readonly rows: readonly {
    readonly name: string;
    readonly arguments: Properties;
    readonly json: string;
    readonly minifiedJson: string;
  }[];
  readonly refused: readonly { readonly name: string; readonly arguments: Properties }[];
}

const fixture = join(__dirname, "../../fixtures/terraform/policy-documents.json");
const recorded = JSON.parse(readFileSync(fixture, "utf8")) as Recorded;

function outputs(documentArguments: Properties) {
  const changes = {
    "data.aws_iam_policy_document.d": documentArguments,
    "output.json": { value: "${data.aws_iam_policy_document.d.json}" },
    "output.minified": { value: "${data.aws_iam_policy_document.d.minified_json}" },
  };
  return { changes, read: () => load(changes).outputs };
}

describe("aws_iam_policy_document, byte for byte as the AWS provider writes it", () => {
  test.each(recorded.rows.map((row) => [row.name, row] as const))("%s", (_, row) => {
    const { json, minified } = outputs(row.arguments).read();
    expect(json?.value).toBe(row.json);
    expect(minified?.value).toBe(row.minifiedJson);
  });

  test.each(recorded.refused.map((row) => [row.name, row] as const))("refuses %s", (_, row) => {
    expect(problemsOf(outputs(row.arguments).changes)).toHaveLength(1);
  });

  test("values of one condition that is written twice are joined", () => {
    const condition = ["1", "2"].map((value) => ({
      test: "StringEquals",
      variable: "aws:a",
      values: [value],
    }));
    const { minified } = outputs({ statement: [{ actions: ["a:b"], resources: ["*"], condition }] }).read();
    expect(minified?.value).toBe(
      policy({ Action: "a:b", Resource: "*", Condition: { StringEquals: { "aws:a": ["1", "2"] } } }),
    );
  });

  test("an argument that is not known is refused", () => {
    const { changes } = outputs({ statement: [{ actions: ["a:b"], resource: ["*"] }] });
    expect(problemsOf(changes)).toEqual([
      ["data.aws_iam_policy_document.d.statement.resource", "a property that is not known"],
    ]);
  });
});
