import type { Random } from "../../support/random";

/** A request that costs its sender little, and the server as much as it can. */
export interface DearRequest {
  readonly what: string;
  readonly bytes: Uint8Array;
}

/** @param caller - is known, and its secret is not: each signature is wrong */
export function drawDear(
  caller: { readonly accessKeyId: string; readonly sessionToken: string },
  now: Date,
  random: Random,
): DearRequest {
  const { what, path = "/dev/signed", headers = [], body = "", signed = [] } = random.pick(KINDS)(random);
  const date = now.toISOString().replace(/[-:]|\.\d+/g, "");
  const scope = `${caller.accessKeyId}/${date.slice(0, 8)}/${REGION}/execute-api/aws4_request`;
  const names = ["host", "x-amz-date", "x-amz-security-token", ...signed].join(";");
  const lines = [
    `POST ${path} HTTP/1.1`,
    "Host: a",
    `X-Amz-Date: ${date}`,
    `X-Amz-Security-Token: ${caller.sessionToken}`,
    `Authorization: AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=${names}, Signature=${"0".repeat(64)}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...headers,
  ];
  return { what, bytes: Buffer.from(`${lines.join("\r\n")}\r\n\r\n${body}`) };
}

// ---------------------------------------------------------------------------------------------------- internal

const REGION = "eu-west-1";

interface Kind {
  readonly what: string;
  readonly path?: string;
  readonly headers?: readonly string[];
  readonly body?: string;
  /** Besides those that have to be. */
  readonly signed?: readonly string[];
}

/** Headers that are looked into when a signature is wrong, or before. */
const READ = [
  "X-Forwarded-Host",
  "X-Original-Host",
  "Content-Type",
  "Accept",
  "X-Amzn-Trace-Id",
  "User-Agent",
];

/** As much as the headers of a request leave room for. */
const ROOM = 8_500;

/** What expressions go back over. */
const UNITS = [" ", "\t", ",", ";", "=", ":", " ,", " ;", "a,", "a ", "; Root", "%2B", "\\"];

const KINDS: readonly ((random: Random) => Kind)[] = [
  (random) => {
    const [name, unit] = [random.pick(READ), random.pick(UNITS)];
    const value = `a${unit.repeat(Math.floor(ROOM / unit.length))}b`;
    const signed = random.pick([[], [name.toLowerCase()]]);
    return { what: `${JSON.stringify(unit)} in ${name}`, headers: [`${name}: ${value}`], signed };
  },
  (random) => {
    const [names, lines] = [random.integer(500, 2_000), random.integer(100, 900)];
    return {
      what: `a header in ${lines} lines, signed ${names} times`,
      headers: Array<string>(lines).fill("b:"),
      signed: Array<string>(names).fill("b"),
    };
  },
  (random) => {
    const depth = random.pick([32, 1_000, 4_000, 30_000]);
    const list = `${"[".repeat(depth)}${"]".repeat(depth)}`;
    const lists = Array<string>(Math.floor(60_000 / list.length)).fill(list);
    return { what: `lists ${depth} deep`, body: `[${lists.join(",")}]` };
  },
  (random) => {
    const open = random.pick(["[", '{"a":', "[{}", '["",']);
    return { what: `${open} for a body`, path: "/dev/checked", body: open.repeat(3_000_000 / open.length) };
  },
  (random) => {
    const unit = random.pick(["a&", "a=%2B&", "+", "&", "=", "a%5"]);
    return { what: `${unit} in the query`, path: `/dev/signed?${unit.repeat(10_000 / unit.length)}` };
  },
  (random) => {
    const unit = random.pick(["/", "./", "%2F", "a/", "../"]);
    return { what: `${unit} in the path`, path: `/dev/${unit.repeat(10_000 / unit.length)}` };
  },
];
