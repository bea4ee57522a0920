import { summarizeAnswer } from "#call/api-request";
import { type Explanation, explainSignature } from "#call/explanation";
import { type TourAnswer, takeTour } from "#demo/tour";
import { projectConfig } from "#modules/config/load-config";
import type { CalledWith } from "#modules/config/project-config";
import { headerValue, type RawRequest } from "#sigv4/request";
import { calculationSections } from "./calculation";
import { EXAMPLE } from "./example";
import type { ExampleGateway, Shown } from "./example-gateway";
import { code, replaceSections, table } from "./markdown";
import { MISSING_INPUTS } from "./missing-inputs";
import { regionSetSections } from "./region-set";

/**
 * Writes the parts of docs/signing.md that come from a run: makes every request of the page, and inserts the requests, the
 * computed values and the answers. The result is the same each time for the same API; the rest of the page stays.
 *
 * @param page - docs/signing.md as it is
 * @throws Error if the page has no place for one of them
 */
export async function writeSigningGuide(page: string, gateway: ExampleGateway): Promise<string> {
  const { credentials, apiKey } = EXAMPLE;
  const key = { "x-api-key": apiKey };
  const answers = await takeExampleTour(gateway);
  const withKey = await gateway.get("/auth/api-key", { headers: key });
  const unsigned = await gateway.get("/auth/iam-sigv4");
  const signed = await gateway.get("/auth/iam-sigv4", { credentials });
  const withBoth = await gateway.get("/auth/iam-sigv4-and-api-key", { credentials, headers: key });
  const withQuery = await gateway.get("/products?limit=1", { credentials });
  const inRegions = await gateway.get("/auth/iam-sigv4", { credentials, regionSet: REGION_SET });
  const elsewhere = await gateway.get("/auth/iam-sigv4", { credentials, regionSet: ["eu-west-1"] });
  const missing = await missingRows(gateway);
  return replaceSections(page, {
    values: table(["value", "in this run"], values()),
    routes: table(["route", "called with", "answer"], routeRows(answers)),
    "with-key": show(withKey),
    unsigned: show(unsigned),
    ...calculationSections(explain(signed), credentials.secretAccessKey),
    signed: show(signed),
    "canonical-request-with-both": code("text", explain(withBoth).canonicalRequest),
    "signed-with-both": show(withBoth),
    "canonical-request-with-query": code("text", explain(withQuery).canonicalRequest),
    "signed-with-query": show(withQuery),
    ...regionSetSections(explain(inRegions), credentials.secretAccessKey),
    "signed-for-a-region-set": show(inRegions),
    "signed-for-another-region-set": show(elsewhere),
    "missing-inputs": table(["missing", "`x-amzn-ErrorType`", "answer"], missing),
    "invoke-policy": code("json", JSON.stringify(readerPolicy(gateway), null, 2)),
  });
}

// ---------------------------------------------------------------------------------------------------- internal

const REGION_SET = ["us-east-1", "eu-west-1"];

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

/** The tour of `make demo` without `/index`: its Lambda signs by the clock of this machine, which is not the gateway's. */
async function takeExampleTour(gateway: ExampleGateway): Promise<TourAnswer[]> {
  const steps = (projectConfig().tour ?? []).filter(({ path }) => path !== "/index");
  const api = {
    baseUrl: `${gateway.url}/${EXAMPLE.stage}`,
    region: EXAMPLE.region,
    isLocal: true,
    credentials: EXAMPLE.credentials,
    apiKey: EXAMPLE.apiKey,
    now: () => EXAMPLE.date.getTime(),
  };
  const answers: TourAnswer[] = [];
  for await (const answer of takeTour(api, steps)) {
    const { kept, step, promised, actual } = answer;
    if (!kept) throw new Error(`GET ${step.path}: expected ${promised}, got ${actual}`);
    answers.push(answer);
  }
  return answers;
}

const CALLED_WITH: Readonly<Record<CalledWith, string>> = {
  nothing: "nothing",
  signature: "a signature",
  "API key": "the API key",
  both: "both",
};

function routeRows(answers: readonly TourAnswer[]): string[][] {
  return answers.map(({ step, calledWith, actual }, index) => [
    step === answers[index - 1]?.step ? "" : `\`GET ${step.path}\``,
    CALLED_WITH[calledWith],
    actual,
  ]);
}

async function missingRows(gateway: ExampleGateway): Promise<string[][]> {
  const rows: string[][] = [];
  for (const { missing, path, sending } of MISSING_INPUTS) {
    const { answer } = await gateway.get(path, sending);
    if (answer.status < 400)
      throw new Error(`expected a refusal without ${missing}, got ${summarizeAnswer(answer)}`);
    rows.push([missing, headerValue(answer.headers, "x-amzn-errortype") ?? "", summarizeAnswer(answer)]);
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

/** A request and its answer on the wire. */
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

/** The other headers differ each time, or belong to HTTP. */
const SHOWN_HEADERS = new Set(["content-type", "x-amzn-errortype"]);

function requestLines({ method, target, headers }: RawRequest): string[] {
  return [`${method} ${target} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`)];
}
