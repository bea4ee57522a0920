import { parseJson } from "#text/parse-json";
import type { AccountLocation, AskedCall, RequiredAccess } from "./aws-call";
import { RESOURCES } from "./resources";
import { s3Access } from "./s3-access";

/**
 * What a call of an AWS service asks for, as far as the services that APIs and functions call are known here: an action on each
 * resource that it names. Undefined if it is not known, also if the call would pass a role on, which is a second action.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export function requiredAccess(
  call: AskedCall,
  location: AccountLocation,
): readonly RequiredAccess[] | undefined {
  if (call.service === "s3") return s3Access(call, location);
  // Only queues are named by a path; elsewhere it could name another operation.
  if (call.path !== "/" && call.service !== "sqs") return undefined;
  const input = readInput(call);
  const operation = operationOf(call, input);
  if (operation === undefined || !/^[A-Za-z]+$/.test(operation) || passesRole(input)) return undefined;
  const resources = RESOURCES.get(call.service)?.({ operation, path: call.path, input, location });
  if (!resources || resources.length === 0) return undefined;
  const action = `${call.service}:${ACTIONS.get(`${call.service}:${operation}`) ?? operation}`;
  return resources.map((resource) => ({ action, resource }));
}

// ---------------------------------------------------------------------------------------------------- internal

/** Operations whose permission has another name: batches need what one of them needs. */
const ACTIONS: ReadonlyMap<string, string> = new Map([
  ["sqs:SendMessageBatch", "SendMessage"],
  ["sqs:DeleteMessageBatch", "DeleteMessage"],
  ["sqs:ChangeMessageVisibilityBatch", "ChangeMessageVisibility"],
  ["sns:PublishBatch", "Publish"],
]);

/** The services of JSON requests, by the first part of `X-Amz-Target`; a target of another service is not followed. */
const TARGETS: ReadonlyMap<string, string> = new Map([
  ["AmazonSQS", "sqs"],
  ["AmazonSSM", "ssm"],
  ["secretsmanager", "secretsmanager"],
  ["AWSEvents", "events"],
  ["TrentService", "kms"],
  ["AWSStepFunctions", "states"],
  ["Kinesis_20131202", "kinesis"],
  ["Firehose_20150804", "firehose"],
]);

/** Members of JSON, or parameters of a query and a form: of a name that they give differently, the value is not known. */
function readInput({ query, body }: AskedCall): ReadonlyMap<string, unknown> {
  const text = Buffer.from(body).toString();
  const json = parseJson(text);
  const members =
    typeof json === "object" && json !== null ? Object.entries(json) : [...new URLSearchParams(text)];
  const input = new Map<string, unknown>();
  for (const [name, value] of [...query, ...members])
    input.set(name, input.has(name) && input.get(name) !== value ? undefined : value);
  return input;
}

/** Named by a header, or by a parameter; if both name one, they have to agree. */
function operationOf(
  { headers, service }: AskedCall,
  input: ReadonlyMap<string, unknown>,
): string | undefined {
  const targets = headers.filter(([name]) => name.toLowerCase() === "x-amz-target").map(([, value]) => value);
  const action = input.get("Action");
  if (targets.length === 0) return typeof action === "string" ? action : undefined;
  const [prefix = "", operation, ...more] = (targets[0] as string).split(".");
  const isOne = targets.length === 1 && more.length === 0 && TARGETS.get(prefix) === service;
  return isOne && (action === undefined || action === operation) ? operation : undefined;
}

function passesRole(input: ReadonlyMap<string, unknown>): boolean {
  return [...input.keys()].some((name) => /^role_?arn$/i.test(name));
}
