import { isList, isObject, type Value } from "../local/terraform/value";
import { at } from "./json";

/**
 * Marks the variables of a function or of a stage that look like secrets. Neither Terraform nor the provider marks them,
 * and AWS shows them to everybody who may read the resource.
 *
 * @param type - of the resource
 * @param values - its attributes
 * @returns marks as Terraform makes them, none where no variable looks like a secret
 */
export function secretVariables(type: string, values: Value): readonly Value[] {
  switch (type) {
    case "aws_lambda_function": {
      const blocks = at(values, "environment");
      return [{ environment: (isList(blocks) ? blocks : []).map(marksIn) }];
    }
    case "aws_api_gateway_stage":
      return [marksIn(values)];
    default:
      return [];
  }
}

function marksIn(holder: Value): Value {
  const variables = at(holder, "variables");
  if (!isObject(variables)) return {};
  const marks = Object.entries(variables).map(([name, value]) => [name, looksSecret(name, value)] as const);
  return { variables: Object.fromEntries(marks.filter(([, isSecret]) => isSecret)) };
}

function looksSecret(name: string, value: Value): boolean {
  if (typeof value !== "string" || HARMLESS.test(value)) return false;
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
