import type { PolicyDocument, PolicyStatement } from "./policy";

/** A policy that is not fully understood, so that no part of it can be enforced. */
export class PolicyError extends Error {
  override readonly name = "PolicyError";

  /** The policy's Terraform address. */
  readonly address: string;
  /** The part of the policy: `Statement[1] ("ReadProducts").Effect`; empty for all of it. */
  readonly where: string;

  constructor(address: string, where: string, problem: string) {
    super(`${address}: ${where}${where === "" ? "" : ": "}${problem}`);
    this.address = address;
    this.where = where;
  }
}

/** What a policy is attached to: an identity (or its boundary or session), a resource, or a role as its trust policy. */
export type PolicyUse = "identity" | "resource" | "trust";

/**
 * Reads a policy's JSON strictly: additional or missing elements are refused rather than ignored, because the rest
 * would not be the policy that AWS enforces.
 * @param json - the text of the policy document
 * @param address - the Terraform address it came from, for the error
 * @throws PolicyError naming the address, the statement and what was expected
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function parsePolicy(json: string, address: string, use: PolicyUse): PolicyDocument {
  const at = (where: string): Position => ({ address, where, use });
  const document = asObject(parseJson(json, address), at(""));
  allowMembers(document, ["Version", "Id", "Statement"], at(""));
  checkVersion(document["Version"], at("Version"));
  if (document["Id"] !== undefined) asText(document["Id"], at("Id"));
  const statements = listOf(document["Statement"], at("Statement"));
  statements.forEach((statement, index) => {
    checkStatement(asObject(statement, at(`Statement[${index}]`)), at(`Statement[${index}]`));
  });
  refuseSameSid(statements as readonly Json[], at("Statement"));
  return document as unknown as PolicyDocument;
}

interface Position {
  readonly address: string;
  readonly where: string;
  readonly use: PolicyUse;
}

type Json = Readonly<Record<string, unknown>>;

function refuse(position: Position, problem: string): never {
  throw new PolicyError(position.address, position.where, problem);
}

function inside(position: Position, member: string): Position {
  return { ...position, where: position.where === "" ? member : `${position.where}.${member}` };
}

function parseJson(json: string, address: string): unknown {
  try {
    const value: unknown = JSON.parse(json);
    if (countKeys(value) === countKeyTexts(json)) return value;
  } catch (error) {
    throw new PolicyError(address, "", `not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  throw new PolicyError(address, "", "a member is written twice in one object; keep one of them");
}

function countKeys(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const members: unknown[] = Object.values(value);
  return (
    (Array.isArray(value) ? 0 : members.length) +
    members.reduce<number>((sum, each) => sum + countKeys(each), 0)
  );
}

/** In valid JSON, a string before a colon is a member's name. */
function countKeyTexts(json: string): number {
  return Array.from(json.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)).filter((match) => match[1] !== undefined)
    .length;
}

function checkVersion(version: unknown, position: Position): void {
  if (version === "2012-10-17" || version === "2008-10-17") return;
  const got = version === undefined ? "missing" : `${JSON.stringify(version)}`;
  refuse(
    position,
    `${got}; expected "2012-10-17" (or "2008-10-17", in which policy variables are plain text)`,
  );
}

const STATEMENT_MEMBERS = [
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
] as const satisfies readonly (keyof PolicyStatement)[];

function checkStatement(statement: Json, unnamed: Position): void {
  const sid = statement["Sid"];
  const isNamed = typeof sid === "string" && sid !== "";
  const position = { ...unnamed, where: `${unnamed.where}${isNamed ? ` ("${sid}")` : ""}` };
  allowMembers(statement, STATEMENT_MEMBERS, position);
  // AWS managed policies have an empty Sid, which names nothing.
  if (sid !== undefined && sid !== "") asText(sid, inside(position, "Sid"));
  checkEffect(statement["Effect"], inside(position, "Effect"));
  checkPatterns(exactlyOne(statement, "Action", position), checkAction, position);
  checkPrincipals(statement, position);
  checkResources(statement, position);
  if (statement["Condition"] !== undefined)
    checkCondition(statement["Condition"], inside(position, "Condition"));
}

/** Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html */
function refuseSameSid(statements: readonly Json[], position: Position): void {
  const sids = statements
    .map((statement) => statement["Sid"])
    .filter((sid) => sid !== undefined && sid !== "");
  const twice = sids.find((sid, index) => sids.indexOf(sid) !== index);
  if (twice !== undefined) {
    refuse(
      position,
      `two statements with the Sid ${JSON.stringify(twice)}; expected one of each, rename one`,
    );
  }
}

function checkEffect(effect: unknown, position: Position): void {
  if (effect === "Allow" || effect === "Deny") return;
  refuse(position, `${describe(effect)}; expected "Allow" or "Deny" (case-sensitive)`);
}

/** `NAME` or `NotNAME`, whichever of the two is there; both or neither are refused. */
function exactlyOne(statement: Json, name: string, position: Position): [string, unknown] {
  const present = [name, `Not${name}`].filter((member) => statement[member] !== undefined);
  const [member] = present;
  if (member === undefined) refuse(position, `neither ${name} nor Not${name}; expected one of them`);
  if (present.length > 1) refuse(position, `both ${name} and Not${name}; expected one of them`);
  return [member, statement[member]];
}

function checkPatterns(
  [member, value]: [string, unknown],
  check: (text: string, position: Position) => void,
  position: Position,
): void {
  for (const each of listOf(value, inside(position, member))) {
    check(asText(each, inside(position, member)), inside(position, member));
  }
}

function checkAction(action: string, position: Position): void {
  if (action === "*" || /^[A-Za-z0-9-]+:[A-Za-z0-9*?_-]+$/.test(action)) return;
  refuse(position, `"${action}"; expected "*" or "service:Name", the service without wildcards`);
}

function checkResources(statement: Json, position: Position): void {
  if (position.use !== "trust") {
    checkPatterns(exactlyOne(statement, "Resource", position), checkResource, position);
  } else if (statement["Resource"] !== undefined || statement["NotResource"] !== undefined) {
    refuse(position, "a trust policy has no Resource, because the role is the resource; remove it");
  }
}

function checkResource(resource: string, position: Position): void {
  const isArn = resource === "*" || resource.startsWith("arn:");
  if (isArn || (position.use === "resource" && resource.startsWith("execute-api:/"))) return;
  refuse(position, `"${resource}"; expected an ARN or "*"`);
}

function checkPrincipals(statement: Json, position: Position): void {
  if (position.use !== "identity") {
    const [member, value] = exactlyOne(statement, "Principal", position);
    checkPrincipal(value, inside(position, member));
  } else if (statement["Principal"] !== undefined || statement["NotPrincipal"] !== undefined) {
    refuse(
      position,
      "an identity-based policy has no Principal, because it applies to the identity it is attached to; remove it",
    );
  }
}

const ACCOUNT = /^\d{12}$/;
const IAM_PRINCIPAL =
  /^arn:[a-z-]+:(?:iam::\d{12}:(?:root|(?:role|user)\/.+)|sts::\d{12}:assumed-role\/[^/]+\/[^/]+)$/;

function checkPrincipal(value: unknown, position: Position): void {
  if (value === "*") return;
  const kinds = asObject(value, position, `"*" or an object such as {"AWS": "arn:…"}`);
  allowMembers(kinds, ["AWS", "Service", "Federated"], position);
  if (Object.keys(kinds).length === 0)
    refuse(position, "names no principal; expected AWS, Service or Federated");
  for (const [kind, names] of Object.entries(kinds)) {
    const check = kind === "AWS" ? checkAwsPrincipal : checkNamedPrincipal;
    checkPatterns([kind, names], check, position);
  }
}

function checkAwsPrincipal(name: string, position: Position): void {
  if (name === "*" || ACCOUNT.test(name) || (IAM_PRINCIPAL.test(name) && !/[*?]/.test(name))) return;
  refuse(
    position,
    `"${name}"; expected "*", an account id, or the ARN of an account's root, a role, user or session`,
  );
}

function checkNamedPrincipal(name: string, position: Position): void {
  if (!/^[^*?\s]+$/.test(name)) refuse(position, `"${name}"; expected a name without wildcards`);
}

function checkCondition(value: unknown, position: Position): void {
  for (const [operator, keys] of Object.entries(asObject(value, position))) {
    const operatorPosition = inside(position, operator);
    const entries = Object.entries(asObject(keys, operatorPosition));
    if (entries.length === 0) refuse(operatorPosition, "names no condition key; remove it or add one");
    for (const [key, values] of entries) {
      for (const each of listOf(values, inside(operatorPosition, key))) {
        checkConditionValue(each, inside(operatorPosition, key));
      }
    }
  }
}

function checkConditionValue(value: unknown, position: Position): void {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return;
  refuse(position, `${describe(value)}; expected a string, number or Boolean, or a list of them`);
}

function allowMembers(object: Json, allowed: readonly string[], position: Position): void {
  const stray = Object.keys(object).find((member) => !allowed.includes(member));
  if (stray !== undefined) refuse(position, `"${stray}" is not a member; expected ${allowed.join(", ")}`);
}

/** The values of a member that may be one value or a list; no value at all is refused. */
function listOf(value: unknown, position: Position): readonly unknown[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (value === undefined || values.length === 0) {
    refuse(position, `${value === undefined ? "missing" : "an empty list"}; expected one value or more`);
  }
  return values;
}

function asText(value: unknown, position: Position): string {
  if (typeof value !== "string" || value === "")
    refuse(position, `${describe(value)}; expected a non-empty string`);
  return value;
}

function asObject(value: unknown, position: Position, expected = "an object"): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    refuse(position, `${describe(value)}; expected ${expected}`);
  }
  return value as Json;
}

function describe(value: unknown): string {
  return value === undefined ? "missing" : `got ${JSON.stringify(value)}`;
}
