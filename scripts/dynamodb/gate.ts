import { callerKeys, type Signer, toSigner } from "#iam/caller";
import { evaluate } from "#iam/evaluate";
import { accessDenied, explainEvaluation } from "#iam/explain";
import type { LocalCredentials } from "#iam/identity";
import { type ContextKeys, createContext } from "#iam/request-context";
import type { AccessRequest } from "#iam/statement";
import { quote } from "#sigv4/refusal";
import { headerValue, type RawRequest } from "#sigv4/request";
import { verify } from "#sigv4/verify";
import { parseJson } from "#text/parse-json";
import { isKnownOperation, requiredAccess, type TableAccess, type TableLocation } from "./table-access";

/** The principals that can sign, each with the access that its policies allow. */
export interface TableCallers {
  readonly location: TableLocation;
  readonly credentials: readonly LocalCredentials[];
}

/** Why a request was refused: the part that is sent, as DynamoDB sends it, and the part that only the log shows. */
export interface TableRefusal {
  /** `AccessDeniedException` */
  readonly errorType: string;
  /** The wire message; DynamoDB sends none with some errors. */
  readonly message?: string;
  /** One line. Never contains a secret. */
  readonly reason: string;
}

/** The operations that the embedded DynamoDB has, or all that are known: another engine decides itself which it has. */
export type SupportedOperations = "embedded" | "all";

export type TableGate = (request: RawRequest, now: Date) => TableRefusal | undefined;

/**
 * Prepares the gate before the tables: an operation passes if it is signed for `dynamodb`, the signer has permission
 * for all of its actions, and what stores the tables supports it. The checks follow DynamoDB's order: the body is JSON,
 * the operation is known, the signature is valid, policies allow.
 *
 * @param supported - @default embedded
 *
 * Stricter than AWS, or possibly so: `X-Amz-Target` has to be signed, and conditions on the items themselves
 * (`dynamodb:LeadingKeys`, `dynamodb:Attributes`, …) are not evaluated here, so that an Allow with such a condition
 * does not apply and a Deny does.
 *
 * Source: https://github.com/architect/dynalite/blob/main/index.js, whose comments have DynamoDB's answers in order
 */
export function compileTableGate(
  { location, credentials }: TableCallers,
  supported: SupportedOperations = "embedded",
): TableGate {
  const known = new Map(credentials.map((each) => [each.accessKeyId, toSigner(each)]));
  const findCredentials = (accessKeyId: string) => known.get(accessKeyId);
  return (request, now) => {
    const { buffer, byteOffset, byteLength } = request.body;
    const input = parseJson(Buffer.from(buffer, byteOffset, byteLength).toString());
    if (input === undefined) return NOT_JSON;
    const operation = readOperation(request);
    if (operation === undefined || !isKnownOperation(operation)) return unknownOperation(request);

    const signature = verify(request, { region: location.region, service: "dynamodb", now, findCredentials });
    if (!signature.accepted) {
      const { errorType, message, reason } = signature;
      return errorType === "MissingAuthenticationTokenException"
        ? { errorType, message: MISSING_TOKEN, reason }
        : { errorType, message, reason };
    }
    if (!signature.signedHeaders.includes(TARGET)) return TARGET_NOT_SIGNED;

    const accesses = requiredAccess(operation, input, location);
    if (accesses === undefined) return namesNoTable(operation);
    for (const access of accesses) {
      const denied = deny(access, { request, now, location, signer: signature.credentials, operation });
      if (denied) return denied;
    }
    return supported === "all" || EMBEDDED_OPERATIONS.has(operation) ? undefined : notEmbedded(operation);
  };
}

// ---------------------------------------------------------------------------------------------------- internal

const TARGET = "x-amz-target";

/** The operations that dynalite supports. */
const EMBEDDED_OPERATIONS: ReadonlySet<string> = new Set([
  "BatchGetItem",
  "BatchWriteItem",
  "CreateTable",
  "DeleteItem",
  "DeleteTable",
  "DescribeTable",
  "DescribeTimeToLive",
  "GetItem",
  "ListTables",
  "ListTagsOfResource",
  "PutItem",
  "Query",
  "Scan",
  "TagResource",
  "UntagResource",
  "UpdateItem",
  "UpdateTable",
]);

/** `DynamoDB_20120810.GetItem` → `GetItem`; an older version of the API has other inputs. */
function readOperation({ headers }: RawRequest): string | undefined {
  return /^DynamoDB_20120810\.(\w+)$/.exec(headerValue(headers, TARGET) ?? "")?.[1];
}

const NOT_JSON: TableRefusal = {
  errorType: "SerializationException",
  reason: "the body is not JSON",
};

function unknownOperation({ headers }: RawRequest): TableRefusal {
  const target = quote(headerValue(headers, TARGET) ?? "");
  return {
    errorType: "UnknownOperationException",
    reason: `X-Amz-Target is ${target}, which is not known here`,
  };
}

/** Refuses an operation that names no table; AWS names the missing member. */
function namesNoTable(operation: string): TableRefusal {
  const message = "The input does not name a table in a way that is understood";
  return { errorType: "ValidationException", message, reason: `${operation}: ${message}` };
}

function notEmbedded(operation: string): TableRefusal {
  return {
    errorType: "UnknownOperationException",
    reason: `${operation} is allowed, but the embedded DynamoDB does not support it`,
  };
}

/** As recorded: https://github.com/architect/dynalite/blob/main/index.js */
const MISSING_TOKEN = "Request is missing Authentication Token";

/** Unsigned, it would turn a captured read into a removal; AWS's answer is not known, the text is S3's. */
const TARGET_NOT_SIGNED: TableRefusal = {
  errorType: "InvalidSignatureException",
  message: "There were headers present in the request which were not signed",
  reason: "x-amz-target names the operation and is not among the signed headers: sign it",
};

interface Circumstances {
  readonly request: RawRequest;
  readonly now: Date;
  readonly location: TableLocation;
  readonly signer: Signer;
  readonly operation: string;
}

function deny({ action, resource }: TableAccess, circumstances: Circumstances): TableRefusal | undefined {
  const { caller, principal } = circumstances.signer;
  const access: AccessRequest = {
    caller,
    action,
    resource,
    resourceAccountId: circumstances.location.accountId,
    context: createContext(
      () => callerKeys(caller),
      () => requestKeys(circumstances),
    ),
  };
  const evaluation = evaluate(access, {
    identity: principal.identityPolicies,
    boundary: principal.permissionsBoundary,
  });
  if (evaluation.decision === "Allowed") return undefined;
  return {
    errorType: "AccessDeniedException",
    message: accessDenied(evaluation, access, resource),
    reason: explainEvaluation(evaluation, access),
  };
}

/**
 * The known condition keys of a request. On AWS a request comes over TLS and, from a Lambda outside of any VPC, from an
 * address that is not known here. Only a transaction or a batch of statements encloses an action.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
function requestKeys({ request, now, location, operation }: Circumstances): ContextKeys {
  const encloses = /^(Transact|BatchExecute|ExecuteTransaction)/.test(operation);
  return {
    "aws:CurrentTime": now.toISOString(),
    "aws:EpochTime": Math.floor(now.getTime() / 1000),
    "aws:RequestedRegion": location.region,
    "aws:SecureTransport": true,
    "aws:UserAgent": headerValue(request.headers, "user-agent"),
    "dynamodb:EnclosingOperation": encloses ? operation : undefined,
  };
}
