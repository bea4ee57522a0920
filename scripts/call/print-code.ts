import { canonicalQuery } from "#sigv4/canonical-request";

/** A request that is to be written as code, not signed yet. */
export interface PrintableCall {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** As text. */
  readonly body?: string;
  readonly region: string;
  readonly service: string;
  readonly signed: boolean;
}

/** The languages that a request is printed in. */
export const LANGUAGES = ["curl", "python", "go", "js", "http"] as const;

/** One of {@link LANGUAGES}. */
export type Language = (typeof LANGUAGES)[number];

/**
 * A request as code that signs and sends it. Secrets are read from the environment when it runs: the credentials by the
 * names of AWS (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN), an API key from API_KEY, other secret headers
 * from their own names.
 */
export function printCode(call: PrintableCall, language: Language): string {
  return PRINTERS[language](call);
}

// ---------------------------------------------------------------------------------------------------- internal

const PRINTERS: Readonly<Record<Language, (call: PrintableCall) => string>> = {
  curl: (call) => {
    const { method, url, headers, body, region, service, signed } = call;
    const lines = [
      `curl --request ${method} ${shellQuote(sorted(url))}`,
      ...(signed
        ? [
            `--aws-sigv4 ${shellQuote(`aws:amz:${region}:${service}`)}`,
            '--user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"',
            // Left out if there is no token.
            `\${AWS_SESSION_TOKEN:+--header "x-amz-security-token: $AWS_SESSION_TOKEN"}`,
          ]
        : []),
      ...Object.entries(headers).map(([name, value]) => {
        const variable = variableOf(name);
        return `--header ${variable ? `"${name}: $${variable}"` : shellQuote(`${name}: ${value}`)}`;
      }),
      ...(body === undefined ? [] : [`--data-binary ${shellQuote(body)}`]),
    ];
    return `${lines.join(" \\\n  ")}\n`;
  },
  python: ({ method, url, headers, body, region, service, signed }) =>
    [
      "import os",
      "import requests",
      ...(signed
        ? [
            "from botocore.auth import SigV4Auth",
            "from botocore.awsrequest import AWSRequest",
            "from botocore.session import Session",
          ]
        : []),
      "",
      `url = ${text(url)}`,
      `headers = {${entries(headers, (variable) => `os.environ["${variable}"]`)}}`,
      `body = ${body === undefined ? "None" : `${text(body)}.encode()`}`,
      ...(signed
        ? [
            `request = AWSRequest(method="${method}", url=url, headers=headers, data=body)`,
            `SigV4Auth(Session().get_credentials(), ${text(service)}, ${text(region)}).add_auth(request)`,
            "headers = dict(request.headers)",
          ]
        : []),
      `response = requests.request("${method}", url, headers=headers, data=body, allow_redirects=False)`,
      "print(response.status_code, response.text)",
      "",
    ].join("\n"),
  js: ({ method, url, headers, body, region, service, signed }) =>
    [
      ...(signed ? ['import { AwsClient } from "aws4fetch";', ""] : []),
      `const url = ${text(url)};`,
      `const init = {`,
      `  method: "${method}",`,
      `  headers: {${entries(headers, (variable) => `process.env.${variable}`)}},`,
      ...(body === undefined ? [] : [`  body: ${text(body)},`]),
      '  redirect: "manual",',
      "};",
      ...(signed
        ? [
            "const aws = new AwsClient({",
            "  accessKeyId: process.env.AWS_ACCESS_KEY_ID,",
            "  secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY,",
            "  sessionToken: process.env.AWS_SESSION_TOKEN,",
            `  region: ${text(region)},`,
            `  service: ${text(service)},`,
            "});",
            "const response = await aws.fetch(url, init);",
          ]
        : ["const response = await fetch(url, init);"]),
      "console.log(response.status, await response.text());",
      "",
    ].join("\n"),
  go: ({ method, url, headers, body, region, service, signed }) =>
    [
      "package main",
      "",
      "import (",
      ...(signed ? ['\t"context"', '\t"crypto/sha256"', '\t"encoding/hex"'] : []),
      '\t"fmt"',
      '\t"io"',
      '\t"net/http"',
      ...(Object.keys(headers).some(variableOf) ? ['\t"os"'] : []),
      '\t"strings"',
      ...(signed
        ? [
            '\t"time"',
            "",
            '\tv4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"',
            '\t"github.com/aws/aws-sdk-go-v2/config"',
          ]
        : []),
      ")",
      "",
      "func main() {",
      `\tbody := ${text(body ?? "")}`,
      `\trequest, err := http.NewRequest("${method}", ${text(url)}, strings.NewReader(body))`,
      ...PANIC,
      ...Object.entries(headers).map(([name, value]) => {
        const variable = variableOf(name);
        return `\trequest.Header.Set(${text(name)}, ${variable ? `os.Getenv("${variable}")` : text(value)})`;
      }),
      ...(signed
        ? [
            "\tctx := context.Background()",
            "\tcfg, err := config.LoadDefaultConfig(ctx)",
            ...PANIC,
            "\tcredentials, err := cfg.Credentials.Retrieve(ctx)",
            ...PANIC,
            "\thash := sha256.Sum256([]byte(body))",
            `\terr = v4.NewSigner().SignHTTP(ctx, credentials, request, hex.EncodeToString(hash[:]), ${text(service)}, ${text(region)}, time.Now())`,
            ...PANIC,
          ]
        : []),
      "\tresponse, err := http.DefaultTransport.RoundTrip(request)",
      ...PANIC,
      "\tdefer response.Body.Close()",
      "\tanswer, _ := io.ReadAll(response.Body)",
      "\tfmt.Println(response.Status, string(answer))",
      "}",
      "",
    ].join("\n"),
  // Source: https://github.com/Huachao/vscode-restclient#aws-signature-v4
  http: ({ method, url, headers, body, region, service, signed }) =>
    [
      `${method} ${url} HTTP/1.1`,
      ...(signed
        ? [
            `Authorization: AWS {{$processEnv AWS_ACCESS_KEY_ID}} {{$processEnv AWS_SECRET_ACCESS_KEY}} token:{{$processEnv AWS_SESSION_TOKEN}} region:${region} service:${service}`,
          ]
        : []),
      ...Object.entries(headers).map(([name, value]) => {
        const variable = variableOf(name);
        return `${name}: ${variable ? `{{$processEnv ${variable}}}` : value}`;
      }),
      "",
      ...(body === undefined ? [] : [body, ""]),
    ].join("\n"),
};

const PANIC = ["\tif err != nil {", "\t\tpanic(err)", "\t}"];

/** The environment variable that a header's value is read from, if it is a secret. */
function variableOf(header: string): string | undefined {
  if (header === "x-api-key") return "API_KEY";
  return /^(authorization|proxy-authorization|cookie|x-amz-security-token)$/.test(header)
    ? header.toUpperCase().replaceAll("-", "_")
    : undefined;
}

function entries(headers: Readonly<Record<string, string>>, read: (variable: string) => string): string {
  return Object.entries(headers)
    .map(([name, value]) => {
      const variable = variableOf(name);
      return `${text(name)}: ${variable ? read(variable) : text(value)}`;
    })
    .join(", ");
}

/** A literal that JavaScript, Python and Go read alike. */
function text(value: string): string {
  return JSON.stringify(value);
}

/** Releases of curl before 8.3 sign the query as it is written. Source: https://github.com/curl/curl/issues/11794 */
function sorted(url: string): string {
  const { origin, pathname, search } = new URL(url);
  const query = canonicalQuery(search.slice(1), "header");
  return origin + pathname + (query && `?${query}`);
}

function shellQuote(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}
