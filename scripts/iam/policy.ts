/**
 * An IAM policy document, as its JSON is written: every member that may be one value or a list of them is.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement: OneOrMany<PolicyStatement>;
}

export type OneOrMany<T> = T | readonly T[];

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: PolicyPrincipal;
  readonly NotPrincipal?: PolicyPrincipal;
  readonly Action?: OneOrMany<string>;
  readonly NotAction?: OneOrMany<string>;
  readonly Resource?: OneOrMany<string>;
  readonly NotResource?: OneOrMany<string>;
  readonly Condition?: Readonly<
    Record<string, Readonly<Record<string, OneOrMany<string | number | boolean>>>>
  >;
}

/** The principals of a resource-based statement: everyone, or lists by kind (`AWS`, `Service`, `Federated`). */
export type PolicyPrincipal = "*" | Readonly<Record<string, OneOrMany<string>>>;

/** What stands for a policy that could not be read: nothing passes for what it may deny. */
export const DENY_ALL: PolicyDocument = {
  Version: "2012-10-17",
  Statement: [{ Sid: "PolicyNotUnderstoodHere", Effect: "Deny", Action: "*", Resource: "*" }],
};

/** The values of a policy member that may be written as one value or as a list of them. */
export function toList<T extends string | number | boolean | object>(value: OneOrMany<T>): readonly T[] {
  return isList(value) ? value : [value];
}

const isList = Array.isArray as <T>(value: OneOrMany<T>) => value is readonly T[];
