import { parseJson } from "#text/parse-json";
import type { AwsCall } from "#upstream/aws-call";
import type { CallAws } from "#upstream/call-aws";

/** Asks a queue for an operation. @returns its answer, or one line on why there is none */
export type AskQueue = (
  operation: string,
  input: Readonly<Record<string, unknown>> & { readonly signal?: AbortSignal },
) => Promise<Readonly<Record<string, unknown>> | string>;

/**
 * Calls of one queue, as the role of the function that consumes it: Lambda polls with it, so that it needs `sqs:ReceiveMessage`
 * and `sqs:DeleteMessage`.
 * @param emulator - where the queue is
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions
 */
export function queueCaller(callAws: CallAws, emulator: string, queueArn: string, roleArn: string): AskQueue {
  const [region = "", accountId = "", name = ""] = queueArn.split(":").slice(3);
  return async (operation, { signal, ...input }) => {
    const QueueUrl = `${emulator.replace(/\/$/, "")}/${accountId}/${name}`;
    const answer = await callAws({
      ...queueCall(region, operation, { QueueUrl, ...input }),
      roleArn,
      ...(signal && { signal }),
    });
    if (answer.kind !== "answer") return answer.reason;
    const body = parseJson(Buffer.from(answer.body).toString());
    const members = (typeof body === "object" && body !== null ? body : {}) as Readonly<
      Record<string, unknown>
    >;
    if (answer.status === 200) return members;
    if (/(?:QueueDoesNotExist|NonExistentQueue)/.test(String(members["__type"])))
      return `the emulator at ${emulator} has no queue ${name}: ${DEPLOY(emulator)}`;
    return String(members["message"] ?? members["Message"] ?? `${operation} answered ${answer.status}`);
  };
}

/** A call of SQS, without a role. */
export function queueCall(region: string, operation: string, input: object): Omit<AwsCall, "roleArn"> {
  return {
    service: "sqs",
    region,
    method: "POST",
    path: "/",
    query: [],
    headers: [
      ["X-Amz-Target", `AmazonSQS.${operation}`],
      ["Content-Type", "application/x-amz-json-1.0"],
    ],
    body: Buffer.from(JSON.stringify(input)),
    timeoutMilliseconds: TIMEOUT_MILLISECONDS,
  };
}

/** What to do about a queue that the emulator does not have. */
export const DEPLOY = (emulator: string): string =>
  `deploy the stack to it (AWS_ENDPOINT_URL=${emulator} make deploy), or create the queue`;

/** Longer than the longest wait for messages. */
const TIMEOUT_MILLISECONDS = 25_000;
