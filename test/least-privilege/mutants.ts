import type { NamedPolicy } from "#iam/identity";
import { type OneOrMany, type PolicyPrincipal, type PolicyStatement, toList } from "#iam/policy";
import { widenAction, widenResource } from "./around";
import { CATALOGUE, serviceOf } from "./catalogue";
import { allowing, type Question } from "./question";
import type { Asked, Subject } from "./violations";

/**
 * Every way to say one thing less or more in the policies of a subject: a statement taken out or turned round, an
 * action, resource, principal or condition taken out, widened or exchanged. They are asked the same.
 */
export function mutants(subject: Subject): Asked[] {
  const nearestFirst = orderQuestions(subject.questions, ({ near }) => near);
  return places(subject).flatMap(({ policy, put }) => {
    const statements = toList(policy.document.Statement);
    return statements.flatMap((statement, index) =>
      changes(statement).map(({ how, action, into }): Asked => {
        const Statement = statements.toSpliced(index, 1, ...into);
        return {
          name: `${policy.address} "${statement.Sid ?? index}": ${how}`,
          policies: put({ ...policy, document: { ...policy.document, Statement } }),
          questions: nearestFirst(action),
        };
      }),
    );
  });
}

/** The subject with one more policy, for every service one that allows all of it. */
export function endowments({ name, policies, questions }: Subject): Asked[] {
  const ofServiceFirst = orderQuestions(questions, ({ request }) => serviceOf(request.action));
  return [...CATALOGUE.keys()].map((service) => ({
    name: `${name}: given ${service}:*`,
    policies: { ...policies, identity: [...policies.identity, allowing(`${service}:*`)] },
    questions: ofServiceFirst(service),
  }));
}

// ---------------------------------------------------------------------------------------------------- internal

interface Place {
  readonly policy: NamedPolicy;
  readonly put: (policy: NamedPolicy) => Subject["policies"];
}

function places({ policies }: Subject): Place[] {
  const { identity, trust, resource } = policies;
  return [
    ...identity.map((policy, index) => ({
      policy,
      put: (changed: NamedPolicy) => ({ ...policies, identity: identity.with(index, changed) }),
    })),
    ...(trust ? [{ policy: trust, put: (changed: NamedPolicy) => ({ ...policies, trust: changed }) }] : []),
    ...(resource
      ? [{ policy: resource, put: (changed: NamedPolicy) => ({ ...policies, resource: changed }) }]
      : []),
  ];
}

/** All questions, but first those of a group: most mutants fail one of them. */
function orderQuestions(
  questions: readonly Question[],
  groupOf: (question: Question) => string | undefined,
): (group: string) => Iterable<Question> {
  const groups = new Map<string | undefined, Question[]>();
  for (const question of questions) {
    const group = groups.get(groupOf(question));
    if (group) group.push(question);
    else groups.set(groupOf(question), [question]);
  }
  return (group) => ({
    *[Symbol.iterator]() {
      yield* groups.get(group) ?? [];
      yield* questions;
    },
  });
}

interface Change {
  readonly how: string;
  /** An action that it tells on. */
  readonly action: string;
  /** What stands there instead. */
  readonly into: readonly PolicyStatement[];
}

function changes(statement: PolicyStatement): Change[] {
  const { Effect, Action = [], Resource, Principal, Condition } = statement;
  const [first = ""] = toList(Action);
  const change = (how: string, more: Partial<PolicyStatement>, action = first): Change => ({
    how,
    action,
    into: [{ ...statement, ...more }],
  });
  return [
    { how: "taken out", action: first, into: [] },
    change("turned round", { Effect: Effect === "Allow" ? "Deny" : "Allow" }),
    change("Action into NotAction", { Action: undefined, NotAction: Action }),
    ...listChanges(Action, widenAction).map(({ how, value, values }) =>
      change(`Action ${how}`, { Action: values }, value),
    ),
    ...(Resource === undefined
      ? []
      : [change("Resource into NotResource", { Resource: undefined, NotResource: Resource })]),
    ...listChanges(Resource ?? [], widenResource).map(({ how, value, values }) => {
      const ofService = toList(Action).find((action) => serviceOf(action) === serviceOf(value));
      return change(`Resource ${how}`, { Resource: values }, ofService);
    }),
    ...principalChanges(Principal).map(([how, changed]) =>
      change(`Principal ${how}`, { Principal: changed }),
    ),
    ...conditionChanges(Effect, Condition).map(([how, changed]) =>
      change(`Condition ${how}`, { Condition: changed }),
    ),
  ];
}

interface ListChange {
  readonly how: string;
  /** The value that is another or gone. */
  readonly value: string;
  readonly values: readonly string[];
}

/** Each value taken out, where another is left, and each widened. */
function listChanges(given: OneOrMany<string>, widen: (value: string) => readonly string[]): ListChange[] {
  const values = toList(given);
  return values.flatMap((value, index) => [
    ...(values.length > 1 ? [{ how: `without ${value}`, value, values: values.toSpliced(index, 1) }] : []),
    ...widen(value).map((wider) => ({
      how: `${value} into ${wider}`,
      value,
      values: values.with(index, wider),
    })),
  ]);
}

const STRANGERS: Readonly<Record<string, string>> = {
  AWS: "arn:aws:iam::444455556666:root",
  Service: "ec2.amazonaws.com",
  Federated: "cognito-identity.amazonaws.com",
};

function principalChanges(principal: PolicyPrincipal | undefined): [string, PolicyPrincipal][] {
  if (principal === undefined || principal === "*") return [];
  return [
    ["into *", "*"],
    ["with AWS *", { ...principal, AWS: "*" }],
    ...Object.entries(STRANGERS).map(([kind, stranger]): [string, PolicyPrincipal] => [
      `with ${kind} ${stranger}`,
      { ...principal, [kind]: [...toList(principal[kind] ?? []), stranger] },
    ]),
    ...Object.keys(principal).map((kind): [string, PolicyPrincipal] => [
      `with another ${kind}`,
      { ...principal, [kind]: STRANGERS[kind] ?? "" },
    ]),
  ];
}

type Condition = NonNullable<PolicyStatement["Condition"]>;

/** Each key taken out or, of an Allow, asked for only if it exists; and each of its values taken out or widened. */
function conditionChanges(
  effect: PolicyStatement["Effect"],
  condition: Condition = {},
): [string, Condition][] {
  return Object.entries(condition).flatMap(([operator, keys]) =>
    Object.entries(keys).flatMap(([key, given]) => {
      const { [key]: _, ...others } = keys;
      const without: Condition = { ...condition, [operator]: others };
      const put = (as: string, values: readonly string[]): Condition => ({
        ...without,
        [as]: { ...without[as], [key]: values },
      });
      const values = toList(given).map(String);
      const like = operator.startsWith("String") ? "StringLike" : operator;
      const widen = operator === "Bool" ? (value: string) => [String(value !== "true")] : widenResource;
      return [
        [`without ${key}`, without],
        ...(effect === "Allow" ? [[`${key} if it exists`, put(`${operator}IfExists`, values)]] : []),
        ...listChanges(values, widen).map((each) => [`${key} ${each.how}`, put(like, each.values)]),
      ] as [string, Condition][];
    }),
  );
}
