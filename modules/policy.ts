/** A statement of an IAM policy; without a principal in an identity policy. */
export interface Statement {
  readonly sid: string;
  /** @default Allow */
  readonly effect?: "Allow" | "Deny";
  readonly actions: readonly string[];
  /** ARNs; absent in a trust policy, whose resource is the role itself. */
  readonly resources?: readonly string[];
  /** The statement's principals, `*` for everyone; only in trust and resource policies. */
  readonly principal?: Readonly<Record<string, string>> | "*";
  /** By operator and condition key; one of several values has to match. */
  readonly condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/**
 * Writes an IAM policy document as JSON. What no statement allows is denied.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function policyDocument(statements: readonly Statement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements.map(toStatementJson) });
}

/**
 * The trust policy of a role that one AWS service assumes, such as `lambda.amazonaws.com`.
 * @param accountId - the only account on whose behalf the service can assume the role, if the service reports it, as
 * Lambda does; @default any account: then only `iam:PassRole` controls who can have the service use the role
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
export function serviceTrust(service: string, accountId?: string): string {
  const condition =
    accountId === undefined ? undefined : { StringEquals: { "aws:SourceAccount": accountId } };
  return policyDocument([
    { sid: "Assume", actions: ["sts:AssumeRole"], principal: { Service: service }, condition },
  ]);
}

/** A name as a part of a statement's id, which takes letters and digits alone: `line-items` becomes `Lineitems`. */
export function statementWord(name: string): string {
  return name.replace(/[^A-Za-z0-9]+/g, "").replace(/^./, (letter) => letter.toUpperCase());
}

function toStatementJson(statement: Statement): Record<string, unknown> {
  return {
    Sid: statement.sid,
    Effect: statement.effect ?? "Allow",
    Principal: statement.principal,
    Action: oneOrMany(statement.actions),
    Resource: statement.resources && oneOrMany(statement.resources),
    Condition: statement.condition,
  };
}

/** AWS stores a list of one as its element; writing it so keeps a second plan empty. */
function oneOrMany(values: readonly string[]): string | readonly string[] {
  return values.length === 1 ? (values[0] as string) : values;
}
