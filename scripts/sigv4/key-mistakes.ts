import { formatAmzDate, parseAmzDate } from "./amz-date";
import type { Mistake } from "./mistake";
import type { SignedKey, Signing } from "./signing";
import type { CredentialScope } from "./string-to-sign";

/** What signers do wrongly with the secret, the signing key and the string to sign: the canonical request is right. */
export const KEY_MISTAKES: readonly Mistake[] = [
  {
    fault: "secret-altered",
    part: "key",
    cause: "white space around the secret access key was used with it",
    advice: "trim what is read from a file or a variable",
    signed: (right) =>
      ["\n", "\r\n", " ", "\r", "\t"]
        .flatMap((space) => [(secret: string) => secret + space, (secret: string) => space + secret])
        .map((secret) => withKey(right, { secret })),
  },
  {
    fault: "secret-altered",
    part: "key",
    cause: "quotes around the secret access key were used with it",
    advice:
      "take the quotes off: an environment file or a credentials file has none, or its reader keeps them",
    signed: (right) =>
      [(secret: string) => `"${secret}"`, (secret: string) => `'${secret}'`].map((secret) =>
        withKey(right, { secret }),
      ),
    isRare: true,
  },
  {
    fault: "wrong-secret",
    part: "key",
    cause: (signed) => `the secret access key is that of the profile '${signed.key.owner}'`,
    advice: "load key id, secret and session token together from one profile",
    signed: (right) => right.key.claim.others.map((owner) => withKey(right, { owner })),
  },
  {
    fault: "secret-altered",
    part: "key",
    cause: "the secret access key was escaped or unescaped before it was used: its / or + is not what it was",
    advice: "use the secret access key as it was issued, and quote it in shells, URLs and JSON",
    signed: (right) => ESCAPES.map((secret) => withKey(right, { secret })),
    isRare: true,
  },
  {
    fault: "secret-altered",
    part: "key",
    cause: "'AWS4' stands twice before the secret access key that the signing key was derived from",
    advice: "derive the signing key from 'AWS4' and the secret access key, once",
    signed: (right) => [withKey(right, { secret: (secret) => `AWS4${secret}` })],
    isRare: true,
  },
  {
    fault: "key-for-another-scope",
    part: "key",
    cause: (signed) =>
      `the signing key is that of another day (${otherScope(signed).date}) than the credential scope`,
    advice: "derive the signing key anew each day, for the date that X-Amz-Date begins with, in UTC",
    signed: (right) => neighbours(right.key.claim.scope).flatMap((scope) => inEachPlace(right, scope)),
  },
  {
    fault: "key-for-another-scope",
    part: "key",
    cause: (signed) =>
      `the signature was calculated for the region '${otherScope(signed).region}', and not for the one in the credential scope`,
    advice: "use one region in the credential scope, in the string to sign and for the signing key",
    signed: (right) =>
      right.key.claim.scope.region === undefined
        ? []
        : REGIONS.flatMap((region) => inEachPlace(right, { ...right.key.claim.scope, region })),
    isRare: true,
  },
  {
    fault: "key-for-another-scope",
    part: "key",
    cause: (signed) =>
      `the signature was calculated for the service '${otherScope(signed).service}', and not for the one in the credential scope`,
    advice: "use one service in the credential scope, in the string to sign and for the signing key",
    signed: (right) =>
      SERVICES.flatMap((service) => inEachPlace(right, { ...right.key.claim.scope, service })),
    isRare: true,
  },
  {
    fault: "time-changed",
    part: "key",
    cause: (signed) => `the string to sign has another time (${signed.key.time}) than the request`,
    advice: "take the time once, for X-Amz-Date and for the string to sign",
    signed: (right) => otherTimes(right.key.claim.time).map((time) => withKey(right, { time })),
    isRare: true,
  },
  {
    fault: "signature-spelling",
    part: "key",
    cause: "the signature is in upper-case hex",
    advice: "write the signature in lower-case hex",
    signed: (right) => [withKey(right, { signature: (hex) => hex.toUpperCase() })],
    isRare: true,
  },
  {
    fault: "signature-spelling",
    part: "key",
    cause: "the hash of the canonical request in the string to sign is in upper-case hex",
    advice: "write the SHA-256 of the canonical request in lower-case hex",
    signed: (right) => [withKey(right, { hash: (hex) => hex.toUpperCase() })],
    isRare: true,
  },
];

/** What signers do wrongly with the form of the canonical request. */
export const FORM_MISTAKES: readonly Mistake[] = [
  form("there is no empty line between the canonical headers and SignedHeaders", (text) =>
    text.replace(/\n\n(?=[^\n]*\n[^\n]*$)/, "\n"),
  ),
  form("there is a line break at the end of the canonical request", (text) => `${text}\n`),
  form("the canonical request has CRLF line ends", (text) => text.replaceAll("\n", "\r\n")),
  form("there is a space after the colon of the canonical headers", (text) =>
    text.replace(/^([a-z0-9-]+):(?=\S)/gm, "$1: "),
  ),
  form("there is no line for the query, which is empty", (text) => text.replace(/^(.*\n.*\n)\n/, "$1")),
];

// ---------------------------------------------------------------------------------------------------- internal

function form(cause: string, change: (canonicalRequest: string) => string): Mistake {
  return {
    fault: "canonical-form",
    part: "form",
    cause,
    advice:
      "write six parts with LF between them: method, path, query (an empty line without one), a line for each signed header, an empty line, the names of the signed headers, the payload hash; no LF at the end",
    signed: (right) => [{ ...right, form: (text) => change(right.form(text)) }],
  };
}

function withKey(signing: Signing, change: Partial<SignedKey>): Signing {
  return { ...signing, key: { ...signing.key, ...change } };
}

/** Another scope for the key alone, in the string to sign alone, and in both. */
function inEachPlace(right: Signing, scope: CredentialScope): Signing[] {
  const { claim } = right.key;
  if ((["date", "region", "service"] as const).every((name) => scope[name] === claim.scope[name])) return [];
  return [{ derivedFor: scope }, { derivedFor: scope, scope }, { scope }].map((change) =>
    withKey(right, change),
  );
}

function otherScope({ key }: Signing): CredentialScope {
  return key.derivedFor ?? key.scope ?? key.claim.scope;
}

const ESCAPES: readonly ((secret: string) => string)[] = [
  encodeURIComponent,
  (secret) => secret.replaceAll("+", " "),
  (secret) => secret.replaceAll("/", "\\/"),
  (secret) => secret.replaceAll("+", "%2B"),
  (secret) => secret.replaceAll("/", "%2F"),
  (secret) => secret.replaceAll("/", ""),
  (secret) => secret.replaceAll("+", ""),
  (secret) => secret.toLowerCase(),
];

/** The days before and after. */
function neighbours(scope: CredentialScope): CredentialScope[] {
  const noon = parseAmzDate(`${scope.date}T120000Z`);
  if (noon === undefined) return [];
  return [-1, 1].map((days) => ({ ...scope, date: formatAmzDate(noon + days * 86_400).slice(0, 8) }));
}

/** A few seconds around, and the full hours that time zones are away. */
function otherTimes(time: string): string[] {
  const seconds = parseAmzDate(time);
  if (seconds === undefined) return [];
  const hours = Array.from({ length: 27 }, (_, index) => (index - 12) * 3_600);
  return [-1, 1, -2, 2, -3, 3, ...hours.filter((offset) => offset !== 0)].map((offset) =>
    formatAmzDate(seconds + offset),
  );
}

const REGIONS = [
  "us-east-1",
  "us-east-2",
  "us-west-1",
  "us-west-2",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "eu-central-1",
  "eu-north-1",
  "ap-northeast-1",
  "ap-south-1",
  "ap-southeast-1",
  "ap-southeast-2",
  "ca-central-1",
  "sa-east-1",
  "",
];

const SERVICES = [
  "execute-api",
  "lambda",
  "s3",
  "es",
  "apigateway",
  "dynamodb",
  "iam",
  "sts",
  "iotdevicegateway",
  "",
];
