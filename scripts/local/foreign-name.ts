import { quote } from "../sigv4/refusal";
import { type HeaderLine, headerValue } from "../sigv4/request";
import { type FrontEndAnswer, plainRefusal } from "./front-end";

/**
 * Refuses a request to the loopback address that came by a name which anybody can point there. Such a request most
 * likely a web page's: the page was loaded from that name, the name then led here, and to the browser it is still the same
 * site, whose answers the page may read (DNS rebinding). Routes that ask for nothing would be the page's to call. API Gateway answers
 * so to a name that none of its APIs has.
 *
 * Who is let in from other machines may come by any name.
 *
 * @param address - where the gateway listens
 * Source: https://en.wikipedia.org/wiki/DNS_rebinding
 */
export function refuseForeignName(
  headers: readonly HeaderLine[],
  address: string,
): FrontEndAnswer | undefined {
  const host = headerValue(headers, "host") ?? "";
  if (!LOOPBACK.test(address) || !isForeign(host.replace(/\.?(:\d*)?$/, ""))) return undefined;
  return {
    answer: plainRefusal(403, "Forbidden"),
    reason: `the Host header names ${quote(host)}, which may be a web page's own: call 127.0.0.1, localhost or a name that ends with .test`,
  };
}

// ---------------------------------------------------------------------------------------------------- internal

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

/** Addresses, names without a dot, and those below the following are nobody's to point elsewhere. */
function isForeign(name: string): boolean {
  return name.includes(".") && !IP_ADDRESS.test(name) && !OWN_NAMES.test(name);
}

const IP_ADDRESS = /^(\d+\.\d+\.\d+\.\d+|\[[\d.:a-f]+\])$/i;

/**
 * Names that are set aside for one machine or network, and those of APIs on AWS, which AWS alone makes.
 * Source: https://www.rfc-editor.org/rfc/rfc6761#section-6; for `internal`
 * https://www.icann.org/en/board-activities-and-meetings/materials/approved-resolutions-special-meeting-of-the-icann-board-29-07-2024-en
 */
const OWN_NAMES = /\.(localhost|test|internal|execute-api\.[a-z\d-]+\.amazonaws\.com(\.cn)?)$/i;
