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
  // A password in a URL.
  /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i,
  /-----BEGIN [A-Z ]*PRIVATE KEY/,
  // A JSON web token.
  /^eyJ[\w-]+\.[\w-]+\.[\w-]*$/,
  // Lower-case letters, upper-case letters and digits in one long word.
  /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[\w+/=-]{20,}$/,
];
