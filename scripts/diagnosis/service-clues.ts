import { type Clue, clueIf } from "./clue";
import type { Context } from "./context";

/** What is special to another service of AWS that answers in the same words. */
export function serviceClues(context: Context): Clue[] {
  return [...unsignedClues(context), ...iotClues(context), ...jsonServiceClues(context)];
}

// ---------------------------------------------------------------------------------------------------- internal

/** Operations of AWS's own services are always signed, so there is no route to be wrong about. */
function unsignedClues({ message, observed, text, host }: Context): Clue[] {
  const called =
    host ?? /\burl["']?\s*[:=]\s*["']?https?:\/\/([\w.-]+\.amazonaws\.com(?:\.cn)?)\b/.exec(text)?.[1] ?? "";
  const isService =
    /^[\w.-]+\.amazonaws\.com(\.cn)?$/.test(called) &&
    !/execute-api|^apigateway\.|appsync|lambda-url/.test(called);
  return clueIf(
    message === "Missing Authentication Token" && isService && observed.lookedUp === undefined,
    86,
    `The request came without a signature: '${called}' is a service of AWS, all of whose operations are signed, so signing is not switched on in the client, or it has no credentials.`,
    "Look at the client's settings for signing (SigV4, region, service) and at the credentials that it loads.",
    `The host is ${called}`,
  );
}

/**
 * IoT's message broker takes the session token as a parameter that was added after signing.
 * Source: https://github.com/aws/aws-sdk-js/issues/1456
 */
function iotClues({ message, text, host = "" }: Context): Clue[] {
  const isBroker = /iotdevicegateway|iotdata/.test(text) || /(^|[.-])iot\.[a-z0-9-]+\.amazonaws\./.test(host);
  return clueIf(
    /signature we calculated/i.test(message) && isBroker && /X-Amz-Security-Token|session_?token/i.test(text),
    92,
    "The session token was signed with the presigned URL, and AWS IoT's message broker takes it unsigned: it is added to the URL after the signature was calculated.",
    "Presign without the token, and append &X-Amz-Security-Token=… (percent-encoded) to the URL that comes out.",
    "The service is AWS IoT, and a session token came along.",
  );
}

/** Services of the JSON protocol have one path and no query, and a body in each request. */
function jsonServiceClues({ message, text, observed }: Context): Clue[] {
  const isJsonService = /["']?__type["']?\s*[:=]\s*["'](?:com\.amazon\.|com\.amazonaws\.|[\w.]+#)/.test(text);
  return clueIf(
    /signature we calculated/i.test(message) && isJsonService && observed.request === undefined,
    59,
    "The body was not hashed as it was sent, or Content-Type was set after signing: the answer has a __type, as those of AWS's JSON services do, which are called by POST to / with a body, so path and query are not the cause. Else the secret.",
    "Give the signer the body as the very bytes that are sent (a file's content, not its name), with the Content-Type that is sent.",
    "The answer has a __type, as those of AWS's JSON services.",
  );
}
