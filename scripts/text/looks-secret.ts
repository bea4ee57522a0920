/**
 * Whether a variable's value looks like a secret, by the variable's name or by the value's form. If in doubt it counts
 * as a secret.
 */
export function looksSecret(name: string, value: string): boolean {
  if (HARMLESS.test(value)) return false;
  if (SECRET_FORMS.some((form) => form.test(value))) return true;
  return SECRET_NAME.test(name) && !PLACE_NAME.test(name);
}

/** Nothing, a number, a switch, an ARN. */
const HARMLESS = /^(|[\d.]+|true|false|on|off|arn:[^:]*:[^:]*:.*)$/i;

const SECRET_NAME =
  /secret|token|passw|passphrase|credential|(api|access|private|signing|encryption|auth|account)[_-]?key|connection[_-]?string|dsn|webhook/i;

/** The endings of names that hold a secret's location or settings, not a secret. */
const PLACE_NAME = /(arn|name|id|table|bucket|queue|path|file|prefix|header|issuer|endpoint|type|ttl)s?$/i;

const SECRET_FORMS: readonly RegExp[] = [
  // A password in a URL, also in one of JDBC.
  /^[a-z][a-z0-9+.:-]*:\/\/[^/\s:@]*:[^/\s@]+@/i,
  // A password among settings: of a connection, a URL or JSON.
  /(?:^|[;&?,{"'\s])(?:password|passwd|pwd|secret|token|(?:api|access|account)_?key)"?\s*[:=]\s*"?[^\s;&"']{6,}/i,
  /^(?:Bearer|Basic) [\w.~+/-]{8,}=*$/i,
  /-----BEGIN [A-Z ]*PRIVATE KEY/,
  // A JSON web token.
  /^eyJ[\w-]+\.[\w-]+\.[\w-]*$/,
  // Access keys of AWS, and the tokens of GitHub, GitLab, Slack, Stripe, Google and SendGrid.
  // Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes
  // Source: https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns
  /^(?:AKIA|ASIA)[A-Z0-9]{16}$/,
  /^(?:gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-|[prs]k_(?:live|test)_|AIza|SG\.)[\w.-]{8,}$/,
  // Lower-case letters, upper-case letters and digits in one long word.
  /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[\w+/=-]{20,}$/,
];
