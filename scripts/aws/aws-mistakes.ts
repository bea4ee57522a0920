import { UserError } from "#modules/project";

/**
 * Calls AWS, and says what to do if AWS cannot be reached, refuses the credentials, or does not have the resource.
 * Other errors are passed on unchanged.
 *
 * @param notFound - the message if the resource does not exist
 * @param work - calls AWS with an SDK client
 * @throws UserError for failures that the user can fix
 */
export async function explainingAwsMistakes<T>(notFound: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const mistake = error instanceof Error ? describeMistake(error, notFound) : undefined;
    throw mistake === undefined ? error : new UserError(mistake, { cause: error });
  }
}

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/CommonErrors.html */
const REFUSED_CREDENTIALS = new Set([
  "ExpiredTokenException",
  "ExpiredToken",
  "IncompleteSignature",
  "IncompleteSignatureException",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "MissingAuthenticationTokenException",
  "SignatureDoesNotMatch",
  "UnrecognizedClientException",
]);

/** Errors of Node's network calls. Source: https://nodejs.org/api/errors.html#common-system-errors */
const UNREACHABLE = new Set([
  "EAI_AGAIN",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
]);

function describeMistake(error: Error, notFound: string): string | undefined {
  const cause = error.message.split("\n")[0];
  // The error names of DynamoDB and of API Gateway.
  if (error.name === "ResourceNotFoundException" || error.name === "NotFoundException") return notFound;
  if (error.name === "AccessDeniedException") {
    return `AWS does not allow this: ${cause}; use credentials with this permission (AWS_PROFILE)`;
  }
  if (REFUSED_CREDENTIALS.has(error.name)) {
    return `AWS refused the credentials (${error.name}: ${cause}): renew them, or choose others with AWS_PROFILE`;
  }
  const code = "code" in error ? String(error.code) : "";
  if (UNREACHABLE.has(code) || error.name === "TimeoutError") {
    return unreachable(cause || code);
  }
  return undefined;
}

/** @param why - in a few words */
export function unreachable(why: string): string {
  return `cannot reach AWS (${why}): ${CHECK_NETWORK}`;
}

export const CHECK_NETWORK = "check the network, and AWS_ENDPOINT_URL if it is set";

/** The first line of an error's deepest cause, which says more than "fetch failed". */
export function firstLine(error: unknown): string {
  const { message, code, cause } = Object(error) as { message?: unknown; code?: unknown; cause?: unknown };
  if (cause !== undefined) return firstLine(cause);
  return String(message || code || error).split("\n")[0] ?? "";
}
