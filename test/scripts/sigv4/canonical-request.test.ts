import {
  canonicalHeaders,
  canonicalQuery,
  canonicalRequest,
  canonicalUri,
  EXECUTE_API_PATH,
  payloadHash,
  signedHeaderList,
} from "#sigv4/canonical-request";
import { headerValue } from "#sigv4/request";

const S3_PATH = { encodePath: "once", normalizePath: false } as const;

describe("canonical URI of execute-api and of S3", () => {
  test.each([
    { path: "/", executeApi: "/", s3: "/" },
    { path: "/dev/products", executeApi: "/dev/products", s3: "/dev/products" },
    { path: "/dev/a%20b", executeApi: "/dev/a%2520b", s3: "/dev/a%20b" },
    { path: "/path/%C3%A4", executeApi: "/path/%25C3%25A4", s3: "/path/%C3%A4" },
    { path: "/path/\xc3\xa4", executeApi: "/path/%C3%A4", s3: "/path/%C3%A4" },
    { path: "/path/\u1234", executeApi: "/path/%E1%88%B4", s3: "/path/%E1%88%B4" },
    { path: "/a%40b", executeApi: "/a%2540b", s3: "/a%40b" },
    { path: "/a%3Db", executeApi: "/a%253Db", s3: "/a%3Db" },
    { path: "/a@b$c", executeApi: "/a%40b%24c", s3: "/a%40b%24c" },
    { path: "/a%2fb", executeApi: "/a%252fb", s3: "/a%2Fb" },
    { path: "/a+b", executeApi: "/a%2Bb", s3: "/a%2Bb" },
    { path: "/a%zz%", executeApi: "/a%25zz%25", s3: "/a%25zz%25" },
    { path: "/a#b", executeApi: "/a%23b", s3: "/a%23b" },
    { path: "/-._~", executeApi: "/-._~", s3: "/-._~" },
    { path: "//a///b//", executeApi: "/a/b/", s3: "//a///b//" },
    { path: "/a/./b/../c", executeApi: "/a/c", s3: "/a/./b/../c" },
    { path: "/a/..", executeApi: "/", s3: "/a/.." },
    { path: "/../../a/.", executeApi: "/a", s3: "/../../a/." },
    { path: "/.a/..b/...", executeApi: "/.a/..b/...", s3: "/.a/..b/..." },
    { path: "/%2E%2E/a", executeApi: "/%252E%252E/a", s3: "/../a" },
    { path: "*", executeApi: "%2A", s3: "%2A" },
  ])("$path", ({ path, executeApi, s3 }) => {
    expect({ executeApi: canonicalUri(path, EXECUTE_API_PATH), s3: canonicalUri(path, S3_PATH) }).toEqual({
      executeApi,
      s3,
    });
  });
});

describe("canonical query", () => {
  test.each([
    { query: "", canonical: "" },
    { query: "a=1", canonical: "a=1" },
    { query: "b=2&a=1", canonical: "a=1&b=2" },
    { query: "a=2&a=10&a=1", canonical: "a=1&a=10&a=2" },
    { query: "a=1&a=1", canonical: "a=1&a=1" },
    { query: "a", canonical: "a=" },
    { query: "a&a=", canonical: "a=&a=" },
    { query: "a=b=c", canonical: "a=b%3Dc" },
    { query: "=x", canonical: "=x" },
    { query: "a=1&&b=2&", canonical: "a=1&b=2" },
    { query: "a=1?b", canonical: "a=1%3Fb" },
    { query: "a=x+y", canonical: "a=x%20y" },
    { query: "a=x%20y", canonical: "a=x%20y" },
    { query: "a=x%2By", canonical: "a=x%2By" },
    { query: "a=%41%2f", canonical: "a=A%2F" },
    { query: "a=%ff%zz%", canonical: "a=%FF%25zz%25" },
    { query: "q=\xc3\xa4", canonical: "q=%C3%A4" },
    { query: "a=1;b=2", canonical: "a=1%3Bb%3D2" },
    { query: "a=(*)'!~", canonical: "a=%28%2A%29%27%21~" },
    { query: "a-b=2&a=1&A=3", canonical: "A=3&a=1&a-b=2" },
  ])("$query", ({ query, canonical }) => {
    expect(canonicalQuery(query, "header")).toBe(canonical);
  });

  test("leaves one signature out of the query form, and only there", () => {
    const query = "X-Amz-Signature=1&b=2&X-Amz%2DSignature=3";
    expect(canonicalQuery(query, "query")).toBe("X-Amz-Signature=3&b=2");
    expect(canonicalQuery(query, "header")).toBe("X-Amz-Signature=1&X-Amz-Signature=3&b=2");
  });
});

describe("canonical headers", () => {
  test.each([
    { name: "one", headers: [["Host", "h"]], signed: ["host"], canonical: "host:h\n" },
    {
      name: "only the listed ones, in the order of the list",
      headers: [
        ["X-B", "2"],
        ["X-A", "1"],
        ["X-C", "3"],
      ],
      signed: ["x-a", "x-b"],
      canonical: "x-a:1\nx-b:2\n",
    },
    {
      name: "repeated lines are joined in the order received",
      headers: [
        ["x-a", " 2 "],
        ["X-A", "1"],
      ],
      signed: ["x-a"],
      canonical: "x-a:2,1\n",
    },
    {
      name: "white space is trimmed and its runs collapsed, in quotes too",
      headers: [["x-a", ' \t"a   b"\t c \r\n  d ']],
      signed: ["x-a"],
      canonical: 'x-a:"a b" c d\n',
    },
    { name: "white space alone", headers: [["x-a", " \t "]], signed: ["x-a"], canonical: "x-a:\n" },
    {
      name: "listed but absent",
      headers: [["host", "h"]],
      signed: ["host", "x-a"],
      canonical: "host:h\nx-a:\n",
    },
    {
      name: "the second byte of à is no white space",
      headers: [["x-a", "\xc3\xa0"]],
      signed: ["x-a"],
      canonical: "x-a:\xc3\xa0\n",
    },
  ] as const)("$name", ({ headers, signed, canonical }) => {
    expect(canonicalHeaders(headers, signed)).toBe(canonical);
  });
});

test("the signed headers are their names on one line", () => {
  expect([signedHeaderList(["host"]), signedHeaderList(["host", "x-a"])]).toEqual(["host", "host;x-a"]);
});

test("the payload hash is the SHA-256 of the body", () => {
  expect(payloadHash(Buffer.from("abc"))).toBe(
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
  expect(payloadHash(Buffer.alloc(0))).toBe(
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  );
});

test("a canonical request is its six parts, a payload hash that is given instead of the body's", () => {
  const request = {
    method: "PUT",
    target: "/dev/a%20b?b&a",
    headers: [["Host", "h"]],
    body: Buffer.from("{}"),
  } as const;
  expect(
    canonicalRequest(request, { form: "header", signedHeaders: ["host"], payloadHash: "UNSIGNED-PAYLOAD" }),
  ).toBe("PUT\n/dev/a%2520b\na=&b=\nhost:h\n\nhost\nUNSIGNED-PAYLOAD");
});

test("of repeated header lines the first is the header's value", () => {
  const headers = [
    ["x-ab", "0"],
    ["X-A", "1"],
    ["x-a", "2"],
  ] as const;
  expect(headerValue(headers, "x-a")).toBe("1");
  expect(headerValue(headers, "x-b")).toBeUndefined();
});
