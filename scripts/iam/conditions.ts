import { CONDITION_OPERATORS, type ConditionOperator } from "./operators";
import { type OneOrMany, type PolicyStatement, toList } from "./policy";
import { lookUp, type RequestContext } from "./request-context";
import type { Variables } from "./variables";
import { every, not, some, unknown, type Verdict } from "./verdict";

type Condition = NonNullable<PolicyStatement["Condition"]>;
type ConditionValue = string | number | boolean;

/** One line of a `Condition`: an operator, a key, and the values it is compared with. */
export interface ConditionTest {
  readonly operator: string;
  readonly key: string;
  readonly values: OneOrMany<ConditionValue>;
}

/** The tests of a `Condition`, all of which have to hold. */
export function conditionTests(condition: Condition = {}): ConditionTest[] {
  return Object.entries(condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({ operator, key, values })),
  );
}

const OPERATOR = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/;

/**
 * Whether a test holds: one of its values has to match, or none of them if the operator is negated. A key that is
 * absent from the request matches nothing: then `ForAllValues` holds, `ForAnyValue` does not hold, even with `IfExists`
 * (the second source), and other operators hold if they are negated or end in `IfExists`. If the operator or the key's
 * value is not known here, the result is unknown.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_multi-value-conditions.html,
 *   https://repost.aws/questions/QU9HFmDzP0QGuU-fd7rS6B7w/foranyvalue-stringequalsifexists-behaving-unexpectedly
 */
export function evaluateCondition(
  test: ConditionTest,
  context: RequestContext,
  variables: Variables,
): Verdict {
  const [, quantifier, name = "", ifExists] = OPERATOR.exec(test.operator) ?? [];
  const wanted = toList(test.values).map(String);
  const found = lookUp(context, test.key);
  if (found === "unknown") return unknown(`condition key "${test.key}" cannot be known here`);
  if (test.operator === "Null") return some(wanted, (value) => isNull(value, found));
  const operator = CONDITION_OPERATORS.get(name);
  if (operator === undefined) return unknown(`condition operator "${test.operator}" is not known`);

  const values = found === "absent" ? [] : withoutEmpty(found, quantifier);
  if (values.length === 0) {
    return quantifier === undefined
      ? operator.negated || ifExists !== undefined
      : quantifier === "ForAllValues";
  }
  const holds = (value: string): Verdict => compare(operator, wanted, value, variables);
  if (quantifier === "ForAnyValue") return some(values, holds);
  if (quantifier === undefined && values.length > 1) {
    return unknown(`condition key "${test.key}" has several values, which needs ForAllValues or ForAnyValue`);
  }
  return every(values, holds);
}

function compare(
  operator: ConditionOperator,
  wanted: readonly string[],
  value: string,
  variables: Variables,
): Verdict {
  const matches = some(wanted, (each) => operator.matches(each, value, variables));
  return operator.negated ? not(matches) : matches;
}

/** To a set operator, a key whose value is an empty string is a key without values. */
function withoutEmpty(values: readonly string[], quantifier: string | undefined): readonly string[] {
  return quantifier === undefined ? values : values.filter((value) => value !== "");
}

/** AWS documents only for set operators whether an empty value counts as no value. */
function isNull(wanted: string, found: readonly string[] | "absent"): Verdict {
  if (wanted !== "true" && wanted !== "false") return unknown(`"${wanted}" is not a value of Null`);
  if (found !== "absent" && found.every((value) => value === "")) {
    return unknown("whether Null takes an empty value for none is not known");
  }
  return (wanted === "true") === (found === "absent");
}
