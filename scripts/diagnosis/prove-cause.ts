import { textOf } from "#sigv4/bytes";
import { payloadHash } from "#sigv4/canonical-request";
import { type Authorization, parseAuthorization, parseCredential } from "#sigv4/parse-authorization";
import { type Proof, prove } from "#sigv4/proof";
import { reproducer } from "#sigv4/reproducer";
import { type Claim, canonicalOf, rightSigning, type Signing } from "#sigv4/signing";
import type { Cause } from "./causes";
import { agrees, type ComparedLine, compareCanonical, parseCanonicalRequest } from "./compare-canonical";
import type { Diagnosis } from "./diagnosis";
import { arrivedAt } from "./gateway-canonical";
import { signingOf } from "./line-cause";
import type { Observed } from "./observed";
import { readRefusal } from "./refused";
import { told } from "./told";

/** A profile with its secret, and the secrets of others by the names of their profiles. */
export interface ProfileSecrets {
  readonly profile: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly others: ReadonlyMap<string, string>;
}

/** What came of a proof. */
export interface ProofOutcome {
  /** The cause that is proven, with the diagnosis that it gives. */
  readonly found?: { readonly cause: Cause; readonly diagnosis: Diagnosis };
  /** What was tried, in a sentence. */
  readonly note: string;
}

/**
 * Computes, offline, by which usual mistakes a client got the signature that it sent: with the secret, over the catalogue
 * and each two of it. What gives the signature is the cause.
 */
export function proveCause(observed: Observed, secrets: ProfileSecrets): ProofOutcome {
  const authorization = authorizationOf(observed);
  const credential = authorization && parseCredential(authorization.credential, authorization.algorithm);
  if (authorization === undefined || credential === undefined) return { note: NO_SIGNATURE };
  const { date, region, service, accessKeyId } = credential;
  const claim: Claim = {
    scope: { date, region, service },
    time: authorization.date,
    others: [...secrets.others.keys()].slice(0, MOST_PROFILES),
    hosts: hostsIn(observed.seen?.text ?? ""),
  };
  const reproduces = reproducer(authorization, (owner) =>
    owner === undefined ? secrets.secretAccessKey : (secrets.others.get(owner) ?? ""),
  );
  const rights = rightsOf(observed, authorization, claim);
  if (rights.length === 0) return { note: NO_REQUEST };
  for (const right of rights) {
    const isRight = reproduces(canonicalOf(right), right.key);
    if (isRight) return signedRightly(right, rights.at(-1) ?? right, secrets);
    const proof = prove(right, reproduces, region === undefined ? 0 : MOST_TRIES);
    if (proof) return proven(proof, right, secrets);
  }
  const isOther = accessKeyId !== secrets.accessKeyId;
  return {
    note: `With the secret of '${secrets.profile}' no usual mistake, and no two of them, give the signature that was sent${isOther ? `; the request is signed with the access key ${accessKeyId}, which is not the profile's` : ": the secret is another one, or what was signed is none of the usual"}.`,
  };
}

// ---------------------------------------------------------------------------------------------------- internal

const MOST_TRIES = 60_000;
const MOST_PROFILES = 30;
const MOST_HOSTS = 8;

const NO_SIGNATURE =
  "Nothing can be proven without the signature that was sent: hand over the request with its Authorization header.";
const NO_REQUEST =
  "Nothing can be proven without what was sent: hand over the request, or the long form of the answer.";

/** The signature of the request; of one that shows headers alone, with the time that they have. */
function authorizationOf({ request, seen }: Observed): Authorization | undefined {
  const whole = request ?? {
    method: "GET",
    target: "/",
    headers: seen?.headers ?? [],
    body: new Uint8Array(),
  };
  const authorization = parseAuthorization(whole);
  return "accepted" in authorization ? undefined : authorization;
}

/** What may have been meant to be signed: the request as it was sent, and as it arrived. */
function rightsOf(observed: Observed, authorization: Authorization, claim: Claim): Signing[] {
  const { request } = observed;
  const text = arrivedAt(readRefusal(observed).message);
  const arrived = text === undefined ? undefined : parseCanonicalRequest(text);
  const { form, signedHeaders } = authorization;
  return [
    ...(request
      ? [rightSigning(request, { form, signedHeaders, payloadHash: payloadHash(request.body) }, claim)]
      : []),
    ...(arrived ? [signingOf(arrived, request?.body, claim)] : []),
  ];
}

function proven(proof: Proof, right: Signing, secrets: ProfileSecrets): ProofOutcome {
  const lines = linesOf(proof.signed, right);
  const mistakes = told(proof.mistakes, proof.signed, right);
  const difference = lines && firstDifference(lines);
  return outcome(
    {
      gate: "signature",
      fault: mistakes?.fault ?? "mismatch",
      cause: [mistakes?.cause, difference].filter(Boolean).join(" "),
      advice: mistakes?.advice ?? "",
      ...(lines?.some((line) => !agrees(line)) && { canonicalRequests: lines }),
    },
    secrets,
  );
}

/** The signature fits what was sent, or what arrived; if both are the same, nothing is wrong with it. */
function signedRightly(right: Signing, arrived: Signing, secrets: ProfileSecrets): ProofOutcome {
  const lines = linesOf(right, arrived);
  const isSame = canonicalOf(right) === canonicalOf(arrived);
  const difference = lines && firstDifference(lines);
  return outcome(
    {
      gate: "signature",
      fault: isSame ? "signed-otherwise" : "mismatch",
      cause: isSame
        ? `The request that was handed over is signed as it should be, with the secret of '${secrets.profile}': another request arrived (a proxy, CDN or redirect changed it), or another one was refused.`
        : `The request was signed as it was sent, and changed on its way. ${difference ?? ""}`.trim(),
      advice: isSame
        ? "Call the gateway without what is in between, and hand over the long form of its answer."
        : "Let what is in between (a proxy, CDN or the HTTP client) pass the request on unchanged, or sign what arrives.",
      ...(!isSame && lines && { canonicalRequests: lines }),
    },
    secrets,
  );
}

function outcome(diagnosis: Diagnosis, { profile }: ProfileSecrets): ProofOutcome {
  const evidence = `Signed in this way with the secret of '${profile}', the request has the signature that was sent.`;
  const { cause, advice } = diagnosis;
  return { found: { diagnosis, cause: { cause, advice, evidence, proven: true } }, note: evidence };
}

function linesOf(signed: Signing, right: Signing): ComparedLine[] | undefined {
  const [client, gateway] = [signed, right].map((each) => parseCanonicalRequest(textOf(canonicalOf(each))));
  return client && gateway && compareCanonical(client, gateway);
}

/** Values of headers are not quoted, except of two that are not secrets. */
function firstDifference(lines: readonly ComparedLine[]): string | undefined {
  const line = lines.find((each) => !agrees(each));
  if (line === undefined) return undefined;
  const { part, header, client = "nothing", gateway = "nothing" } = line;
  const isShown = header === undefined || /^(host|content-type)$/.test(header);
  return isShown
    ? `You signed ${shorten(client)}; API Gateway expects ${shorten(gateway)} (${header ?? part}).`
    : `The first difference is in the header '${header}'.`;
}

const LONGEST_SHOWN = 200;

function shorten(line: string): string {
  if (line === "") return "an empty line";
  return `'${line.length > LONGEST_SHOWN ? `${line.slice(0, LONGEST_SHOWN)}…` : line}'`;
}

function hostsIn(text: string): string[] {
  const hosts = [...text.matchAll(/\bhttps?:\/\/([\w.:-]+)|\b(vpce-[\w.-]+\.amazonaws\.com)/g)].map(
    ([, host, endpoint]) => host ?? endpoint ?? "",
  );
  return [...new Set(hosts)].slice(0, MOST_HOSTS);
}
