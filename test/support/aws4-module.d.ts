/** aws4 ships no types; this is the part that is used. Source: https://github.com/mhart/aws4#api */
declare module "aws4" {
  export interface Request {
    method?: string;
    host?: string;
    path?: string;
    headers?: Record<string, string>;
    body?: string | Uint8Array;
    service?: string;
    region?: string;
    /** Sign in the query string rather than in a header. */
    signQuery?: boolean;
    /** Sign the headers as they are, and add none. */
    doNotModifyHeaders?: boolean;
    /** Headers, in lower case, that are sent and not signed. */
    extraHeadersToIgnore?: Record<string, boolean>;
  }

  export interface Credentials {
    accessKeyId: string;
    secretAccessKey: string;
    sessionToken?: string;
  }

  /** Adds the signature to the request that it is given, and returns that. */
  export function sign<R extends Request>(
    request: R,
    credentials: Credentials,
  ): R & { path: string; headers: Record<string, string> };

  export class RequestSigner {
    constructor(request: Request, credentials: Credentials);
    /** The signing date, `YYYYMMDDTHHMMSSZ`; taken from the headers or the clock where it is not set. */
    datetime?: string;
    /** Adds the signature to the request, and returns that. */
    sign(): Request & { path: string; headers: Record<string, string> };
    authHeader(): string;
    canonicalString(): string;
    stringToSign(): string;
  }
}
