import { byNameAndValue } from "./canonical-request";
import type { Mistake } from "./mistake";
import { bareCharacters } from "./path-mistakes";
import { percentEncode } from "./percent-encoding";
import { parameterOf, type QueryPair, queryOf, type Signing } from "./signing";

/** What signers do wrongly with the query. */
export const QUERY_MISTAKES: readonly Mistake[] = [
  {
    fault: "query-order",
    part: "query",
    inLog: "the query was signed in another order: sort it by encoded name, and then by encoded value",
    cause: "The query parameters were signed in another order.",
    advice:
      "Sort them by encoded name and then by encoded value, by bytes (upper case before lower), for the signature.",
    signed: (right) => [
      sorted(right, (pairs) => pairs),
      sorted(right, (pairs) => pairs.toSorted((one, other) => compare(one.written, other.written))),
      sorted(right, (pairs) =>
        pairs.toSorted((one, other) => byNameAndValue(parameterOf(one.raw), parameterOf(other.raw))),
      ),
    ],
    explains: (signed, arrived) => isSameUpToOrder(signed, arrived, (pair) => pair),
  },
  {
    ...plus("+ in the query was signed as %2B: send %2B for a plus, since + is a space there"),
    signed: (right) => [written(right, (pair) => right.query.write(pair.replaceAll("+", "%2B")))],
    explains: (signed, arrived) =>
      isSameUpToOrder(signed, arrived, (pair) => pair.replace(/\+|%2B/gi, "%20")),
  },
  {
    ...plus("%2B in the query was signed as a space: it is a plus, and only a bare + is a space"),
    signed: (right) => [rewritten(right, (pair) => pair.replaceAll("%2B", "%20"))],
  },
  {
    ...encoding("!, ', (, ) or * in the query was signed bare: encode them too (* as %2A)"),
    signed: (right) => [rewritten(right, bareCharacters)],
  },
  {
    ...encoding(
      "the query was signed as it is spelled: write all but A-Z a-z 0-9 - . _ ~ as %XX in upper case, and = behind each name",
    ),
    signed: (right) => [
      sorted(
        written(right, (pair) => pair),
        (pairs) => pairs,
      ),
      sorted(
        written(right, (pair) => (pair.includes("=") ? pair : `${pair}=`)),
        (pairs) => pairs.toSorted((one, other) => compare(one.written, other.written)),
      ),
    ],
    explains: (signed, arrived) => isSameUpToOrder(signed, arrived, canonicalPair),
  },
  {
    ...encoding("the query was encoded twice: encode each name and value once, from what it means"),
    signed: (right) => [rewritten(right, (pair) => pair.replaceAll("%", "%25"))],
    explains: (signed, arrived) => isSameUpToOrder(signed, arrived, (pair) => pair.replaceAll("%25", "%")),
  },
  {
    ...changed(
      "the session token was added to the query after signing: sign X-Amz-Security-Token with the others",
    ),
    signed: (right) => {
      const pairs = right.query.pairs.filter((pair) => !pair.startsWith("X-Amz-Security-Token="));
      return [withPairs(right, pairs)];
    },
  },
  {
    ...changed("the query was not signed: sign it with the path"),
    // A presigned URL is a signature of its query.
    signed: (right) => (right.query.isPresigned ? [] : [withPairs(right, [])]),
    explains: () => true,
  },
];

// ---------------------------------------------------------------------------------------------------- internal

type Told = Omit<Mistake, "signed">;

function plus(inLog: string): Told {
  return {
    fault: "query-plus",
    part: "query",
    inLog,
    cause:
      "A space or plus in the query was signed otherwise than it arrived: + arrives as a space (%20), and %2B as a plus.",
    advice: "Send a space as %20 and a plus as %2B, and sign the same; never sign a bare +.",
  };
}

function encoding(inLog: string): Told {
  return {
    fault: "query-encoding",
    part: "query",
    inLog,
    cause: "The query parameters are the same and were signed in another spelling.",
    advice:
      "Encode names and values once, everything but A-Z a-z 0-9 - . _ ~, with upper-case hex digits, and write '=' also behind a name without a value.",
  };
}

function changed(inLog: string): Told {
  return {
    fault: "query-changed",
    part: "query",
    inLog,
    cause: (signed, arrived) =>
      `Other query parameters were signed than arrived${difference(signed, arrived)}.`,
    advice: "Sign the query after the last parameter was added to it, and let no proxy change it.",
  };
}

/** The names of what only one side has; values may be secrets. */
function difference(signed: Signing, arrived: Signing): string {
  const [ofClient, ofGateway] = [queryOf(signed), queryOf(arrived)];
  const onlyIn = (one: string, other: string) => {
    const others = new Set(other.split("&"));
    const names = one.split("&").filter((pair) => pair !== "" && !others.has(pair));
    return [...new Set(names.map((pair) => pair.split("=")[0]))].join(", ");
  };
  const onlySigned = onlyIn(ofClient, ofGateway);
  const onlyArrived = onlyIn(ofGateway, ofClient);
  const told = [onlySigned && `only signed: ${onlySigned}`, onlyArrived && `only arrived: ${onlyArrived}`];
  return told.some(Boolean) ? ` (${told.filter(Boolean).join("; ")})` : "";
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

function withPairs(signing: Signing, pairs: readonly string[]): Signing {
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

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
