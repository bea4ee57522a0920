/**
 * Whether what a variable holds looks like a secret: by its name, or because it has the form of one. Rather one that is
 * none is taken for a secret than the other way round.
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

/** What such a name ends with where it tells where a secret is, or how one is treated. */
const PLACE_NAME = /(arn|name|id|table|bucket|queue|path|file|prefix|header|issuer|endpoint|type|ttl)s?$/i;

const SECRET_FORMS: readonly RegExp[] = [
  // A password in a URL.
  /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i,
  /-----BEGIN [A-Z ]*PRIVATE KEY/,
  // A JSON web token.
  /^eyJ[\w-]+\.[\w-]+\.[\w-]*$/,
  // Small letters, capitals and digits in one long word.
  /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[\w+/=-]{20,}$/,
];
