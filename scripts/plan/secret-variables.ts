import { isList, isObject, type Value } from "#terraform/value";
import { looksSecret } from "#text/looks-secret";
import { at } from "./read-plan";

/**
 * Marks the variables of a function or of a stage that look like secrets. Neither Terraform nor the provider marks them,
 * and AWS shows them to each principal that may read the resource.
 *
 * @param type - of the resource
 * @param values - its attributes
 * @returns marks as Terraform makes them, none where no variable looks like a secret
 */
export function secretVariables(type: string, values: Value): readonly Value[] {
  switch (type) {
    case "aws_lambda_function": {
      const blocks = at(values, "environment");
      return [{ environment: (isList(blocks) ? blocks : []).map(marksIn) }];
    }
    case "aws_api_gateway_stage":
      return [marksIn(values)];
    default:
      return [];
  }
}

function marksIn(holder: Value): Value {
  const variables = at(holder, "variables");
  if (!isObject(variables)) return {};
  const marks = Object.entries(variables).map(
    ([name, value]) => [name, typeof value === "string" && looksSecret(name, value)] as const,
  );
  return { variables: Object.fromEntries(marks.filter(([, isSecret]) => isSecret)) };
}
