import type { Authorization } from "./parse-authorization";
import type { Reproduces } from "./proof";
import { isEcdsaSignature, isSameSecret, signature, signingKey } from "./signature";
import { type CredentialScope, stringToSign } from "./string-to-sign";

/**
 * Answers whether a canonical request, signed with a key that may be a wrong one, gives the signature of a request.
 *
 * @param secretOf - the secret access key of a profile; of the signer's own without a name
 */
export function reproducer(
  { algorithm, credential, signature: sent, date }: Authorization,
  secretOf: (owner?: string) => string,
): Reproduces {
  const accessKeyId = credential.split("/", 1)[0] ?? "";
  return (canonical, { claim, secret = same, owner, derivedFor, scope, time = date, ...spelling }) => {
    const inText = scope ?? claim.scope;
    const toSign = respellHash(stringToSign(time, inText, canonical, algorithm), spelling.hash ?? same);
    const secretAccessKey = secret(secretOf(owner));
    const keyScope = derivedFor ?? claim.scope;
    if (!isComplete(keyScope)) return isEcdsaSignature(sent, toSign, { accessKeyId, secretAccessKey });
    const made = signature(signingKey(secretAccessKey, keyScope), toSign);
    return isSameSecret((spelling.signature ?? same)(made), sent);
  };
}

// ---------------------------------------------------------------------------------------------------- internal

/** A scope with a region is SigV4's, whose signature can be computed; one without is SigV4A's. */
function isComplete(scope: CredentialScope): scope is Required<CredentialScope> {
  return scope.region !== undefined;
}

/** The last line of the string to sign is the hash of the canonical request. */
function respellHash(toSign: string, respell: (hex: string) => string): string {
  const start = toSign.lastIndexOf("\n") + 1;
  return toSign.slice(0, start) + respell(toSign.slice(start));
}

function same(text: string): string {
  return text;
}
