import type { Explanation } from "#call/explanation";
import { parseCanonicalRequest } from "#diagnosis/compare-canonical";
import { EXAMPLE } from "./example";
import { code, table } from "./markdown";
import { deriveKeys, recomputeProgram } from "./recompute";

/** The calculation of one signature: every step with its number, every line of it told once. */
export function renderCalculation(steps: Explanation): string {
  const { secretAccessKey } = EXAMPLE.credentials;
  return `\
### Step 1: the canonical request

Client and gateway must sign the same bytes. HTTP lets them write one request in many ways, so both bring it
into one form, the *canonical request*, a few lines of text:

${code("text", steps.canonicalRequest)}

${table(["line", "AWS calls it", "what it is"], canonicalRows(steps.canonicalRequest))}

The lines are joined by single line feeds, and there is none behind the last.

### Step 2: its hash

The SHA-256 of these bytes stands for the request from here on:

${code("text", steps.canonicalRequestHash)}

### Step 3: the string to sign

${code("text", steps.stringToSign)}

${table(["line", "AWS calls it", "what it is"], stringToSignRows())}

### Step 4: the signing key

The secret access key never signs a request itself. It is narrowed first, by four HMAC-SHA-256, each keyed
with the result of the one before. What comes out signs for one day, one region and one service:

${table(["key", "made from", "in hex"], keyRows(secretAccessKey, steps))}

You see these keys because the secret is an example. Never print yours: whoever has one of them can sign.

### Step 5: the signature

The HMAC-SHA-256 of the string to sign, under the signing key, in hex:

${code("text", steps.signature)}

### Step 6: the header

${code("text", `Authorization: ${steps.authorization.replace(" ", "\n  ").replaceAll(/, */g, ",\n  ")}`)}

On the wire this is one line. It names the algorithm, the access key id with the scope, the signed headers,
and the signature. The gateway looks the secret up by the access key id, takes the same steps over the request
as it arrived, and compares. The secret itself is never sent.

### Compute it yourself

This program prints the signature of step 5. It takes nothing but values of this page. Save it as
\`recompute.cjs\` and run \`node recompute.cjs\`:

${code("js", recomputeProgram(steps, secretAccessKey))}`;
}

// ---------------------------------------------------------------------------------------------------- internal

/** What the lines of a canonical request mean; each of them has to be told. */
const HEADERS: Readonly<Record<string, string>> = {
  host: "Who the request is for, with the port where it is not the usual one. It must be signed, or the request could be sent to another API.",
  "x-amz-date": "When the request was signed, in UTC. The gateway takes it for 5 minutes.",
  "x-amz-security-token":
    "The session token of temporary credentials, whole. Long-term credentials (`AKIA…`) have none, and then there is no such line.",
};

function canonicalRows(canonicalRequest: string): string[][] {
  const parsed = parseCanonicalRequest(canonicalRequest);
  if (!parsed) throw new Error("the canonical request of the example has not its form");
  const headers = parsed.headers.map(([name], index) => {
    const told = HEADERS[name];
    if (told === undefined) throw new Error(`the page does not tell what the signed header '${name}' is`);
    return [
      "CanonicalHeaders",
      `${index === 0 ? "The signed headers, a line each, sorted: name in lower case, colon, value without spaces around it. " : ""}${told}`,
    ];
  });
  return [
    ["HTTPMethod", "The method, in upper case."],
    [
      "CanonicalURI",
      "The path as it is sent, with the stage in front. Each segment is percent-encoded once more: a space, which is sent as `%20`, is `%2520` here.",
    ],
    [
      "CanonicalQueryString",
      "The query, its parameters sorted by name. This request has none, and the line stays, empty.",
    ],
    ...headers,
    ["", "An empty line ends the headers."],
    ["SignedHeaders", "Which headers were signed. The gateway takes these and no others."],
    [
      "HashedPayload",
      "The SHA-256 of the body, in hex. A `GET` has none, so this is the hash of nothing, which is the same for every such request.",
    ],
  ].map((cells, index) => [String(index + 1), ...cells]);
}

function stringToSignRows(): string[][] {
  return [
    ["Algorithm", "How it is signed. `AWS4-HMAC-SHA256` is Signature Version 4."],
    ["RequestDateTime", "The time of `X-Amz-Date`."],
    [
      "CredentialScope",
      "What the signature is good for: the day, the region, the service, and a fixed ending. For API Gateway the service is `execute-api`.",
    ],
    ["HashedCanonicalRequest", "The hash of step 2."],
  ].map((cells, index) => [String(index + 1), ...cells]);
}

function keyRows(secretAccessKey: string, steps: Explanation): string[][] {
  let under = '`"AWS4" + secret access key`';
  return deriveKeys(secretAccessKey, steps).map(([name, text, hex]) => {
    const row = [name, `HMAC(${under}, \`"${text}"\`)`, `\`${hex}\``];
    under = name;
    return row;
  });
}
