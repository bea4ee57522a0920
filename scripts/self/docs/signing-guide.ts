import { type Explanation, explainSignature } from "#call/explanation";
import { tellAnswer } from "#call/summarize-answer";
import { type Step, walk } from "#demo/tour";
import { headerValue, type RawRequest } from "#sigv4/request";
import { WALK } from "#this-api/this-api";
import type { CalledWith } from "#this-api/tour";
import { renderCalculation } from "./calculation";
import { EXAMPLE } from "./example";
import type { ExampleGateway, Shown } from "./example-gateway";
import { code, table } from "./markdown";
import { MISSING_INPUTS } from "./missing-inputs";
import { OTHER_CLIENTS } from "./other-clients";

/**
 * Writes the page on signing: makes every request of it and shows what was sent, computed and answered. The same each
 * time for the same API.
 */
export async function writeSigningGuide(gateway: ExampleGateway): Promise<string> {
  const { credentials, apiKey } = EXAMPLE;
  const key = { "x-api-key": apiKey };
  const steps = await walkThrough(gateway);
  const withKey = await gateway.get("/auth/api-key", { headers: key });
  const unsigned = await gateway.get("/auth/iam-sigv4");
  const signed = await gateway.get("/auth/iam-sigv4", { credentials });
  const withBoth = await gateway.get("/auth/iam-sigv4-and-api-key", { credentials, headers: key });
  const page = await gateway.get("/products?limit=1", { credentials });
  return `\
<!-- Written by 'make docs' (scripts/docs). Change it there: a test fails when this file and a new run differ. -->

# A signed request, number by number

API Gateway is the part of AWS that takes the requests for an API and hands them on to what answers them.
Before it does, it can ask for a *signature*: a code that the caller computes from the request and a secret,
and sends along. From it the gateway tells who sent the request, and that nothing that was signed has changed
on the way. The method is called Signature Version 4, SigV4 for short. This page makes such requests and shows
every number on the way.

Everything here comes from a real run of this repository's local gateway, which answers as AWS does. Its clock
stood still, so that you can compute each number again. \`make demo\` takes the same walk with today's clock.

${table(["value", "in this run"], values())}

The keys are those of AWS's own documentation. They are examples and open nothing, neither at AWS nor at your
\`make dev\`, which makes up credentials of its own in \`.local/\`.

## Four routes, and what opens them

${table(["route", "called with", "answer"], walkRows(steps))}

\`GET /index\` is open: whoever calls it gets the page. Its Lambda calls \`GET /products\` for it, and signs
with its own role.

An unsigned request and one for a route that does not exist get the same answer. So \`Missing Authentication
Token\` can also mean a typing error in the path.

## With an API key

The simplest gate. The key is a text that the client was given, and the header \`x-api-key\` carries it:

${show(withKey)}

That is all there is to it. It is also why a key is no proof of who is calling: whoever reads the header once
has it.

## Without a signature

${show(unsigned)}

The gateway did not look any further. Answers also carry \`Date\`, \`x-amzn-RequestId\` and
\`x-amz-apigw-id\`, which differ from request to request and are left out on this page.

## With a signature

To sign, a client needs five things that no request can tell it:

${table(["from configuration", "in this run", "where it comes from"], configuration())}

The rest it takes from the request itself (method, path, query, headers, body) and from its clock. The address
of an API does name the region, but not when the API has a domain name of its own; so region and service are
configuration too.

${renderCalculation(explain(signed))}

### The request, and its answer

${show(signed)}

## With both

The route \`/auth/iam-sigv4-and-api-key\` asks for a signature *and* a key. The client puts \`x-api-key\` on
the request before it signs, so that the header becomes one of the signed ones. The canonical request has one
line more, and \`SignedHeaders\` one name:

${code("text", explain(withBoth).canonicalRequest)}

Another canonical request has another hash, and so another signature:

${show(withBoth)}

## With a query

${code("text", explain(page).canonicalRequest)}

Line 3 is no longer empty. Parameters are sorted by name, and by value where a name comes twice. Names and
values are percent-encoded: a space is \`%20\` and never \`+\`. A parameter without a value keeps its \`=\`.

${show(page)}

A request with a body has the SHA-256 of that body in its last line. The body must be sent byte for byte as it
was hashed, so sign it after it is serialized, not before. The gateway hashes what arrives and believes no
header about it: \`UNSIGNED-PAYLOAD\` is for S3.

## What the gateway answers when an input is missing

Each row is a request of this run, right but for one thing. The gateway looks in this order, and the first
fault answers:

${table(["missing", "`x-amzn-ErrorType`", "answer"], await missingRows(gateway))}

Where the signature does not match, the answer goes on with the canonical request and the string to sign as
the gateway computed them. Compare them with yours: the first line that differs is the fault. If no line
differs, it is the secret. \`make call\` does this for you after every refusal, and \`scripts/diagnose.ts\`
for an answer that somebody sends you.

## Five minutes

The gateway takes a signature for 5 minutes before and after the time that it names. So the clock of the
client has to be right, and a signed request cannot be kept for later. You may read of 15 minutes elsewhere:
that is what other services of AWS allow. A client that cannot set its clock can sign with an offset, since
the \`Date\` header of any answer says what time it is at the gateway.

## What breaks existing clients

Clients hold the access key, the region and the service as configuration. So these changes need a plan:

- **Deleting or deactivating an access key** ends every client that signs with it, within moments. Give them a
  second key first, and delete the old one when nobody uses it any more. Roles with temporary credentials
  spare you this.
- **Moving the API to another region** changes the credential scope of every signature, and the address with
  it.
- **Creating the API anew** (a new REST API id) changes its address, and the ARNs that policies name.
- **Renaming a stage or a path** changes what is signed and what policies allow.
- **Asking for an API key on a route that did without** refuses every client that has none.
- **Replacing an API key** refuses those who hold the old one. Let two keys be valid while clients change
  over.

## Who may call: the invoke policy

A signature says who is calling. Whether they *may* call is up to the IAM policies of that caller: they have
to allow the action \`execute-api:Invoke\` on the route. This is the policy of the role \`reader\`, who signed
above:

${code("json", JSON.stringify(readerPolicy(gateway), null, 2))}

A resource is \`arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/PATH\`. The path is that of the request,
not the route's template, so a path parameter is a \`*\` in the policy. Only routes with the authorization
\`AWS_IAM\` ask for it: a line for \`/auth/api-key\` would have no effect, since that route looks at no
signature. Callers of the same account need nothing else; those of another account also have to be let in by a
resource policy of the API.

The outputs \`reader_policy_arn\` and \`writer_policy_arn\` name policies that can be attached to a role or
user, and \`reader_role_arn\` and \`writer_role_arn\` roles that the account's principals can assume. \`make
routes\` prints who can call what.

## What an API key is for

A key tells clients apart, so that their requests can be counted, limited to a rate and a quota, and billed. A
*usage plan* does that. A key is not for deciding who may call:

- It stands in every request as it is, and does not expire.
- It says nothing about who sends it, and nothing about what they may do.
- It does not protect the request: path, query and body can be changed on the way.

So use keys beside a signature, as the third route does, and never in its place.

${OTHER_CLIENTS}`;
}

// ---------------------------------------------------------------------------------------------------- internal

function values(): string[][] {
  const { host, stage, date, credentials, apiKey } = EXAMPLE;
  return [
    ["address of the stage", `http://${host}/${stage}`],
    ["time", date.toISOString().replace(".000", "")],
    ["access key id", credentials.accessKeyId],
    ["secret access key", credentials.secretAccessKey],
    ["session token", credentials.sessionToken],
    ["API key", apiKey],
  ].map(([name = "", value]) => [name, `\`${value}\``]);
}

function configuration(): string[][] {
  const { accessKeyId, secretAccessKey, sessionToken } = EXAMPLE.credentials;
  return [
    ["access key id", accessKeyId, "IAM, or STS for temporary credentials (`ASIA…`)"],
    ["secret access key", secretAccessKey, "the same; it is never sent"],
    ["session token", sessionToken, "STS; long-term credentials have none"],
    ["region", EXAMPLE.region, "where the API is deployed"],
    ["service", "execute-api", "the same for every API of API Gateway"],
  ].map(([name = "", value, source = ""]) => [name, `\`${value}\``, source]);
}

/** The walk of `make demo`, but for `/index`: its Lambda signs by the clock of this machine, which the gateway's is not. */
async function walkThrough(gateway: ExampleGateway): Promise<Step[]> {
  const stops = WALK.filter(({ path }) => path !== "/index");
  const walker = {
    baseUrl: `${gateway.url}/${EXAMPLE.stage}`,
    region: EXAMPLE.region,
    isLocal: true,
    credentials: EXAMPLE.credentials,
    apiKey: EXAMPLE.apiKey,
    now: () => EXAMPLE.date.getTime(),
  };
  const steps: Step[] = [];
  for await (const step of walk(walker, stops)) {
    if (!step.kept) throw new Error(`GET ${step.stop.path}: expected ${step.promised}, got ${step.actual}`);
    steps.push(step);
  }
  return steps;
}

const CALLED_WITH: Readonly<Record<CalledWith, string>> = {
  nothing: "nothing",
  signature: "a signature",
  "API key": "the API key",
  both: "both",
};

function walkRows(steps: readonly Step[]): string[][] {
  return steps.map(({ stop, calledWith, actual }, index) => [
    stop === steps[index - 1]?.stop ? "" : `\`GET ${stop.path}\``,
    CALLED_WITH[calledWith],
    actual,
  ]);
}

async function missingRows(gateway: ExampleGateway): Promise<string[][]> {
  const rows: string[][] = [];
  for (const { missing, path, sending } of MISSING_INPUTS) {
    const { answer } = await gateway.get(path, sending);
    if (answer.status < 400)
      throw new Error(`expected a refusal without ${missing}, got ${tellAnswer(answer)}`);
    rows.push([missing, headerValue(answer.headers, "x-amzn-errortype") ?? "", tellAnswer(answer)]);
  }
  return rows;
}

function readerPolicy({ model }: ExampleGateway): unknown {
  const { principals, outputs } = model;
  return principals.find(({ arn }) => arn === outputs.reader_role_arn?.value)?.identityPolicies[0]?.document;
}

function explain({ request }: Shown): Explanation {
  const steps = explainSignature(request, EXAMPLE.credentials);
  if (!steps) throw new Error("the steps do not lead to the signature that the request has");
  return steps;
}

/** A request and its answer, as they go over the wire. */
function show({ request, answer }: Shown): string {
  const shown = answer.headers.filter(([name]) => SHOWN_HEADERS.has(name.toLowerCase()));
  return code(
    "http",
    [
      ...requestLines(request),
      "",
      `HTTP/1.1 ${answer.status} ${answer.statusText}`,
      ...shown.map(([name, value]) => `${name}: ${value}`),
      "",
      answer.body.toString(),
    ].join("\n"),
  );
}

/** The others differ each time, or are HTTP's own. */
const SHOWN_HEADERS = new Set(["content-type", "x-amzn-errortype"]);

function requestLines({ method, target, headers }: RawRequest): string[] {
  return [`${method} ${target} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`)];
}
