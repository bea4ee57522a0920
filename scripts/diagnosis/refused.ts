import { headerValue } from "#sigv4/request";
import { parseJson } from "#text/parse-json";
import type { Observed, ObservedResponse } from "./observed";

/** A refusal as its answer shows it. */
export interface Refused {
  readonly status?: number;
  /** `x-amzn-ErrorType`, which stays also where the API has replaced the body. */
  readonly errorType?: string;
  /** The message; the whole body where it is not API Gateway's JSON. */
  readonly message: string;
  readonly observed: Observed;
}

/** Reads the answer to a refused request. */
export function readRefusal(observed: Observed): Refused {
  const { response } = observed;
  return {
    status: response.status,
    errorType: headerValue(response.headers, "x-amzn-errortype")?.split(":")[0],
    message: readMessage(response),
    observed,
  };
}

/** `message` or, of a policy's denial, `Message`. */
function readMessage({ body }: ObservedResponse): string {
  const json = parseJson(body);
  if (typeof json === "object" && json !== null) {
    const { message, Message } = json as Readonly<Record<string, unknown>>;
    const text = message ?? Message;
    if (typeof text === "string") return text;
  }
  // The message alone was kept, or a proxy answered.
  const text = body.trim();
  return text.includes("\n") ? text : text.replaceAll("\\n", "\n");
}
