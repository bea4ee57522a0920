import { byNameAndValue } from "./canonical-request";
import { type Mistake, missingEncoding } from "./mistake";
import { bareCharacters, lowerCaseHex, onText } from "./path-mistakes";
import { percentDecode, percentEncode } from "./percent-encoding";
import { asIs, parameterOf, type QueryPair, queryOf, type Signing, uriOf } from "./signing";

/** What signers do wrongly with the query. */
export const QUERY_MISTAKES: readonly Mistake[] = [
  {
    fault: "query-order",
    part: "query",
    cause: "the query was signed in another order",
    advice: "sort the parameters by encoded name, then by encoded value, by bytes (upper case before lower)",
    signed: (right) => [
      sorted(right, asIs),
      sorted(right, (pairs) => pairs.toSorted(by(({ written }) => written))),
      sorted(right, (pairs) =>
        pairs.toSorted((one, other) => byNameAndValue(parameterOf(one.raw), parameterOf(other.raw))),
      ),
      sorted(right, (pairs) => pairs.toSorted(by(({ written }) => nameOf(written)))),
      sorted(right, (pairs) => pairs.toSorted(by(({ written }) => nameOf(written).toLowerCase()))),
      sorted(right, (pairs) => pairs.toReversed()),
    ],
    explains: (signed, arrived) => isSameUpToOrder(signed, arrived, asIs),
  },
  {
    fault: "query-plus",
    part: "query",
    cause: "+ in the query was signed as %2B, and it arrives as a space (%20)",
    advice: "send a space as %20 and a plus as %2B, and sign the same",
    signed: (right) => [written(right, (pair) => right.query.write(pair.replaceAll("+", "%2B")))],
    explains: (signed, arrived) => isSameUpToOrder(signed, arrived, (pair) => pair.replaceAll("%2B", "%20")),
  },
  {
    fault: "query-plus",
    part: "query",
    cause: "a space in the query was signed as +, and + arrives as a space (%20)",
    advice: "write a space as %20, in the URL and in what is signed",
    signed: (right) => [rewritten(right, (pair) => pair.replaceAll("%20", "+"))],
    explains: (signed, arrived) => isSameUpToOrder(signed, arrived, (pair) => pair.replaceAll("+", "%20")),
  },
  {
    fault: "query-plus",
    part: "query",
    cause: "%2B in the query was signed as a space; it is a plus, and only a bare + is a space",
    advice: "send a space as %20 and a plus as %2B, and sign the same",
    signed: (right) => [
      rewritten(right, (pair) => pair.replaceAll("%2B", "%20")),
      rewritten(right, (pair) => pair.replaceAll("%2B", "+")),
    ],
  },
  {
    fault: "query-encoding",
    part: "query",
    cause: (signed, arrived) => `the query was signed in another spelling${example(signed, arrived)}`,
    advice:
      "decode names and values, then encode them once: everything except A-Z a-z 0-9 - . _ ~ as %XX in upper case, and '=' also after a name without a value",
    signed: (right) => [
      written(right, asIs),
      written(right, (pair) => percentDecode(pair)),
      written(right, (pair) => parameterOf(pair).join("=")),
      rewritten(right, bareCharacters),
      rewritten(right, lowerCaseHex),
      written(right, (pair) =>
        parameterOf(pair)
          .map((text) => onText(text, encodeURI))
          .join("="),
      ),
      written(right, (pair) => parameterOf(pair).map(formEncode).join("=")),
      rewritten(right, (pair) => pair.replace(/=$/, "")),
    ],
    explains: (signed, arrived) => isSameUpToOrder(signed, arrived, canonicalPair),
  },
  {
    fault: "query-encoded-twice",
    part: "query",
    cause: "the query was encoded twice (%25 before an encoding)",
    advice:
      "encode each name and value once, from what it means; a URL that is encoded already is decoded first",
    signed: (right) => [
      written(right, (pair) => splitPair(pair).map(percentEncode).join("=")),
      rewritten(right, (pair) => pair.replaceAll("%", "%25")),
    ],
    explains: (signed, arrived) =>
      isSameUpToOrder(signed, arrived, (pair) => canonicalPair(pair.replaceAll("%25", "%"))),
  },
  {
    fault: "query-changed",
    part: "query",
    cause: "the session token was added to the query after signing",
    advice: "sign X-Amz-Security-Token with the other parameters of the query",
    signed: (right) => [withPairs(right, (name) => name !== "X-Amz-Security-Token")],
  },
  {
    fault: "query-changed",
    part: "query",
    cause: "parameters of the query without a value were not signed",
    advice: "sign a parameter without a value as its name and '='",
    signed: (right) => [
      withPairs(right, (_, value) => value !== ""),
      { ...right, query: { ...right.query, pairs: right.query.pairs.filter((pair) => pair.includes("=")) } },
    ],
  },
  {
    fault: "query-changed",
    part: "query",
    cause: "of a repeated query parameter only one was signed",
    advice: "sign each occurrence of a repeated parameter, sorted by value",
    signed: (right) => [
      onePerName(right, asIs),
      onePerName(right, (pairs) => pairs.toReversed()),
      joined(right),
    ],
  },
  {
    fault: "query-in-path",
    part: "query",
    cause: "the query was signed as a part of the path",
    advice: "give the signer the path and the query apart from each other",
    signed: (right) => {
      if (right.query.isPresigned) return [];
      const query = right.query.pairs.join("&");
      const whole = (text: string): Signing => ({
        ...right,
        path: { ...right.path, write: (raw) => right.path.write(raw) + text },
        query: { ...right.query, pairs: [] },
      });
      return [whole(`?${query}`), whole(`%3F${percentEncode(query)}`)];
    },
    explains: (signed) => /\?|%3F/i.test(uriOf(signed)),
  },
  {
    fault: "query-not-signed",
    part: "query",
    cause: "the query was not signed",
    advice: "give the signer the query with the path: the signature covers every parameter that is sent",
    // A presigned URL is a signature of its query.
    signed: (right) => (right.query.isPresigned ? [] : [withPairs(right, () => false)]),
    explains: (signed, arrived) => queryOf(signed) === "" && queryOf(arrived) !== "",
  },
  {
    fault: "query-changed",
    part: "query",
    cause: (signed, arrived) => `a parameter of the query was not signed${difference(signed, arrived)}`,
    advice: "sign the query after the last parameter was added to it",
    signed: (right) => {
      const { pairs } = right.query;
      if (pairs.length > MOST_LEFT_OUT || right.query.isPresigned) return [];
      return pairs.map((left) => ({
        ...right,
        query: { ...right.query, pairs: pairs.filter((pair) => pair !== left) },
      }));
    },
    explains: () => false,
  },
];

/** The mistake with a query if it is not one of the usual. */
export const OTHER_QUERY: Mistake = {
  fault: "query-changed",
  part: "query",
  cause: (signed, arrived) => `other query parameters were signed than arrived${difference(signed, arrived)}`,
  advice: "sign the query after the last parameter was added to it, and let no proxy change it",
  signed: () => [],
};

// ---------------------------------------------------------------------------------------------------- internal

/** Of how many parameters each is left out in turn. */
const MOST_LEFT_OUT = 12;

function example(signed: Signing, arrived: Signing): string {
  const found = missingEncoding(queryOf(signed), queryOf(arrived));
  return found === undefined ? "" : ` ('${found.signed}' is signed as '${found.expected}')`;
}

/** The names of what only one side has; values may be secrets. */
function difference(signed: Signing, arrived: Signing): string {
  const [ofClient, ofGateway] = [queryOf(signed), queryOf(arrived)];
  const onlyIn = (one: string, other: string) => {
    const others = new Set(other.split("&"));
    const names = one.split("&").filter((pair) => pair !== "" && !others.has(pair));
    return [...new Set(names.map(nameOf))].join(", ");
  };
  const [onlySigned, onlyArrived] = [onlyIn(ofClient, ofGateway), onlyIn(ofGateway, ofClient)];
  const parts = [onlySigned && `only signed: ${onlySigned}`, onlyArrived && `only arrived: ${onlyArrived}`];
  return parts.some(Boolean) ? ` (${parts.filter(Boolean).join("; ")})` : "";
}

/** Whether two queries are the same pairs, in any order, once both are respelled. */
function isSameUpToOrder(signed: Signing, arrived: Signing, respell: (pair: string) => string): boolean {
  const [one, other] = [signed, arrived].map((signing) =>
    queryOf(signing).split("&").map(respell).sort().join("&"),
  );
  return one === other;
}

function canonicalPair(pair: string): string {
  return pair === "" ? "" : parameterOf(pair).map(percentEncode).join("=");
}

/** Name and value as they are spelled. */
function splitPair(pair: string): string[] {
  const equals = pair.indexOf("=");
  return equals < 0 ? [pair, ""] : [pair.slice(0, equals), pair.slice(equals + 1)];
}

function nameOf(written: string): string {
  return splitPair(written)[0] ?? "";
}

/** As `application/x-www-form-urlencoded` has it. */
function formEncode(text: string): string {
  return percentEncode(text).replaceAll("%20", "+").replaceAll("%2A", "*").replaceAll("~", "%7E");
}

function withPairs(signing: Signing, keep: (name: string, value: string) => boolean): Signing {
  const pairs = signing.query.pairs.filter((pair) => keep(...parameterOf(pair)));
  return { ...signing, query: { ...signing.query, pairs } };
}

function onePerName(signing: Signing, order: (pairs: readonly string[]) => readonly string[]): Signing {
  const byName = new Map(order(signing.query.pairs).map((pair) => [parameterOf(pair)[0], pair]));
  return { ...signing, query: { ...signing.query, pairs: [...byName.values()] } };
}

/** The values of a repeated parameter in one, with commas between. */
function joined(signing: Signing): Signing {
  const values = new Map<string, string[]>();
  for (const pair of signing.query.pairs) {
    const [name = "", value = ""] = splitPair(pair);
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  const pairs = [...values].map(([name, each]) => `${name}=${each.join("%2C")}`);
  return { ...signing, query: { ...signing.query, pairs } };
}

function written(signing: Signing, write: (pair: string) => string): Signing {
  return { ...signing, query: { ...signing.query, write } };
}

/** Changes a pair as the client would have written it. */
function rewritten(signing: Signing, change: (pair: string) => string): Signing {
  return written(signing, (pair) => change(signing.query.write(pair)));
}

function sorted(signing: Signing, sort: (pairs: readonly QueryPair[]) => readonly QueryPair[]): Signing {
  return { ...signing, query: { ...signing.query, sort } };
}

/** Compares by a text, byte by byte. */
function by(textOf: (pair: QueryPair) => string): (one: QueryPair, other: QueryPair) => number {
  return (one, other) => {
    const [a, b] = [textOf(one), textOf(other)];
    return a < b ? -1 : a > b ? 1 : 0;
  };
}
