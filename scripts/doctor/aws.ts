import { CHECK_NETWORK, firstLine } from "#aws/aws-mistakes";
import { type AwsRequest, requestAws, xmlText } from "#aws/aws-request";
import type { Credentials } from "#functions/lib/sigv4";
import { type Finding, missing, ok, PATIENCE_MILLISECONDS, skipped, within } from "./finding";

/** What is checked at AWS, and with which credentials. */
export interface AwsSettings {
  readonly region: string;
  readonly env: NodeJS.ProcessEnv;
  /** The default chain; it rejects if it finds none. */
  readonly credentials: () => Promise<Credentials>;
  /** @default none: the state is kept in a file */
  readonly stateBucket?: string;
  /** Whether the stage writes access logs, which need the account's role. */
  readonly accessLogs: boolean;
  /** The time limit of an answer. @default 10 s */
  readonly patienceMilliseconds?: number;
}

const RENEW = "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run 'aws sso login'";

/** Checks the account: the identity, the bucket for the state, and the role for API Gateway's logs. */
export async function checkAws(settings: AwsSettings): Promise<Finding[]> {
  const { patienceMilliseconds: patience = PATIENCE_MILLISECONDS } = settings;
  let credentials: Credentials;
  try {
    credentials = await within(patience, settings.credentials());
  } catch (error) {
    return [missing("credentials", `none (${firstLine(error)})`, RENEW), ...skippedChecks(settings)];
  }
  const ask: Ask = (request) =>
    requestAws(
      { ...request, region: settings.region, credentials, timeoutMilliseconds: patience },
      settings.env,
    );
  const caller = await guarded("credentials", () => checkCaller(ask, settings.region));
  if (caller.status !== "ok") return [caller, ...skippedChecks(settings)];
  return [
    caller,
    await guarded("state", () => checkStateBucket(ask, settings)),
    await guarded("log role", () => checkLogRole(ask, settings)),
  ];
}

const BOOTSTRAP = "make bootstrap";

type Ask = (request: Omit<AwsRequest, "region" | "credentials" | "timeoutMilliseconds">) => Promise<Response>;

/** The checks that need credentials. */
function skippedChecks(settings: AwsSettings): Finding[] {
  return [
    settings.stateBucket === undefined ? localState() : skipped("state", "not checked without credentials"),
    skipped("log role", "not checked without credentials"),
  ];
}

async function guarded(check: string, look: () => Promise<Finding>): Promise<Finding> {
  try {
    return await look();
  } catch (error) {
    return missing(check, `no answer from AWS (${firstLine(error)})`, CHECK_NETWORK);
  }
}

/** Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
async function checkCaller(ask: Ask, region: string): Promise<Finding> {
  const answer = await ask({
    service: "sts",
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "Action=GetCallerIdentity&Version=2011-06-15",
  });
  const text = await answer.text();
  if (!answer.ok) return missing("credentials", `refused (${errorCode(text, answer)})`, RENEW);
  return ok("credentials", `${xmlText(text, "Arn")}, account ${xmlText(text, "Account")}, region ${region}`);
}

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html */
async function checkStateBucket(ask: Ask, { stateBucket, region }: AwsSettings): Promise<Finding> {
  if (stateBucket === undefined) return localState();
  const answer = await ask({ service: "s3", path: `/${stateBucket}`, query: { versioning: "" } });
  const text = await answer.text();
  const where = answer.headers.get("x-amz-bucket-region");
  if (answer.status === 301 || (where !== null && where !== region)) {
    return missing("state", `bucket ${stateBucket} is in another region`, `set AWS_REGION=${where ?? "…"}`);
  }
  if (answer.status === 404) return missing("state", `no bucket ${stateBucket}`, BOOTSTRAP);
  if (!answer.ok) {
    return missing(
      "state",
      `bucket ${stateBucket} cannot be read (${errorCode(text, answer)})`,
      "use credentials of its account (AWS_PROFILE)",
    );
  }
  if (xmlText(text, "Status") !== "Enabled") {
    return missing("state", `bucket ${stateBucket} does not keep old versions`, BOOTSTRAP);
  }
  return ok("state", `bucket ${stateBucket}, versioned`);
}

function localState(): Finding {
  return ok(
    "state",
    "in .state/ on this machine; to share it in a team, put it into a bucket: TF_STATE_BUCKET",
  );
}

/** Source: https://docs.aws.amazon.com/apigateway/latest/api/API_GetAccount.html */
async function checkLogRole(ask: Ask, { accessLogs }: AwsSettings): Promise<Finding> {
  const answer = await ask({ service: "apigateway", path: "/account" });
  const text = await answer.text();
  if (!answer.ok) {
    return missing(
      "log role",
      `cannot be read (${errorCode(text, answer)})`,
      "use credentials that can read it (AWS_PROFILE)",
    );
  }
  const { cloudwatchRoleArn: role } = JSON.parse(text) as { cloudwatchRoleArn?: string };
  if (role) return ok("log role", role);
  if (!accessLogs) return ok("log role", "none, and this stage writes no access logs");
  return missing("log role", "none, and this stage writes access logs", BOOTSTRAP);
}

function errorCode(text: string, { status, headers }: Response): string {
  return xmlText(text, "Code") ?? headers.get("x-amzn-errortype")?.split(":")[0] ?? `status ${status}`;
}
