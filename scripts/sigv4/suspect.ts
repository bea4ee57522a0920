import type { CanonicalOptions } from "./canonical-request";
import type { RawRequest } from "./request";

/** A mistake and what to do about it, and the canonical requests that are signed by whoever makes it. */
export type Suspect = readonly [cause: string, ...signed: string[]];

/** The mistakes of one kind that can be made with a request. */
export type Suspicion = (request: RawRequest, options: CanonicalOptions) => readonly Suspect[];

/** Where the lines of a canonical request are. */
export const METHOD_LINE = 0;
export const URI_LINE = 1;
export const QUERY_LINE = 2;
/** Of the first header. */
export const HEADER_LINES = 3;
