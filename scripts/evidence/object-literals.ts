/**
 * The query and the body of code that gives them as objects, as `params: {b: 'c d'}` and `json={"a": 1}`: flat ones, with
 * texts, numbers and truth values. What is nested, or holds variables, is not read.
 */
export function objectsIn(text: string): { readonly query?: string; readonly body?: string } {
  const query = firstObject(text, QUERY) ?? indexed(text);
  const body = firstObject(text, BODY);
  return {
    query:
      query &&
      Object.entries(query)
        .map((pair) => pair.map(percentEncode).join("="))
        .join("&"),
    // How the client writes it is not known: as JSON.stringify does, most likely.
    body: body && JSON.stringify(body),
  };
}

// ---------------------------------------------------------------------------------------------------- internal

type Value = string | number | boolean | null;
type Flat = Readonly<Record<string, Value>>;

const QUERY =
  /(?:\b(?:params|qs|query[-_]?(?:params|string)?|setQueryData)\b["']?\s{0,9}(?:[:=(]|<-|=>)?\s{0,9}\(?)(list\(|[{[])/gi;
const BODY =
  /(?:\b(?:data|body|json|payload|parameters|form-params|send|stringify|json_encode)\b!?["']?\s{0,9}(?:[:=(]|<-|=>)?\s{0,9}\(?\s{0,9}@?)([{[])/gi;
const LONGEST = 5_000;
const PAIR =
  /^[\s,(]*(?::|@?["'`])?([\w.$-]{1,100})["'`]?\s*(?::|=>|=|,|\s)\s*@?(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(-?\d{1,15}(?:\.\d{1,15})?|true|false|null)\b)[\s,)]*/;

function firstObject(text: string, opening: RegExp): Flat | undefined {
  for (const found of text.matchAll(opening)) {
    const flat = flatObject(text.slice(found.index + found[0].length, found.index + LONGEST));
    if (flat !== undefined) return flat;
  }
  return undefined;
}

/** Pairs up to the bracket that closes; undefined if there is anything else. */
function flatObject(inner: string): Flat | undefined {
  const pairs: [string, Value][] = [];
  let rest = inner;
  for (let pair = PAIR.exec(rest); pair; pair = PAIR.exec(rest)) {
    const [all, name = "", double, single, plain = ""] = pair;
    pairs.push([name, (double ?? single)?.replace(/\\(["'\\])/g, "$1") ?? JSON.parse(plain)]);
    rest = rest.slice(all.length);
  }
  return pairs.length > 0 && /^\s*[}\])]|^$/.test(rest) ? Object.fromEntries(pairs) : undefined;
}

/** `req.params['b'] = 'c d'` */
function indexed(text: string): Flat | undefined {
  const pairs = [...text.matchAll(/\bparams\[["']([\w.-]{1,100})["']\]\s*=\s*["']([^"'\n]{0,1000})["']/g)];
  return pairs.length === 0
    ? undefined
    : Object.fromEntries(pairs.map(([, name = "", value = ""]) => [name, value]));
}

function percentEncode(value: Value): string {
  return encodeURIComponent(String(value));
}
