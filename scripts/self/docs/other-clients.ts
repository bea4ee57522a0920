import { EXAMPLE } from "./example";
import { code } from "./markdown";

const API = `http://${EXAMPLE.host}/${EXAMPLE.stage}`;

/** How the same call is made with other programs. Every block is run by a test. */
export const OTHER_CLIENTS = `\
## The same call with other clients

The blocks call the gateway of \`make dev\`. It leaves credentials of the roles in \`.local/credentials\`, and
files for curl in \`.local/curl/\`. For a deployed stage, put its address (the output \`service_endpoint\`) in
place of \`${API}\`, its region in place of \`${EXAMPLE.region}\`, and your own profile in place of
\`reader\`.

**This repository.** \`make call\` signs, sends and explains; \`--explain\` prints the steps above for your
own request:

${code("sh", "make call REQUEST='GET /products --as reader --explain'")}

**curl** (7.75 or newer) signs with \`--aws-sigv4\`. The secret is read from a file, so that it is neither in
the list of processes nor in the history of your shell; the key file adds the \`x-api-key\` header:

${code(
  "sh",
  `\
curl --aws-sigv4 aws:amz:${EXAMPLE.region}:execute-api --config .local/curl/reader ${API}/products
curl --aws-sigv4 aws:amz:${EXAMPLE.region}:execute-api --config .local/curl/reader \\
  -H @.local/curl/demo.key ${API}/auth/iam-sigv4-and-api-key`,
)}

**The AWS CLI** (version 2) has no command that calls an API of yours, but it has your credentials, whether
they come from keys, a role or \`aws sso login\`. \`aws configure export-credentials\` hands them on:

${code(
  "sh",
  `\
export AWS_SHARED_CREDENTIALS_FILE=.local/credentials
eval "$(aws configure export-credentials --profile reader --format env)"`,
)}

With these variables, curl signs again without the secret on its command line, and so do the two programs
further below:

${code(
  "sh",
  `\
curl --config - ${API}/products <<END
aws-sigv4 = "aws:amz:${EXAMPLE.region}:execute-api"
user = "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"
header = "x-amz-security-token: $AWS_SESSION_TOKEN"
END`,
)}

**Postman.** Under *Authorization* choose the type *AWS Signature*. Fill in AccessKey, SecretKey, AWS Region
(\`${EXAMPLE.region}\`), Service Name (\`execute-api\`) and, for temporary credentials, Session Token. All of
them stand in \`.local/credentials\`. An API key is an ordinary header, \`x-api-key\`, under *Headers*.

**[aws4](https://github.com/mhart/aws4)** signs for any HTTP client of Node.js:

${code(
  "js",
  `\
const aws4 = require("aws4");

const api = new URL("${API}/products");
const { headers } = aws4.sign(
  { service: "execute-api", region: "${EXAMPLE.region}", host: api.host, path: api.pathname },
  {
    accessKeyId: process.env.AWS_ACCESS_KEY_ID,
    secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY,
    sessionToken: process.env.AWS_SESSION_TOKEN,
  },
);
fetch(api, { headers }).then((response) => response.text()).then(console.log);`,
)}

**The signer of the AWS SDK** for JavaScript, with its chain of credentials (environment, profiles, SSO,
roles):

${code(
  "js",
  `\
const { Sha256 } = require("@aws-crypto/sha256-js");
const { defaultProvider } = require("@aws-sdk/credential-provider-node");
const { SignatureV4 } = require("@smithy/signature-v4");

const api = new URL("${API}/products");
const signer = new SignatureV4({
  credentials: defaultProvider(),
  region: "${EXAMPLE.region}",
  service: "execute-api",
  sha256: Sha256,
});
const request = { method: "GET", protocol: api.protocol, hostname: api.hostname, path: api.pathname };
signer
  .sign({ ...request, headers: { host: api.host } })
  .then(({ headers }) => fetch(api, { headers }))
  .then((response) => response.text())
  .then(console.log);`,
)}

In a TypeScript project, \`functions/lib/sigv4.ts\` wraps that signer: \`signRequest(request, options)\` signs
and sends nothing, and \`signedFetch(fetch, options)\` is a \`fetch\` that signs. `;
