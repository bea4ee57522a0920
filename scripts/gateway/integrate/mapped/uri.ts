/**
 * An integration's URI, with `{name}` for mapped path parameters and `${stageVariables.name}`. What is not mapped stays, and is
 * no valid address then; a stage variable that does not exist is empty.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/aws-api-gateway-stage-variables-reference.html
 *
 * @param path - values by name; what a URL cannot hold in them is percent-encoded, what is encoded already is not
 */
export function renderUri(
  uri: string,
  path: ReadonlyMap<string, readonly string[]>,
  stageVariables: Readonly<Record<string, string>>,
): string {
  const queryStart = uri.indexOf("?");
  return uri.replace(PLACEHOLDER, (placeholder, variable: string | undefined, name: string, at: number) => {
    if (variable !== undefined)
      return Object.hasOwn(stageVariables, variable) ? (stageVariables[variable] ?? "") : "";
    const value = path.get(name)?.join(",");
    if (value === undefined) return placeholder;
    return value.replace(queryStart !== -1 && at > queryStart ? NOT_IN_QUERY : NOT_IN_PATH, encode);
  });
}

/** A URL with further query parameters behind its own. */
export function withQuery(
  url: string,
  query: Iterable<readonly [name: string, values: readonly string[]]>,
): string {
  const added = [...query].flatMap(([name, values]) =>
    values.map((value) => `${encode(name)}=${encode(value)}`),
  );
  if (added.length === 0) return url;
  return `${url}${url.includes("?") ? "&" : "?"}${added.join("&")}`;
}

// ---------------------------------------------------------------------------------------------------- internal

const PLACEHOLDER = /\$\{stageVariables\.([^}]*)\}|\{([^{}]+)\}/g;

/** Source: https://www.rfc-editor.org/rfc/rfc3986#section-3.3 */
const NOT_IN_PATH = /[^\w\-.~!$&'()*+,;=:@/%]+/g;
const NOT_IN_QUERY = /[^\w\-.~!$'()*,:@/?%]+/g;

function encode(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd"));
}
