import { signRequest } from "#functions/lib/sigv4";
import type { SigningCredentials } from "#sigv4/credential-checks";

/** The request, and its signer. */
export interface SignedLoad {
  readonly port: number;
  /** Including the stage, without a query: `/dev/auth/iam-sigv4`. */
  readonly path: string;
  readonly region: string;
  readonly credentials: SigningCredentials;
}

/** The number of different requests in a load: enough that a cache in a server cannot hold them all. */
const DIFFERENT_REQUESTS = 500;

/**
 * Signs `GET` requests that differ in their query, as an SDK sends them. They are valid for 5 minutes.
 */
export async function signedRequests({ port, path, region, credentials }: SignedLoad): Promise<string[]> {
  const host = `127.0.0.1:${port}`;
  const signed = Array.from({ length: DIFFERENT_REQUESTS }, async (_, index) => {
    const url = `http://${host}${path}?request=${index}`;
    const { headers } = await signRequest({ method: "GET", url, headers: HEADERS }, { credentials, region });
    return onTheWire(`${path}?request=${index}`, { host, ...headers });
  });
  return Promise.all(signed);
}

// ---------------------------------------------------------------------------------------------------- internal

const HEADERS = {
  accept: "application/json",
  "user-agent": "aws-sdk-js/3.1162.0 ua/2.1 os/linux lang/js md/nodejs",
};

function onTheWire(target: string, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`GET ${target} HTTP/1.1`, ...lines, "", ""].join("\r\n");
}
