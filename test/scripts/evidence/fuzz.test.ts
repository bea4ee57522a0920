import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { main } from "#diagnose";
import { rankCauses } from "#diagnosis/causes";
import { diagnose } from "#diagnosis/diagnose";
import { readPieces } from "#evidence/read";
import { PROJECT_ROOT } from "#self/repository";
import { captureIo } from "../../support/captured-io";

const CASES = JSON.parse(
  readFileSync(join(PROJECT_ROOT, "test/fixtures/refusals.json"), "utf8"),
) as readonly Readonly<Record<string, string>>[];
const OUTPUTS = JSON.parse(
  readFileSync(join(PROJECT_ROOT, "test/fixtures/tool-outputs.json"), "utf8"),
) as readonly { readonly text: string }[];
const TEXTS = [
  ...CASES.flatMap(({ answer, request, canonical }) => [answer, request, canonical]),
  ...OUTPUTS.map(({ text }) => text),
].filter((text) => text !== undefined);

const mutated = fc
  .tuple(
    fc.constantFrom(...TEXTS),
    fc.array(
      fc.tuple(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(40),
        fc.oneof(fc.string(), fc.constantFrom("\\", '"', "'", "\n", "{", "<", "%", "…", "\0", "> ", "* ")),
      ),
      { maxLength: 6 },
    ),
  )
  .map(([text, changes]) =>
    changes.reduce((current, [place, length, put]) => {
      const at = Math.floor(place * current.length);
      return current.slice(0, at) + put + current.slice(at + length);
    }, text),
  );

test("whatever was cut, mistyped or put in between, there is a cause, and soon", () => {
  fc.assert(
    fc.property(fc.array(mutated, { minLength: 1, maxLength: 3 }), (texts) => {
      const observed = readPieces(texts.map((text) => ({ bytes: Buffer.from(text) })));
      const [first] = rankCauses(observed, diagnose(observed));
      expect(first?.cause).toMatch(/\S\.$/);
      expect(first?.advice).toMatch(/\S\.$/);
    }),
    { numRuns: 1_000 },
  );
});

test.each([
  ["backslashes", "\\".repeat(200_000)],
  ["quotes", `"'`.repeat(100_000)],
  ["quoted lines", "'a\\n'\n".repeat(40_000)],
  ["blanks", `${" ".repeat(300_000)}.`],
  ["line breaks", `${"\n".repeat(300_000)}.`],
  ["curl and options", `curl ${"-H 'a: b' ".repeat(30_000)}`],
  ["quotes that are not closed", `curl '${'"'.repeat(100_000)}`],
  ["tripled quotes that are not closed", `'''"""\n`.repeat(30_000)],
  ["back quotes", "`a".repeat(100_000)],
  ["verbatim quotes", '@""'.repeat(70_000)],
  ["literals of headers", `"https://a.example.com/b" ${'"x-a", "b" '.repeat(18_000)}`],
  ["lines of a panel", "Request URL\nhttps://a.example.com\nRequest Headers\n".repeat(4_000)],
  ["queries", "?a=b&".repeat(50_000)],
  ["parameters", `?${"a=b&".repeat(50_000)}`],
  ["pages", "<html><hr><center><title>".repeat(8_000)],
  ["names of bodies", "POST body ".repeat(20_000)],
  ["signed requests in code", "req.headers.host path: 'a' sign(".repeat(6_000)],
  ["headers", "a: b\n".repeat(60_000)],
  ["marks of curl -v", "> \n< \n* ".repeat(50_000)],
  ["request lines", "GET /a HTTP/1.1\n".repeat(30_000)],
  ["canonical requests", "GET\n/\n\nhost:a\n\nhost\nx\n".repeat(10_000)],
  ["letters", "a".repeat(300_000)],
  ["base64", "aB1/".repeat(80_000)],
  ["ampersands", "&#x".repeat(100_000)],
  ["sentences", "User: a is not authorized to perform: ".repeat(8_000)],
  ["fetch", `fetch("${"a".repeat(1_000)}",{${'"a":{'.repeat(20_000)}`],
  ["JSON that is deep", `{"log":${"[".repeat(100_000)}`],
])("a long text of %s is read in a few seconds", async (_, text) => {
  const io = captureIo();
  const start = performance.now();
  await main(["--json"], {}, { ...io, readInput: async () => text });
  expect(performance.now() - start).toBeLessThan(5_000);
});

const secret = fc
  .stringMatching(/^[A-Za-z0-9/+]{40}$/)
  .filter((text) => /[A-Z]/.test(text) && /[g-z]/.test(text));

test.each([
  [
    "an option of curl",
    (text: string) =>
      `curl --aws-sigv4 aws:amz:us-east-1:execute-api --user AKIAEXAMPLE:${text} https://h.example.com/a`,
  ],
  ["code", (text: string) => `aws4.sign(opts, { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: '${text}' })`],
  [
    "the key id's place",
    (text: string) =>
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${text}/20200619/us-west-2/tagging/aws4_request'`,
  ],
  ["a header", (text: string) => `GET /dev HTTP/1.1\nHost: a\nX-Api-Key: ${text}\n\n{"message":"Forbidden"}`],
  ["a session token", (text: string) => `GET /dev HTTP/1.1\nHost: a\nx-amz-security-token: IQoJ${text}\n`],
  [
    "generated code",
    (text: string) =>
      `var request = new HttpRequestMessage(HttpMethod.Post, "https://h.example.com/a");\nrequest.Headers.Add("x-api-key", "${text}");`,
  ],
  [
    "a browser's Network panel",
    (text: string) =>
      `Request URL\nhttps://h.example.com/a\nRequest Method\nGET\nStatus Code\n403\nRequest Headers\nx-api-key\n${text}`,
  ],
  ["an environment", (text: string) => `export AWS_SECRET_ACCESS_KEY="${text}"\n{"message":"Forbidden"}`],
  [
    "a JWT",
    (text: string) =>
      `Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJ${text.replace(/[/+]/g, "_")}.sig${text.replace(/[/+]/g, "-")}`,
  ],
  [
    "a query",
    (text: string) => `GET /dev?X-Amz-Security-Token=${encodeURIComponent(text)}&a=b HTTP/1.1\nHost: a\n\n`,
  ],
])("a secret in %s never reaches the output", async (_, put) => {
  const answer = "The request signature we calculated does not match the signature you provided.";
  await fc.assert(
    fc.asyncProperty(secret, fc.boolean(), async (text, isJson) => {
      for (const paste of [put(text), `${put(text)}\n${answer}`, JSON.stringify(put(text))]) {
        const io = captureIo();
        await main(isJson ? ["--json"] : [], {}, { ...io, readInput: async () => paste });
        const { out, err } = io.written();
        const core = text.replace(/[/+]/g, "_");
        for (const shown of [text, encodeURIComponent(text), core])
          expect((out + err).replace(/\n */g, "")).not.toContain(shown);
      }
    }),
    { numRuns: 20 },
  );
});
