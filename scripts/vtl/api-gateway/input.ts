import { parsePath } from "../json-path/parse-path";
import { readPath } from "../json-path/read-path";
import type { Budget } from "../limits";
import { jsonText } from "../values/json-text";
import { parseJsonValue } from "../values/parse-json";
import { type NativeMethod, type Value, VtlMap, VtlNative } from "../values/value";
import { VtlError } from "../vtl-error";

/** The parameters of a request, as `$input.params()` has them: names as the client sent them. */
export interface InputParameters {
  readonly path: Readonly<Record<string, string>>;
  readonly querystring: Readonly<Record<string, string>>;
  readonly header: Readonly<Record<string, string>>;
}

/**
 * `$input`: the body and the parameters.
 *
 * - An empty body counts as `{}`. Sources: `test_input_body_formatting` of localstack/localstack, recorded from AWS, for
 *   `$input.body`; https://www.serverless.com/framework/docs/providers/aws/events/apigateway#lambda-integration for `$input.json`
 * - `$input.path` returns the document itself: what #set changes in it, `$input.json` prints.
 *   Source: https://qiita.com/makisyu/items/649f2c1945bde57c129f
 * - `$input.json` of what is not there is `""`, an empty string in quotes. Source:
 *   https://github.com/localstack/localstack/pull/12774, tried on AWS. A null is taken for the same, as `$input.path` takes it in
 *   `test_input_path_template_formatting` of localstack/localstack, recorded from AWS
 *
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html#input-variable-reference
 */
export function createInput(sentBody: string, parameters: InputParameters, budget: Budget): VtlNative {
  const body = sentBody === "" ? "{}" : sentBody;
  const params = paramsMap(parameters);
  let document: Value | undefined;
  let isParsed = false;
  const select = (source: string): Value | undefined => {
    if (!isParsed) {
      document = parseJsonValue(body, budget);
      isParsed = true;
    }
    const path = parsePath(source, budget);
    if (document !== undefined) return readPath(document, path, budget);
    // Nothing is found in a body that is not JSON; what such a body itself is, is not known.
    if (path.selectors.length > 0) return undefined;
    throw new VtlError("unsupported", `got '${source}' of a body that is not JSON; use $input.body`);
  };
  const methods: readonly (readonly [string, NativeMethod])[] = [
    ["path", ([path]) => (typeof path === "string" ? (select(path) ?? null) : undefined)],
    ["json", ([path]) => (typeof path === "string" ? json(select(path), budget) : undefined)],
    ["params", (args) => (args.length > 1 ? undefined : param(params, args[0]))],
  ];
  return new VtlNative("$input", new Map(methods), new Map([["body", () => body]]));
}

// ---------------------------------------------------------------------------------------------------- internal

function paramsMap({ path, querystring, header }: InputParameters): VtlMap {
  const params = new VtlMap();
  for (const [kind, values] of Object.entries({ path, querystring, header })) {
    const map = new VtlMap();
    for (const [name, value] of Object.entries(values)) map.put(name, value);
    params.put(kind, map);
  }
  return params;
}

function json(value: Value | undefined, budget: Budget): Value {
  return value === undefined || value === null ? '""' : jsonText(value, budget, "/");
}

/** The path's parameter of a name, then the query string's, then the header's; without a name all of them. */
function param(params: VtlMap, name: Value | undefined): Value | undefined {
  if (name === undefined) return params;
  if (typeof name !== "string") return undefined;
  for (const kind of params.entries.values()) {
    const value = kind instanceof VtlMap ? kind.entries.get(name) : undefined;
    if (value !== undefined) return value;
  }
  return "";
}
