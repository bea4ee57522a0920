import { percentEncode } from "#sigv4/percent-encoding";
import { queryParameters } from "#sigv4/target";
import type { MismatchCause } from "./diagnosis";

/** Why two canonical query strings differ. */
export function queryCause(client: string, gateway: string): MismatchCause {
  if (sorted(client) === sorted(gateway)) {
    return {
      fault: "query-order",
      cause: "The query parameters were signed in another order.",
      advice:
        "Sort them by encoded name and then by encoded value, by bytes (upper case before lower), for the signature.",
    };
  }
  if (sorted(withoutPlus(client)) === sorted(withoutPlus(gateway))) {
    return {
      fault: "query-plus",
      cause:
        "A space or plus in the query was signed otherwise than it arrived: + arrives as a space (%20), and %2B as a plus.",
      advice: "Send a space as %20 and a plus as %2B, and sign the same; never sign a bare +.",
    };
  }
  if (sorted(respell(client)) === sorted(gateway) || sorted(decodeOnce(client)) === sorted(gateway)) {
    return {
      fault: "query-encoding",
      cause: "The query parameters are the same and were signed in another spelling.",
      advice:
        "Encode names and values once, everything but A-Z a-z 0-9 - . _ ~, with upper-case hex digits, and write '=' also behind a name without a value.",
    };
  }
  return {
    fault: "query-changed",
    cause: `Other query parameters were signed than arrived${difference(client, gateway)}.`,
    advice: "Sign the query after the last parameter was added to it, and let no proxy change it.",
  };
}

function sorted(query: string): string {
  return query.split("&").sort().join("&");
}

function withoutPlus(query: string): string {
  return query.replace(/\+|%2B|%2b/g, "%20");
}

/** The canonical spelling of a query. */
function respell(query: string): string {
  return queryParameters(query)
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join("&");
}

/** What a query that was encoded twice came from. */
function decodeOnce(query: string): string {
  return query.replaceAll("%25", "%");
}

/** The names of what only one side has; values may be secrets. */
function difference(client: string, gateway: string): string {
  const onlyIn = (one: string, other: string) => {
    const others = new Set(other.split("&"));
    const names = one.split("&").filter((pair) => pair !== "" && !others.has(pair));
    return [...new Set(names.map((pair) => pair.split("=")[0]))].join(", ");
  };
  const signed = onlyIn(client, gateway);
  const arrived = onlyIn(gateway, client);
  const told = [signed && `only signed: ${signed}`, arrived && `only arrived: ${arrived}`].filter(Boolean);
  return told.length > 0 ? ` (${told.join("; ")})` : "";
}
