import { unsupported } from "#terraform/problem";
import { isList, isObject } from "#terraform/value";
import type { ValuesOf } from "./tables/index";

type Arguments = ValuesOf<"data.aws_iam_policy_document">;
type StatementArguments = Arguments["statement"][number];

/** A policy document as JSON; its statements are checked when it is used. */
interface Document {
  Version?: unknown;
  Id?: unknown;
  Statement: readonly Statement[];
}
type Statement = Readonly<Record<string, unknown>>;

/**
 * The JSON of an `aws_iam_policy_document`, as the AWS provider writes it: source documents first, then the statements,
 * then overriding documents; a statement replaces an earlier one with the same `Sid`.
 * @param indent - spaces a level
 * @throws Unsupported
 * Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
 */
export function policyDocumentJson(document: Arguments, address: string, indent = 0): string {
  const own = {
    Version: document.version,
    Id: document.policy_id,
    Statement: document.statement.map((statement) => toStatement(statement, document.version, address)),
  };
  const sources = document.source_policy_documents.map((text) =>
    parse(text, `${address}.source_policy_documents`),
  );
  const overrides = document.override_policy_documents.map((text) =>
    parse(text, `${address}.override_policy_documents`),
  );
  refuseSameSid([own], `${address}.statement`);
  refuseSameSid(sources, `${address}.source_policy_documents`);
  const { Statement, ...rest } = [...sources, own, ...overrides].reduce(merge);
  const merged = { ...rest, Statement: Statement.length === 0 ? undefined : Statement };
  return JSON.stringify(merged, undefined, indent);
}

function toStatement(statement: StatementArguments, version: string, address: string): Statement {
  const withVariables = (texts: readonly string[]) =>
    texts.map((text) => putVariables(text, version, address));
  return {
    Sid: statement.sid || undefined,
    Effect: statement.effect,
    Action: oneOrMany(descending(statement.actions)),
    NotAction: oneOrMany(descending(statement.not_actions)),
    Resource: oneOrMany(descending(withVariables(statement.resources))),
    NotResource: oneOrMany(descending(withVariables(statement.not_resources))),
    Principal: toPrincipal(statement.principals, withVariables),
    NotPrincipal: toPrincipal(statement.not_principals, withVariables),
    Condition: toCondition(statement.condition, withVariables),
  };
}

/** `&{aws:username}` stands for the policy variable, because Terraform would read `${…}` as a reference. */
function putVariables(text: string, version: string, address: string): string {
  if (!text.includes("&{")) return text;
  if (version === "2012-10-17") return text.replaceAll("&{", "${");
  throw unsupported(
    address,
    `a policy variable in version ${version}`,
    "version 2012-10-17",
    "remove the version",
  );
}

type Texts = readonly string[];

function toPrincipal(
  principals: StatementArguments["principals"],
  withVariables: (texts: Texts) => Texts,
): unknown {
  if (principals.length === 0) return undefined;
  const [first] = principals;
  if (principals.length === 1 && first?.type === "*" && first.identifiers.join() === "*") return "*";
  return grouped(
    principals,
    ({ type }) => type,
    (same) => oneOrMany(descending(withVariables(same.flatMap(({ identifiers }) => identifiers)))),
  );
}

function toCondition(
  conditions: StatementArguments["condition"],
  withVariables: (texts: Texts) => Texts,
): unknown {
  if (conditions.length === 0) return undefined;
  return grouped(
    conditions,
    ({ test }) => test,
    (same) =>
      grouped(
        same,
        ({ variable }) => variable,
        (values) => oneOrMany(withVariables(values.flatMap((condition) => condition.values))),
      ),
  );
}

/** An object with a member for each name that items have, in the order of the names. */
function grouped<T>(
  items: readonly T[],
  nameOf: (item: T) => string,
  toValue: (same: readonly T[]) => unknown,
): unknown {
  const names = [...new Set(items.map(nameOf))].sort();
  return Object.fromEntries(
    names.map((name) => [name, toValue(items.filter((item) => nameOf(item) === name))]),
  );
}

function parse(text: string, address: string): Document {
  if (text === "") return { Statement: [] };
  try {
    const document: unknown = JSON.parse(text);
    const statements = isObject(document) ? (document["Statement"] ?? []) : undefined;
    if (isList(statements) && statements.every(isObject)) {
      return { ...(document as object), Statement: statements };
    }
  } catch {
    // Reported below, as is JSON that is not a policy document.
  }
  throw unsupported(
    address,
    "text that is not a policy document",
    "JSON with a list of statements",
    "correct it",
  );
}

function merge(earlier: Document, later: Document): Document {
  const statements = [...earlier.Statement];
  for (const statement of later.Statement) {
    const same = statements.findIndex(
      (each) => sidOf(each) !== undefined && sidOf(each) === sidOf(statement),
    );
    if (same < 0) statements.push(statement);
    else statements[same] = statement;
  }
  return {
    Version: String(later.Version ?? "") > String(earlier.Version ?? "") ? later.Version : earlier.Version,
    Id: later.Id || earlier.Id,
    Statement: statements,
  };
}

function refuseSameSid(documents: readonly Document[], address: string): void {
  const sids = documents.flatMap(({ Statement }) => Statement.map(sidOf)).filter((sid) => sid !== undefined);
  const twice = sids.find((sid, index) => sids.indexOf(sid) !== index);
  if (twice === undefined) return;
  throw unsupported(
    address,
    `two statements with the sid ${JSON.stringify(twice)}`,
    "one of each sid",
    "rename one",
  );
}

function sidOf(statement: Statement): unknown {
  return statement["Sid"] || undefined;
}

function oneOrMany(texts: Texts): unknown {
  if (texts.length === 0) return undefined;
  return texts.length === 1 ? texts[0] : texts;
}

function descending(texts: Texts): Texts {
  return [...new Set(texts)].sort().reverse();
}
