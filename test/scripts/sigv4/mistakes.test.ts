import { createHash } from "node:crypto";
import { join } from "node:path";
import vm from "node:vm";
import { build } from "esbuild";
import fc from "fast-check";
import { PROJECT_ROOT } from "#self/repository";
import { canonicalRequest } from "#sigv4/canonical-request";
import { MISTAKES } from "#sigv4/mistakes";
import type { RawRequest } from "#sigv4/request";
import { canonicalOf, rightSigning } from "#sigv4/signing";
import { character } from "../../support/character";

const text = fc
  .string({ unit: character, maxLength: 12 })
  .map((value) => Buffer.from(value).toString("latin1"));
const awkward = fc.oneof(fc.stringMatching(/^[a-b%20+;=.*!~/-]{0,12}$/), text);
const request = fc.record({
  method: fc.constantFrom("GET", "put"),
  target: fc.tuple(awkward, fc.array(awkward)).map(([path, query]) => `/${path}?${query.join("&")}`),
  headers: fc.array(fc.tuple(fc.constantFrom("Host", "content-type", "X-a", "x-A"), awkward)),
  body: fc.uint8Array({ maxLength: 8 }),
});
const options = fc.record({
  form: fc.constantFrom("header" as const, "query" as const),
  signedHeaders: fc.subarray(["content-length", "content-type", "host", "x-a"]),
});

test("what should be signed is the canonical request", () => {
  fc.assert(
    fc.property(request, options, (each, its) => {
      expect(canonicalOf(rightSigning(each, its))).toBe(canonicalRequest(each, its));
    }),
    { numRuns: 1_000 },
  );
});

test("no request makes a mistake fail, or gives more than a few hundred signings", () => {
  fc.assert(
    fc.property(request, options, (each, its) => {
      const right = rightSigning(each, its);
      const signed = MISTAKES.flatMap((mistake) => mistake.signed(right)).map(canonicalOf);
      expect(signed.length).toBeLessThan(400);
    }),
    { numRuns: 500 },
  );
});

/** A request that gives occasion for every mistake. */
const OCCASION: RawRequest = {
  method: "PUT",
  target: "/dev//a%20b*/?b=1&b=2&B=x+y&a=%2A%2B&X-Amz-Security-Token=t&a-=",
  headers: [
    ["Host", "127.0.0.1:3000"],
    ["Content-Type", "application/json"],
    ["X-A", " a  b "],
    ["X-A", "c"],
  ],
  body: Buffer.from('{\n"a": 1}\r\n'),
};
const right = rightSigning(OCCASION, { form: "header", signedHeaders: ["content-type", "host", "x-a"] });

const NO_QUERY_LINE = "there is no line for the query, which is empty";

test("each mistake that can be listed gives another canonical request than the right one", () => {
  // The key is no part of the canonical request, and the line of an empty query is missing only with an empty query.
  const listed = MISTAKES.filter(
    ({ part, signed, cause }) => part !== "key" && cause !== NO_QUERY_LINE && signed(right).length > 0,
  );
  expect(listed.length).toBeGreaterThan(25);
  for (const mistake of listed) {
    const signed = mistake.signed(right).map(canonicalOf);
    expect([mistake.cause, signed.some((each) => each !== canonicalOf(right))]).toEqual([
      mistake.cause,
      true,
    ]);
  }
});

/** A body has a length, and a query that is taken for part of the path is missing in the query. */
const OTHER_PARTS: Readonly<Record<string, readonly string[]>> = {
  "query-in-path": ["path"],
};

test("each mistake changes its own part alone", () => {
  for (const mistake of MISTAKES) {
    for (const signed of mistake.signed(right)) {
      const parts = ["method", "path", "query", "headers", "payload"] as const;
      const others = parts.filter((part) => signed[part] !== right[part] && part !== mistake.part);
      expect([mistake.fault, others]).toEqual([mistake.fault, OTHER_PARTS[mistake.fault] ?? []]);
    }
  }
});

test("the catalogue runs in a browser, given a hash", async () => {
  const { outputFiles, metafile } = await build({
    stdin: {
      contents: `import { MISTAKES } from "./scripts/sigv4/mistakes"; import { rightSigning, canonicalOf } from "./scripts/sigv4/signing";
        globalThis.signAll = (request, options) => { const right = rightSigning(request, options);
          return MISTAKES.flatMap((mistake) => mistake.signed(right)).map(canonicalOf); };`,
      resolveDir: PROJECT_ROOT,
    },
    bundle: true,
    write: false,
    metafile: true,
    platform: "browser",
    plugins: [
      {
        name: "hash",
        setup: ({ onLoad }) =>
          onLoad({ filter: /sigv4\/hash\.ts$/ }, () => ({
            contents: "export const sha256 = (bytes) => globalThis.hash(bytes);",
          })),
      },
    ],
  });
  expect(Object.keys(metafile.inputs).length).toBeGreaterThan(8);
  const hash = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
  const browser: { hash: typeof hash; signAll?: (...args: unknown[]) => string[]; [name: string]: unknown } =
    {
      hash,
      TextEncoder,
      TextDecoder,
      URLSearchParams,
      atob,
      btoa,
    };
  vm.runInNewContext(outputFiles[0]?.text ?? "", browser, { filename: join(PROJECT_ROOT, "bundle.js") });
  const its = { form: "header", signedHeaders: ["content-type", "host", "x-a"] };
  const body = new Uint8Array(OCCASION.body);
  const expected = MISTAKES.flatMap((mistake) => mistake.signed(right)).map(canonicalOf);
  expect([...(browser.signAll?.({ ...OCCASION, body }, its) ?? [])]).toEqual(expected);
});
