import { rankCauses } from "#diagnosis/causes";
import { diagnose } from "#diagnosis/diagnose";
import { readPieces } from "#evidence/read";

/** The first cause of what a person has, with what it goes by. */
function firstOf(texts: readonly string[]): string {
  const observed = readPieces(texts.map((text) => ({ bytes: Buffer.from(text) })));
  const [first] = rankCauses(observed, diagnose(observed));
  return `${first?.cause} ${first?.evidence}`;
}

const SENTENCE =
  "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";
const MISMATCH = JSON.stringify({ message: SENTENCE });
const MISSING = '{"message":"Missing Authentication Token"}';
const API = "https://abc.execute-api.eu-west-1.amazonaws.com";

/** AWS's long answer to a request with these lines. */
function longForm(lines: readonly string[]): string {
  const message = `${SENTENCE}\n\nThe Canonical String for this request should have been\n'${lines.join("\n")}`;
  return JSON.stringify({ message });
}

const HEADERS = ["host:abc.execute-api.eu-west-1.amazonaws.com", "x-amz-date:20250131T120000Z", ""];

/** A mistake as a text shows it, and the same text without it. */
const MISTAKES: readonly (readonly [
  string,
  RegExp,
  mistaken: readonly string[],
  right: readonly string[],
])[] = [
  [
    "a # in the URL",
    /^The URL holds a #/,
    [MISSING, `${API}/dev/items/A#1`],
    [MISSING, `${API}/dev/items/A%231`],
  ],
  [
    "a query that was encoded into the path",
    /^The query is a part of the path/,
    [denied("photos%3Fpage%3D1")],
    [denied("photos%3F")],
  ],
  [
    "names that sort differently once they are encoded",
    /^The parameters sort differently before and after they are encoded \('a\[1\]'/,
    [MISMATCH, `GET ${API}/dev/items?a[10]=1&a[1]=1`],
    [MISMATCH, `GET ${API}/dev/items?a10=1&a11=1`],
  ],
  [
    "names that sort differently without regard to case",
    /^The parameters sort differently with and without regard to case/,
    [MISMATCH, `GET ${API}/dev/items?B=1&a=1`],
    [MISMATCH, `GET ${API}/dev/items?a=1&b=1`],
  ],
  [
    "values of a repeated parameter that are numbers",
    /^The values of the repeated parameter 'id'/,
    [MISMATCH, `GET ${API}/dev/items?id=9&id=10`],
    [MISMATCH, `GET ${API}/dev/items?id=10&id=9`],
  ],
  [
    "a signature that is not one of the query's parameters",
    /^The query's parameters are sent in another order/,
    [MISMATCH, `GET ${API}/dev/items?b=1&a=1`],
    [
      MISMATCH,
      `GET ${API}/dev/items?X-Amz-Date=20250131T120000Z&X-Amz-SignedHeaders=host&X-Amz-Signature=${"0".repeat(64)}`,
    ],
  ],
  [
    "a host of this machine in what a proxy signs",
    /^The host that was signed is 'localhost:9500'/,
    [MISMATCH, "curl http://localhost:9500/x", canonical("localhost:9500")],
    [MISMATCH, "curl http://localhost:9500/x", canonical("abc.execute-api.eu-west-1.amazonaws.com")],
  ],
  [
    "a distribution's host",
    /^The request goes through CloudFront/,
    [MISMATCH, "GET https://d111111abcdef8.cloudfront.net/items"],
    [MISMATCH, `GET ${API}/dev/items`],
  ],
  [
    "a header with one value that has two",
    /^'content-type' arrived with two values/,
    [longForm(["POST", "/dev", "", "content-type:text/plain,application/json", ...HEADERS])],
    [longForm(["POST", "/dev", "", "content-type:application/json", ...HEADERS])],
  ],
  [
    "a body that the protocol compresses itself",
    /^The body is sent compressed/,
    [longForm(["POST", "/dev", "", "content-encoding:gzip", ...HEADERS])],
    [longForm(["POST", "/dev", "", "content-encoding:snappy", ...HEADERS])],
  ],
  [
    "a signed user-agent",
    /^'user-agent' is signed/,
    [longForm(["POST", "/dev", "", ...HEADERS.slice(0, 1), "user-agent:a a"])],
    [longForm(["POST", "/dev", "", ...HEADERS.slice(0, 1), "x-custom:a a"])],
  ],
  [
    "a body with other characters than ASCII",
    /^The body holds characters that are not ASCII/,
    [MISMATCH, 'client.put({ name: "München" })'],
    [MISMATCH, 'client.put({ name: "Munich" })'],
  ],
  [
    "a path that begins with the scheme",
    /^The signer is given a whole URL/,
    [MISMATCH, `aws4.sign({ service: 'execute-api', path: '${API}/dev/items' })`],
    [MISMATCH, "aws4.sign({ service: 'execute-api', path: '/dev/items' })"],
  ],
  [
    "a POST that is signed without a body",
    /^The code signs a POST without a body/,
    [MISMATCH, "aws4.sign({ host, path: `/items`, method: 'POST' })"],
    [MISMATCH, "aws4.sign({ host, path: `/items`, method: 'POST', body: text })"],
  ],
  [
    "a body that is signed as an object",
    /^The body is given to the signer as an object/,
    [MISMATCH, "body = { a: 1 };\naws4.sign({ host, path: `/items`, method: 'PUT', body })"],
    [MISMATCH, "body = JSON.stringify({ a: 1 });\naws4.sign({ host, path: `/items`, method: 'PUT', body })"],
  ],
  [
    "a time that is not in AWS's form",
    /^X-Amz-Date is '2025-01-31T12:00:00Z'/,
    [MISMATCH, "x-amz-date: 2025-01-31T12:00:00Z"],
    [MISMATCH, "x-amz-date: 20250131T120000Z"],
  ],
  [
    "a scope of another day",
    /^The date of the credential scope is not the day of X-Amz-Date/,
    [
      '{"message":"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP."}',
    ],
    ['{"message":"Credential should be scoped to a valid region, not \'eu-west-1\'. "}'],
  ],
  [
    "a service of AWS that was called unsigned",
    /^The request came without a signature: 'aps-workspaces/,
    [MISSING, "POST https://aps-workspaces.eu-west-1.amazonaws.com/workspaces/ws-1/api/v1/remote_write"],
    [MISSING, `POST ${API}/dev/items`],
  ],
  [
    "a token that AWS IoT does not take signed",
    /^The session token was signed with the presigned URL/,
    [MISMATCH, iot("&X-Amz-Security-Token=EXAMPLE")],
    [MISMATCH, iot("")],
  ],
  [
    "an answer of a JSON service",
    /^The body was not hashed as it was sent/,
    [JSON.stringify({ __type: "com.amazon.coral.service#InvalidSignatureException", message: SENTENCE })],
    [MISMATCH],
  ],
  [
    "a key that S3 does not know",
    /^S3 answered, and does not know the access key/,
    ["The AWS Access Key Id you provided does not exist in our records."],
    ["The security token included in the request is invalid."],
  ],
  [
    "a signature where a token belongs",
    /^The request is signed, and the route has a Cognito or Lambda authorizer/,
    ["401 UnauthorizedException", "Authorization: AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20250131/x"],
    ["401 UnauthorizedException", "Authorization: Bearer EXAMPLE"],
  ],
  [
    "a path that the answer shows cut",
    /^The path holds reserved characters/,
    [longForm(["POST", "/"]).slice(0, -2), `curl -X POST '${API}/dev/a:b'`],
    [longForm(["POST", "/"]).slice(0, -2), `curl -X POST '${API}/dev/ab'`],
  ],
];

test.each(MISTAKES)("%s is named, and not without it", (_, pattern, mistaken, right) => {
  expect(firstOf(mistaken)).toMatch(pattern);
  expect(firstOf(right)).not.toMatch(pattern);
});

test.each([
  ["aws-global", /the SDK's name for the global endpoint/],
  ["eu-west-1b", /an availability zone: the region is eu-west-1\./],
  ["ap-east-1", /an account has to enable it first/],
  ["undefined", /the variable that holds it has no value/],
  ["Ireland", /does not have the form of one/],
  ["", /The region is empty/],
  ["eu-west-1", /It was signed for the region 'eu-west-1'\. /],
])("the region '%s' is read", (region, reading) => {
  expect(firstOf([`{"message":"Credential should be scoped to a valid region, not '${region}'. "}`])).toMatch(
    reading,
  );
});

test("a payload hash that a cut answer does not show is not compared", () => {
  const cut = longForm([
    "POST",
    "/dev",
    "",
    ...HEADERS.slice(0, 1),
    `x-amz-content-sha256:${"a".repeat(64)}`,
    "",
    "",
    "and so on",
  ]);
  expect(firstOf([cut])).not.toMatch(/payload hash that was signed/);
});

function denied(path: string): string {
  return `{"Message":"User: arn:aws:sts::111122223333:assumed-role/Reader..../me is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:eu-west-1:********3333:abc/dev/GET/${path}"}`;
}

function canonical(host: string): string {
  return `Canonical request:\nPOST\n/2015-03-31/functions/f/invocations\n\nhost:${host}\nx-amz-date:20250131T120000Z\n\nhost;x-amz-date\n${"0".repeat(64)}\n`;
}

function iot(token: string): string {
  return `GET https://a-ats.iot.eu-west-1.amazonaws.com/mqtt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=ASIAEXAMPLE%2F20250131%2Feu-west-1%2Fiotdevicegateway%2Faws4_request${token}&X-Amz-Signature=${"0".repeat(64)}`;
}
