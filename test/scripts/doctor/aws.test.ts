import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { type AwsSettings, checkAws } from "#doctor/aws";
import type { Finding } from "#doctor/finding";

/** What AWS answers to the three questions: by the question, a status, a body and headers. */
type Answers = Readonly<Record<string, readonly [status: number, body: string, headers?: object]>>;

const CALLER =
  "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/dana</Arn>" +
  "<UserId>AIDA</UserId><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";
const ROLE = "arn:aws:iam::111122223333:role/logs";

const WELL: Answers = {
  "POST /": [200, CALLER],
  "GET /states?versioning=": [
    200,
    "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
  ],
  "GET /account": [200, JSON.stringify({ cloudwatchRoleArn: ROLE, throttleSettings: {} })],
};

const CREDENTIALS = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "not a secret" };

async function check(listener: RequestListener, over: Partial<AwsSettings> = {}): Promise<Finding[]> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    return await checkAws({
      region: "eu-west-1",
      env: { AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
      credentials: async () => CREDENTIALS,
      stateBucket: "states",
      accessLogs: true,
      ...over,
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const answering =
  (answers: Answers): RequestListener =>
  ({ method, url }, response) => {
    const [status, body, headers = {}] = answers[`${method} ${url}`] ?? [500, "no such question"];
    response.writeHead(status, { ...headers }).end(body);
  };

test("all is well: who calls, where the state is, and which role writes logs", async () => {
  const scopes: (string | undefined)[] = [];
  const findings = await check((request, response) => {
    scopes.push(/Credential=[^/]+\/\d+\/([^,]+)/.exec(request.headers.authorization ?? "")?.[1]);
    answering(WELL)(request, response);
  });
  expect(findings).toEqual([
    {
      check: "credentials",
      status: "ok",
      found: "arn:aws:iam::111122223333:user/dana, account 111122223333, region eu-west-1",
    },
    { check: "state", status: "ok", found: "bucket states, versioned" },
    { check: "log role", status: "ok", found: ROLE },
  ]);
  expect(scopes).toEqual(["sts", "s3", "apigateway"].map((service) => `eu-west-1/${service}/aws4_request`));
});

test.each<[string, Answers, Partial<Finding>]>([
  [
    "no bucket",
    { "GET /states?versioning=": [404, "<Error><Code>NoSuchBucket</Code></Error>"] },
    { check: "state", found: "no bucket states", remedy: "make bootstrap" },
  ],
  [
    "a bucket that keeps no versions",
    { "GET /states?versioning=": [200, "<VersioningConfiguration/>"] },
    { check: "state", found: "bucket states does not keep old versions", remedy: "make bootstrap" },
  ],
  [
    "a bucket whose versioning was suspended",
    { "GET /states?versioning=": [200, "<Status>Suspended</Status>"] },
    { check: "state", found: "bucket states does not keep old versions" },
  ],
  [
    "another account's bucket",
    { "GET /states?versioning=": [403, "<Error><Code>AccessDenied</Code></Error>"] },
    { check: "state", found: "bucket states cannot be read (AccessDenied)" },
  ],
  [
    "a bucket in another region",
    { "GET /states?versioning=": [301, "", { "x-amz-bucket-region": "us-west-2" }] },
    { check: "state", found: "bucket states is in another region", remedy: "set AWS_REGION=us-west-2" },
  ],
  [
    "no role for logs",
    { "GET /account": [200, "{}"] },
    { check: "log role", found: "none, and this stage writes access logs", remedy: "make bootstrap" },
  ],
  [
    "an account that may not be read",
    { "GET /account": [403, "{}", { "x-amzn-errortype": "AccessDeniedException:http://x" }] },
    { check: "log role", found: "cannot be read (AccessDeniedException)" },
  ],
  [
    "an answer that is none",
    { "GET /account": [200, "<html>"] },
    { check: "log role", found: expect.stringMatching(/^no answer from AWS \(/) },
  ],
])("missing: %s", async (_name, answers, expected) => {
  const findings = await check(answering({ ...WELL, ...answers }));
  expect(findings.filter(({ status }) => status === "missing")).toEqual([
    { status: "missing", remedy: expect.any(String), ...expected },
  ]);
});

test("a stage without access logs needs no role, and a local state no bucket", async () => {
  const findings = await check(answering({ ...WELL, "GET /account": [200, "{}"] }), {
    accessLogs: false,
    stateBucket: undefined,
  });
  expect(findings.map(({ status }) => status)).toEqual(["ok", "ok", "ok"]);
});

test("refused credentials: the rest is not looked at", async () => {
  const error = "<ErrorResponse><Error><Code>ExpiredToken</Code></Error></ErrorResponse>";
  const findings = await check(answering({ "POST /": [403, error] }));
  expect(findings.map(({ check, status }) => [check, status])).toEqual([
    ["credentials", "missing"],
    ["state", "skipped"],
    ["log role", "skipped"],
  ]);
  expect(findings[0]?.found).toBe("refused (ExpiredToken)");
});

test("a service's own emulator comes before the one of all", async () => {
  const own = createServer(answering({ "POST /": [403, "<Error><Code>OwnEmulator</Code></Error>"] }));
  await once(own.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${(own.address() as AddressInfo).port}`;
  try {
    const [caller] = await check(answering(WELL), {
      env: { AWS_ENDPOINT_URL: "http://127.0.0.1:9", AWS_ENDPOINT_URL_STS: url },
    });
    expect(caller?.found).toBe("refused (OwnEmulator)");
  } finally {
    own.closeAllConnections();
    own.close();
  }
});

test.each<[string, Partial<AwsSettings>, RegExp]>([
  ["AWS hangs", {}, /^no answer from AWS \(.*timeout/],
  ["the credentials hang", { credentials: () => new Promise(() => {}) }, /^none \(no answer within 0.1 s\)$/],
  [
    "there are none",
    { credentials: () => Promise.reject(new Error("not here\nnor there")) },
    /^none \(not here\)$/,
  ],
  ["there is no answer", { env: { AWS_ENDPOINT_URL: "http://127.0.0.1:9" } }, /^no answer from AWS \(.+\)$/],
])("where %s, it ends all the same", async (_name, over, found) => {
  const [caller] = await check(() => {}, { patienceMilliseconds: 100, ...over });
  expect(caller?.status).toBe("missing");
  expect(caller?.found).toMatch(found);
});
