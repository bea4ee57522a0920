import type { Route } from "#model/rest-api";
import { quote } from "#sigv4/refusal";
import type { Refusal } from "../refusal";

/**
 * Refuses a call to an open route if the Host header has a name that its owner can point to any address. Such a call
 * most likely comes from a web page (DNS rebinding): the page was loaded from that name, the name now resolves to this
 * gateway, and to the browser it is still the same site, whose answers the page may read. A page has neither a
 * signature nor a key, so routes that require one may be called by any name. The answer is the one that API Gateway
 * gives if no API has the name.
 *
 * Where a call comes from does not matter. A gateway that listens on all addresses is called by the browsers of this
 * machine too; in a container, which forwards its port, they look like another machine; and a browser on another
 * machine may have such a page open as well. A page's owner cannot redirect an IP address, and the user can allow
 * names.
 *
 * @param names - further names that are allowed, in lower case
 * Source: https://en.wikipedia.org/wiki/DNS_rebinding
 */
export function refuseForeignName(
  route: Route,
  host: string | undefined,
  names: readonly string[],
): Refusal | undefined {
  const isOpen = route.authorization === "NONE" && !route.apiKeyRequired;
  if (!isOpen || host === undefined) return undefined;
  const name = host.replace(/\.?(:\d*)?$/, "").toLowerCase();
  if (!isForeign(name) || names.includes(name)) return undefined;
  return {
    gate: "route",
    response: "DEFAULT_4XX",
    errorType: "ForbiddenException",
    message: "Forbidden",
    reason:
      `the Host header names ${quote(host)}, which a web page can own, and this route is open: ` +
      "use its address, localhost or a name that ends with .test, or allow the name with --name",
  };
}

// ---------------------------------------------------------------------------------------------------- internal

/** No outside owner can redirect addresses, names without a dot, and names below the following. */
function isForeign(name: string): boolean {
  return name.includes(".") && !IP_ADDRESS.test(name) && !OWN_NAMES.test(name);
}

const IP_ADDRESS = /^(\d+\.\d+\.\d+\.\d+|\[[\d.:a-f]+\])$/i;

/**
 * Names that are reserved for one machine or network, and names of APIs on AWS, which only AWS assigns.
 * Source: https://www.rfc-editor.org/rfc/rfc6761#section-6; for `internal`
 * https://www.icann.org/en/board-activities-and-meetings/materials/approved-resolutions-special-meeting-of-the-icann-board-29-07-2024-en
 */
const OWN_NAMES = /\.(localhost|test|internal|execute-api\.[a-z\d-]+\.amazonaws\.com(\.cn)?)$/i;
