/**
 * What in a text looks like a secret, so that it can be masked wherever it is shown: secret access keys (40 characters of
 * base64 that are not hex), session tokens and JWTs, values of headers, options and members that are named as secrets.
 */
export function secretsIn(text: string): string[] {
  return [
    ...new Set(PATTERNS.flatMap((pattern) => [...text.matchAll(pattern)].map((found) => found[1] ?? ""))),
  ].filter(
    (value) => value.length >= 8 && !/^(?:[0-9a-f]{64}|AWS4-HMAC-SHA256|\$\{?\w+\}?|undefined)$/.test(value),
  );
}

// ---------------------------------------------------------------------------------------------------- internal

const PATTERNS = [
  // Secret access keys.
  /(?<![A-Za-z0-9/+=])(?=[A-Za-z0-9/+]{0,39}[A-Z])(?=[A-Za-z0-9/+]{0,39}[g-z])((?:[A-Za-z0-9/+]){40})(?![A-Za-z0-9/+=])/g,
  // JWTs, and tokens that are longer than any id.
  /\b(eyJ[\w-]{6,}(?:\.[\w-]*){0,2})/g,
  /(?<![A-Za-z0-9/+=])((?:IQo|FQo|FwoG|AgoG|AQo)[A-Za-z0-9/+=%]{40,})/g,
  // What is named as a secret.
  /\b(?:x-api-key|x-amz-security-token|aws_secret_access_key|secret_?access_?key|aws_session_token|session_?token|security_?token|api[-_]?key|password|passwd|client_secret)["'`]?\s*(?:[:=,]>?|\s)\s*["'`]?([^\s"'`,;&})]{8,4000})/gi,
  /(?:--user|-u)[ =]["']?[^\s:"']+:([^\s"']{8,})/g,
  /--(?:secret_key|session_token|security_token)[ =]["']?([^\s"']{8,})/g,
  /\bAuthorization["']?\s*[:=]\s*["']?(?:Bearer|Basic|Token)\s+([^\s"']{8,})/gi,
  /\b(?:Cookie|Set-Cookie)["']?\s*[:=]\s*["']?([^\n"']{8,})/gi,
];
