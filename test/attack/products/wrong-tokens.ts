import { encodePageToken } from "#functions/lib/page-token";

/** Tokens that no page of a table ever gave, made from one that a page gave. */
export interface WrongTokens {
  readonly what: string;
  of(token: string, tableName: string): Iterable<string>;
}

export const WRONG_TOKENS: readonly WrongTokens[] = [
  {
    what: "a bit changed",
    of: (token) => bitFlips(Buffer.from(token)).map((bytes) => bytes.toString("latin1")),
  },
  { what: "a bit of the content changed", of: (token) => bitFlips(contentOf(token)).map(encode) },
  { what: "cut", of: cuts },
  { what: "longer", of: additions },
  { what: "written in another way", of: reEncodings },
  { what: "of elsewhere", of: foreign },
  { what: "of a code that there cannot be", of: (_, tableName) => forgeries(tableName) },
];

// ---------------------------------------------------------------------------------------------------- internal

function contentOf(token: string): Buffer {
  return Buffer.from(token, "base64url");
}

function encode(content: string | Buffer): string {
  return (typeof content === "string" ? Buffer.from(content) : content).toString("base64url");
}

function bitFlips(bytes: Buffer): Buffer[] {
  return Array.from({ length: bytes.length * 8 }, (_, bit) => {
    const copy = Buffer.from(bytes);
    copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    return copy;
  });
}

function cuts(token: string): string[] {
  return Array.from({ length: token.length }, (_, at) => [token.slice(0, at), token.slice(at + 1)]).flat();
}

function additions(token: string): string[] {
  const added = ["A", "_", "=", " ", "\n", "\0", "%", ".", "é"];
  return Array.from({ length: token.length + 1 }, (_, at) =>
    added.map((character) => token.slice(0, at) + character + token.slice(at)),
  ).flat();
}

/** The same content in other words, or the same words in other letters. */
function reEncodings(token: string): string[] {
  const content = contentOf(token).toString();
  const { v, after, checksum } = JSON.parse(content);
  const written = (text: string): string => JSON.stringify(text).slice(1, -1);
  const escaped = [...after].map(
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return [
    contentOf(token).toString("base64"),
    `${token}==`,
    contentOf(token).toString("hex"),
    content,
    encode(token),
    encodeURIComponent(content),
    token.toLowerCase(),
    token.toUpperCase(),
    [...token].reverse().join(""),
    token + token,
    `"${token}"`,
    ...[
      JSON.stringify({ after, v, checksum }),
      JSON.stringify({ checksum, after, v }),
      JSON.stringify({ v, after, checksum }, null, 1),
      JSON.stringify([v, after, checksum]),
      JSON.stringify({ v, after }),
      JSON.stringify({ after }),
      JSON.stringify({ v: "1", after, checksum }),
      JSON.stringify({ v: 2, after, checksum }),
      JSON.stringify({ v, after: [after], checksum }),
      JSON.stringify({ v, after: { S: after }, checksum }),
      JSON.stringify({ v, after, checksum, more: true }),
      JSON.stringify({ v, after, checksum: checksum.slice(0, 7) }),
      `{"v":1.0,"after":"${written(after)}","checksum":"${checksum}"}`,
      `{"v":1,"v":1,"after":"${written(after)}","checksum":"${checksum}"}`,
      `{"v":1,"after":"${escaped.join("")}","checksum":"${checksum}"}`,
      `{"v":1,"\\u0061fter":"${written(after)}","checksum":"${checksum}"}`,
      `\ufeff${content}`,
      ` ${content}`,
      `${content}\n`,
      content.replace('"v":1', '"__proto__":{"v":1}'),
    ].map(encode),
    Buffer.from(content, "utf16le").toString("base64url"),
  ];
}

/** Tokens of other tables, and what other APIs take for one. */
function foreign(token: string, tableName: string): string[] {
  const { after, checksum } = JSON.parse(contentOf(token).toString());
  const tables = [
    "",
    `${tableName}s`,
    tableName.slice(1),
    tableName.toUpperCase(),
    `${tableName}\n`,
    "signed-inventory-prod-products",
  ];
  return [
    ...tables.map((table) => encodePageToken(after, table)),
    ...["", "null", "undefined", "0", "1", "10", "true", "{}", "[]", "''", "..", "*", after, checksum],
    ...["null", "{}", "[]", '""', "0", '{"code":{"S":"a"}}', `{"code":"${after}"}`, '{"offset":10}'].map(
      encode,
    ),
    "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.",
  ];
}

/** Anybody can compute the checksum, for anything. */
function forgeries(tableName: string): string[] {
  const codes = [
    "",
    "a".repeat(2049),
    "ä".repeat(1025),
    "😀".repeat(513),
    "a".repeat(7_000),
    "\ud800",
    "a\udc00b",
  ];
  return codes.map((code) => encodePageToken(code, tableName));
}
