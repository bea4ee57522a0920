import fc from "fast-check";
import { diagnose } from "#diagnosis/diagnose";
import { renderDiagnosis } from "#diagnosis/render";
import * as messages from "#sigv4/messages";

const plain = (_: unknown, text: string): string => text;
const line = fc.stringMatching(/^[ -~]{0,20}$/);
const canonical = fc
  .tuple(line, line, line, fc.array(line, { maxLength: 4 }), line, line)
  .map(([method, uri, query, headers, signed, hash]) =>
    [method, `/${uri}`, query, ...headers, "", signed, hash].join("\n"),
  );
const text = fc.oneof(
  fc.string(),
  canonical.map((request) => messages.signatureMismatch(request, "x")),
  line.map((date) => messages.signatureExpired(date, date, date, "5 min.")),
  line.map((credential) => messages.malformedCredential(credential, "a/b")),
  line.map(
    (caller) => `User: ${caller} is not authorized to perform: a:b on resource: arn:${caller}:********1111:x`,
  ),
  fc.constantFrom(...Object.values(messages).filter((message) => typeof message === "string")),
);
const request = fc.record({
  method: line,
  target: fc.string(),
  headers: fc.array(
    fc.tuple(
      fc.constantFrom("Host", "Authorization", "X-Amz-Date", "x-api-key", "X-Amz-Security-Token"),
      line,
    ),
  ),
  body: fc.uint8Array({ maxLength: 8 }),
});

test("whatever was answered to whatever was sent, there is a diagnosis with a cause and an advice", () => {
  const observed = fc.record(
    {
      response: fc.record({
        status: fc.option(fc.integer({ min: 200, max: 599 }), { nil: undefined }),
        headers: fc.array(fc.tuple(fc.constantFrom("x-amzn-ErrorType", "x-amzn-RequestId"), line)),
        body: fc.oneof(
          text,
          text.map((message) => JSON.stringify({ message })),
          fc.json(),
        ),
      }),
      request,
      canonicalRequest: fc.oneof(canonical, fc.string()),
      clockOffsetSeconds: fc.integer(),
    },
    { requiredKeys: ["response"] },
  );
  fc.assert(
    fc.property(observed, (each) => {
      const diagnosis = diagnose(each);
      expect(diagnosis.cause).toMatch(/\S\.$/);
      expect(diagnosis.advice).toMatch(/\S\.$/);
      expect(renderDiagnosis(diagnosis, plain)).toMatch(/^Diagnosis {2}\S/);
    }),
    { numRuns: 1000 },
  );
});

test("a session token or API key in two canonical requests is in nothing that is shown", () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9+/]{30}$/);
  fc.assert(
    fc.property(secret, secret, fc.constantFrom("x-amz-security-token", "x-api-key"), (one, other, name) => {
      const withSecret = (value: string) =>
        `GET\n/dev\nX-Amz-Security-Token=${value}\nhost:h\n${name}:${value}\n\nhost;${name}\nabc`;
      const body = JSON.stringify({ message: messages.signatureMismatch(withSecret(one), "x") });
      const diagnosis = diagnose({ response: { headers: [], body }, canonicalRequest: withSecret(other) });
      const shown = renderDiagnosis(diagnosis, plain);
      expect([shown.includes(one), shown.includes(other)]).toEqual([false, false]);
    }),
  );
});
