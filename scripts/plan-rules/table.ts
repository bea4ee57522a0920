import { careful, harmless, type Rule, type Table, type TypeRow } from "./rule";
import { API_GATEWAY } from "./tables/api-gateway";
import { COGNITO } from "./tables/cognito";
import { HTTP_APIS } from "./tables/http-apis";
import { IAM } from "./tables/iam";
import { LAMBDA } from "./tables/lambda";
import { MESSAGES } from "./tables/messages";
import { NETWORK } from "./tables/network";
import { NOT_OF_AWS } from "./tables/not-of-aws";
import { OBSERVATION } from "./tables/observation";
import { DYNAMODB, OTHER_DATA, S3 } from "./tables/storage";

/** Each type whose changes are judged. A type that is not here is not judged, whatever happens to it. */
export const TABLE: ReadonlyMap<string, TypeRow> = new Map(
  [
    API_GATEWAY,
    HTTP_APIS,
    LAMBDA,
    IAM,
    COGNITO,
    DYNAMODB,
    S3,
    OTHER_DATA,
    OBSERVATION,
    MESSAGES,
    NETWORK,
    NOT_OF_AWS,
  ].flatMap((table: Table) => Object.entries(table)),
);

/** What resources of every type have. */
export const COMMON: Readonly<Record<string, Rule>> = {
  id: harmless("AWS assigns it"),
  tags: harmless("a text for people, unless a policy of the stack asks for tags: then care"),
  tags_all: harmless("what tags and the provider say together"),
  timeouts: harmless("how long Terraform waits"),
  region: careful("it is made in another region"),
};

/** Finds the rule for a path: that of the longest path that it is at, or within. */
export function ruleFor(row: TypeRow, path: string): Rule | undefined {
  const parts = path.split(".");
  for (let length = parts.length; length > 0; length -= 1) {
    const name = parts.slice(0, length).join(".");
    if (Object.hasOwn(row.attributes, name)) return row.attributes[name];
  }
  const [first = ""] = parts;
  return Object.hasOwn(COMMON, first) ? COMMON[first] : undefined;
}
