import fc from "fast-check";
import type { HttpRequest } from "#gateway/http/message";
import type { InvokeOutcome } from "#lambda/invocation";
import { allowInvoke, loadApi } from "../../support/api-terraform";
import { character } from "../../support/character";
import { aRequest } from "../../support/gateway-model";
import { AMZ_DATE, socketlessGateway } from "../../support/socketless-gateway";
import { temporaryFolder } from "../../support/temporary-folder";
import { isUnchanged, PARTS, replaceAt } from "../sigv4/changed-parts";
import { signWithAws4 } from "../sigv4/signed-requests";

/** What holds for every request, without a socket. */

const model = loadApi(
  {
    routes: [
      { route: "ANY /signed/{proxy+}", authorization: "AWS_IAM" },
      { route: "GET /both", authorization: "AWS_IAM", method: { api_key_required: true } },
      { route: "GET /keyed", method: { api_key_required: true } },
      { route: "POST /typed", mock: { passthroughBehavior: "NEVER" } },
      { route: "ANY /run/{code}", lambda: "run" },
    ],
    functions: { run: { source: "export const handler = async () => ({});" } },
    users: { user: [allowInvoke("*")] },
    roles: { reader: [allowInvoke("*")], stranger: [] },
    plans: { plan: {} },
    keys: { client: { plan: "plan" }, disabled: { plan: "plan", enabled: false } },
  },
  temporaryFolder(),
);

let outcome: InvokeOutcome | Error;
const gateway = socketlessGateway(model, async () => {
  if (outcome instanceof Error) throw outcome;
  return outcome;
});
const PROFILES = ["user", "reader", "stranger"] as const;
const KEYS = model.apiKeys.map(({ value }) => value);
const SECRETS = [
  ...KEYS,
  ...PROFILES.flatMap((profile) => {
    const { secretAccessKey, sessionToken } = gateway.credentials(profile);
    return sessionToken === undefined ? [secretAccessKey] : [secretAccessKey, sessionToken];
  }),
];

/** A request that is signed as aws4 does. */
const signedRequest = fc
  .record({
    profile: fc.constantFrom(...PROFILES),
    form: fc.constantFrom("header" as const, "query" as const),
    path: fc.constantFrom("/dev/signed/a", "/dev/signed/a%20b?x=1&y=", "/dev/both", "/dev/both?x=%2F"),
    method: fc.constantFrom("GET", "PUT"),
    key: fc.constantFrom(...KEYS),
    body: fc.constantFrom("", "{}"),
  })
  .map(({ profile, form, path, method, key, body }): HttpRequest => {
    const { accessKeyId, secretAccessKey, sessionToken } = gateway.credentials(profile);
    return {
      ...aRequest(),
      ...signWithAws4(
        { path, method, body, headers: { "X-Note": "a note", "x-api-key": key } },
        {
          credentials: { accessKeyId, secretAccessKey, sessionToken },
          form,
          region: model.region,
          date: AMZ_DATE,
        },
      ),
    };
  });

/** Text in which the words that the gates look for are frequent. */
const words = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "/",
        "dev",
        "signed",
        "keyed",
        "run",
        "?",
        "=",
        "&",
        "%",
        "%2f",
        "..",
        "{",
        "}",
        "|",
        "\n",
        "\u0000",
      ),
      fc.constantFrom(
        "AWS4-HMAC-SHA256 ",
        "Credential=",
        "SignedHeaders=host",
        ", ",
        "Signature=",
        "X-Amz-Date=",
        AMZ_DATE,
      ),
      fc.string({ maxLength: 8 }),
      fc.string({ unit: character, maxLength: 8 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(""));

const anyRequest: fc.Arbitrary<HttpRequest> = fc.record({
  method: fc.oneof(fc.constantFrom("GET", "POST", "ANY", "HEAD"), words),
  target: fc.oneof(
    words,
    words.map((rest) => `/dev/${rest}`),
    fc.constantFrom("/dev/signed/x", "/dev/keyed", "/dev/typed", "/dev/run/1"),
  ),
  headers: fc.array(
    fc.tuple(
      fc.oneof(
        fc.constantFrom(
          "Host",
          "Authorization",
          "X-Amz-Date",
          "x-api-key",
          "X-HTTP-Method-Override",
          "Accept",
        ),
        fc.constantFrom("Content-Type", "X-Amzn-Trace-Id", "X-Amz-Security-Token", "x-amz-content-sha256"),
        words,
      ),
      fc.oneof(words, fc.constantFrom(...KEYS, "GET", "application/json")),
    ),
    { maxLength: 6 },
  ),
  body: fc.uint8Array({ maxLength: 40 }),
  sourceIp: fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()),
  protocol: fc.constantFrom("HTTP/1.1", "HTTP/1.0"),
});

const anyOutcome: fc.Arbitrary<InvokeOutcome | Error> = fc.oneof(
  fc.record({ kind: fc.constant("result" as const), payload: fc.oneof(fc.string(), fc.json()) }),
  fc.record({
    kind: fc.constant("result" as const),
    payload: fc
      .record(
        {
          statusCode: fc.oneof(fc.integer(), fc.string()),
          headers: fc.dictionary(fc.string(), fc.string()),
          body: fc.string(),
          isBase64Encoded: fc.boolean(),
        },
        { requiredKeys: [] },
      )
      .map((result) => JSON.stringify(result)),
  }),
  fc.record({
    kind: fc.constantFrom("error" as const, "timeout" as const, "exited" as const, "too-large" as const),
    errorType: fc.string(),
    errorMessage: fc.string({ unit: character }),
    trace: fc.constant([]),
  }),
  fc.constant(new Error("a bug")),
);

test("every request gets an answer that HTTP can carry, with an id, and one log line", async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(anyRequest, signedRequest), anyOutcome, async (request, result) => {
      outcome = result;
      const { answer, log } = await gateway.handle(request);
      const names = answer.headers.map(([name]) => name);
      expect(names).toContain("x-amzn-RequestId");
      expect(answer.status).toBeGreaterThanOrEqual(200);
      expect(answer.status).toBeLessThanOrEqual(599);
      expect(
        () => new Response(null, { status: 200, headers: answer.headers as [string, string][] }),
      ).not.toThrow();
      expect(log.status).toBe(answer.status);
      expect(`${log.method}${log.path}${log.reason}${log.notes.join("")}`).not.toMatch(/\p{Cc}/u);
    }),
    { numRuns: 300 },
  );
});

test("what was signed is let in as its caller, where the caller may and the key is right", async () => {
  await fc.assert(
    fc.asyncProperty(signedRequest, async (request) => {
      const { answer, log } = await gateway.handle(request);
      const path = request.target.slice("/dev/".length);
      const allowed = log.caller !== "stranger";
      const keyed = request.headers.some(([name, value]) => name === "x-api-key" && value === KEYS[0]);
      const found = path.startsWith("signed/") || request.method === "GET";
      expect(answer.status).toBe(found && allowed && (keyed || path.startsWith("signed/")) ? 200 : 403);
    }),
  );
});

/** The region set belongs to SigV4A. */
const SIGV4_PARTS = Object.entries(PARTS).filter(([part]) => part !== "region set");

test.each(SIGV4_PARTS)("a signed request whose %s has another byte is refused", async (part, change) => {
  await fc.assert(
    fc.asyncProperty(
      signedRequest,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 33, max: 126 }),
      async (request, at, code) => {
        const changed = {
          ...request,
          ...change(request, (whole) => replaceAt(whole, at, String.fromCharCode(code))),
        };
        fc.pre(!isUnchanged(part, request, changed));
        expect((await gateway.handle(changed)).answer.status).toBe(403);
      },
    ),
  );
});

test("neither the log nor a refusal shows a secret", async () => {
  const part = fc.constantFrom(...Object.values(PARTS));
  await fc.assert(
    fc.asyncProperty(signedRequest, part, fc.nat(), async (request, change, at) => {
      const changed = { ...request, ...change(request, (whole) => replaceAt(whole, (at % 97) / 97, "x")) };
      for (const sent of [request, changed]) {
        const { answer, log } = await gateway.handle(sent);
        const line = JSON.stringify(log);
        for (const secret of SECRETS) expect(line).not.toContain(secret);
        // A signature, the one that was sent or the one that was expected.
        expect(line).not.toMatch(/[0-9a-f]{64}/);
        const told = JSON.stringify([answer.headers, String(answer.body)]);
        for (const key of KEYS) if (!isShownCanonical(told)) expect(told).not.toContain(key);
        for (const profile of PROFILES)
          expect(told).not.toContain(gateway.credentials(profile).secretAccessKey);
      }
    }),
  );
});

/** A mismatch is told with the canonical request, which repeats to the sender what the sender signed. */
function isShownCanonical(told: string): boolean {
  return told.includes("The Canonical String for this request should have been");
}
