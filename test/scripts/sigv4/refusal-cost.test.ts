import type { HeaderLine } from "#sigv4/request";
import { fastest } from "../../support/fastest";
import { AMZ_DATE, HOST, LONG_TERM, verdict } from "./signed-requests";

/** A signature that is wrong costs the verifier little, whatever the request holds. */

/** More than headers may have. */
const LONG = 20_000;

interface Row {
  readonly name: string;
  readonly headers?: readonly HeaderLine[];
  readonly target?: string;
  readonly body?: string;
  readonly signed?: string;
}

function wrong({ headers = [], target = "/dev/x", body = "", signed = "host;x-amz-date" }: Row) {
  const credential = `${LONG_TERM.accessKeyId}/20261122/us-east-1/execute-api/aws4_request`;
  const lines: readonly HeaderLine[] = [
    ["Host", HOST],
    ["X-Amz-Date", AMZ_DATE],
    [
      "Authorization",
      `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signed}, Signature=${"0".repeat(64)}`,
    ],
    ...headers,
  ];
  return { method: "POST", target, headers: lines, body: Buffer.from(body) };
}

test.each<Row>([
  { name: "nothing", target: "/dev/x" },
  { name: "blanks in X-Forwarded-Host", headers: [["X-Forwarded-Host", `a${" ".repeat(LONG)}b`]] },
  { name: "commas in X-Forwarded-Host", headers: [["X-Forwarded-Host", ",".repeat(LONG)]] },
  { name: "many hosts in X-Original-Host", headers: [["X-Original-Host", "a,".repeat(LONG / 2)]] },
  {
    name: "blanks in Content-Type",
    headers: [["Content-Type", `a${" ".repeat(LONG)}b`]],
    signed: "content-type;host;x-amz-date",
  },
  {
    name: "one header, signed thousands of times",
    headers: Array.from({ length: 1_000 }, () => ["b", ""] as const),
    signed: `host;x-amz-date${";b".repeat(2_500)}`,
  },
  {
    name: "many headers, and others signed",
    headers: Array.from({ length: 900 }, (_, index) => [`b${index}`, ""] as const),
    signed: `host;x-amz-date;${Array.from({ length: 1_500 }, (_, index) => `z${index}`).join(";")}`,
  },
  { name: "a deep body", body: "[".repeat(4_000) + "]".repeat(4_000) },
  {
    name: "a body of deep lists",
    body: `[${Array.from({ length: 30 }, () => "[".repeat(1_000) + "]".repeat(1_000)).join(",")}]`,
  },
  { name: "a wide body", body: `[${"1,".repeat(32_000)}1]` },
  { name: "a body as wide as is written again", body: `[${"1,".repeat(8_000)}1]` },
  { name: "line breaks as many as are written again", body: "\n".repeat(16_000) },
  { name: "line breaks for a body", body: "\n".repeat(65_000) },
  { name: "a query of pluses", target: `/dev/x?${"+".repeat(10_000)}` },
  { name: "a query of many parameters", target: `/dev/x?${"a=b&".repeat(2_500)}` },
  { name: "a path of slashes", target: `/${"/".repeat(10_000)}` },
  { name: "a path of escapes", target: `/dev/${"%2B".repeat(3_300)}` },
])("$name", (row) => {
  const request = wrong(row);
  expect(verdict(request)).not.toBe("accepted");
  expect(fastest(() => verdict(request))).toBeLessThan(200);
});
