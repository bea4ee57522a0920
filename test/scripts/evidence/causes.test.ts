import { rankCauses } from "#diagnosis/causes";
import { diagnose } from "#diagnosis/diagnose";
import { readPieces } from "#evidence/read";

/** The causes of what a person has, the likeliest first. */
function causesOf(...texts: readonly string[]) {
  const observed = readPieces(texts.map((text) => ({ bytes: Buffer.from(text) })));
  return rankCauses(observed, diagnose(observed)).map(({ cause }) => cause);
}

const FORBIDDEN = '{"message":"Forbidden"}';

describe("Forbidden", () => {
  test("alone: all that it may mean, and each by itself", () => {
    const [first, ...others] = causesOf(FORBIDDEN);
    expect(first).toMatch(/several faults: an API key .* no stage; .* mapping; an HTTP API/);
    for (const each of [/API key/, /stage/, /HTTP API/, /VPC endpoint/, /AWS WAF/])
      expect(others).toContainEqual(expect.stringMatching(each));
  });

  test("at a name of one's own: a mapping that is missing", () => {
    expect(causesOf(FORBIDDEN, "curl https://api.example.com/v1/items")[0]).toMatch(
      /^The custom domain 'api\.example\.com' has no mapping/,
    );
    expect(causesOf(FORBIDDEN, "https://d111111abcdef8.cloudfront.net/")[0]).toMatch(/by its own name/);
  });

  test.each([
    ["at API Gateway's own name", "curl https://abc.execute-api.eu-west-1.amazonaws.com/dev/items"],
    ["with a key", "curl -H 'x-api-key: EXAMPLEKEY' https://api.example.com/v1/items"],
  ])("%s, no mapping comes first", (_, request) => {
    expect(causesOf(FORBIDDEN, request)[0]).not.toMatch(/mapping/);
  });

  test("of a REST API, by its header: not an HTTP API's", () => {
    const answer = `HTTP/1.1 403 Forbidden\nx-amzn-ErrorType: ForbiddenException\nx-amz-apigw-id: abc=\n\n${FORBIDDEN}`;
    expect(causesOf(answer)).not.toContainEqual(expect.stringMatching(/^An HTTP API says Forbidden/));
  });
});

describe("Not Found", () => {
  test("as an HTTP API says it: no route", () => {
    expect(causesOf('{"message":"Not Found"}')[0]).toMatch(/^An HTTP API .* has no route/);
    expect(causesOf('HTTP/2 404\napigw-requestid: abc=\n\n{"message":"Not Found"}')[0]).toMatch(
      /^An HTTP API .* has no route/,
    );
  });

  test("from behind a REST API: its own answer", () => {
    expect(causesOf('HTTP/1.1 404 Not Found\nx-amzn-RequestId: 1\n\n{"message":"Not Found"}')[0]).toMatch(
      /^The request passed every gate/,
    );
  });
});

describe("what is no answer of API Gateway", () => {
  const PAGE = (server: string) =>
    `<html>\n<head><title>403 Forbidden</title></head>\n<body>\n<center><h1>403 Forbidden</h1></center>\n${server}</body>\n</html>`;

  test("a page: whose it is, by what it shows", () => {
    expect(causesOf(PAGE("<hr><center>nginx/1.25.3</center>\n"))[0]).toMatch(
      /^The answer is an HTML page \('403 Forbidden'\) of nginx\/1\.25\.3, and API Gateway answers in JSON/,
    );
    expect(causesOf(`HTTP/1.1 403 Forbidden\nServer: awselb/2.0\n\n${PAGE("")}`)[0]).toMatch(
      /of awselb\/2\.0/,
    );
  });

  test("without evidence no firewall is named", () => {
    for (const text of [PAGE(""), "something went wrong", '{"error":"no"}'])
      expect(causesOf(text)[0]).not.toMatch(/firewall|CDN|proxy/i);
  });

  test("the name of an error alone: what it covers", () => {
    expect(causesOf("403 InvalidSignatureException")[0]).toMatch(
      /^Only the error's name is at hand.*does not match/,
    );
  });
});

describe("a browser's Network panel", () => {
  const INLINE = `Request URL:https://abc.execute-api.us-east-1.amazonaws.com/dev/pets
Request Method:OPTIONS
Status Code:403
Request Headers
:authority:abc.execute-api.us-east-1.amazonaws.com
:method:OPTIONS
access-control-request-headers:x-api-key
access-control-request-method:GET
origin:https://example.com`;
  const OWN_LINES = `General
Request URL
https://abc.execute-api.us-east-1.amazonaws.com/dev/pets
Request Method
OPTIONS
Status Code
403 Forbidden
Response Headers
content-type
application/json
x-amzn-errortype
ForbiddenException
Request Headers
:authority
abc.execute-api.us-east-1.amazonaws.com
access-control-request-method
GET`;

  test.each([
    ["with names and values in a line", INLINE],
    ["with names and values on lines of their own", OWN_LINES],
  ])("%s: a preflight", (_, text) => {
    expect(causesOf(text)[0]).toMatch(/^This is a browser's preflight/);
  });

  test("the same with GET is no preflight", () => {
    expect(causesOf(INLINE.replaceAll("OPTIONS", "GET"))[0]).not.toMatch(/preflight/);
  });
});

describe("a signature that does not match", () => {
  const MISMATCH = "The request signature we calculated does not match the signature you provided.";

  test("code whose path begins without a slash, and with one", () => {
    const code = (path: string) =>
      `const request = { method: "POST", path: "${path}", host };\nawait signer.sign(request);`;
    expect(causesOf(MISMATCH, code("graphql"))[0]).toMatch(/does not begin with a slash \('graphql'\)/);
    expect(causesOf(MISMATCH, code("/graphql")).join()).not.toMatch(/does not begin with a slash/);
  });

  test("an encoded path of S3, and of another service", () => {
    const call = (host: string) => `curl -s https://${host}/folder/hello%20world.txt`;
    expect(causesOf(MISMATCH, call("bucket.s3.amazonaws.com"))[0]).toMatch(
      /^S3 signs the path as it is sent/,
    );
    expect(causesOf(MISMATCH, call("abc.execute-api.eu-west-1.amazonaws.com"))[0]).toMatch(
      /which AWS signs encoded once more/,
    );
  });

  test("a sentence about the clock that a log has broken or cut", () => {
    const start = "Signature expired: 20160928T174419Z is now earlier than 20160928T174";
    expect(causesOf(`${start}   724Z (20160928T175224Z - 5 min.)`)[0]).toMatch(/was 8 min 5 s old/);
    expect(causesOf(start)[0]).toMatch(/was too old, .* clock is behind/);
  });
});
