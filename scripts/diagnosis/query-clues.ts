import { type Clue, clueIf } from "./clue";
import { type Context, shownBy } from "./context";

/** What in a query is easily signed wrongly. */
export function queryClues(context: Context): Clue[] {
  const { right, query: sent } = context;
  const query = right?.query ?? sent;
  if (query === "" && sent === "") return [];
  const pairs = query.split("&").filter((pair) => pair !== "" && !pair.startsWith("X-Amz-"));
  const names = pairs.map((pair) => pair.split("=")[0] ?? "");
  // A presigned URL ends with its signature, which is not signed itself.
  const sentPairs = sent.split("&").filter((pair) => !pair.startsWith("X-Amz-Signature="));
  const asSent = sentPairs.map((pair) => pair.split("=")[0] ?? "");
  const order = orderClues(
    sentPairs,
    shownBy(context, `the parameters ${names.slice(0, MOST_SHOWN).join(", ")}`),
  );
  const isUnsorted = asSent.some((name, index) => index > 0 && name < (asSent[index - 1] ?? ""));
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  const bare = sent.split("&").find((pair) => pair !== "" && !pair.includes("="));
  const reserved = [
    ...new Set([...query.matchAll(/%(?!20|25)[0-9A-F]{2}/gi)].map(([each]) => each.toUpperCase())),
  ];
  // Values may be secrets.
  const shown = shownBy(context, `the parameters ${names.slice(0, MOST_SHOWN).join(", ")}`);
  return [
    ...order,
    ...clueIf(
      /%20/.test(query),
      81,
      "A space in the query arrived, which AWS has as %20: the client signed it as + (as URLSearchParams and forms write it), or did not encode it.",
      "Write a space as %20, in the URL and in what is signed.",
      shown,
    ),
    ...clueIf(
      /%25[0-9A-F]{2}/i.test(query),
      79,
      "The query arrived encoded twice (%25 before an encoding): a value that was encoded already was encoded again, when the URL was built or when it was signed.",
      "Encode each name and value once, from what it means.",
      shown,
    ),
    ...clueIf(
      bare !== undefined && sent !== "",
      77,
      `The parameter '${bare}' has no =, and AWS signs it with one ('${bare}=').`,
      "Send the parameter with its =, or let the signer write it.",
      shown,
    ),
    ...clueIf(
      reserved.length > 0,
      75,
      `The query holds characters that AWS percent-encodes when it calculates the signature (${reserved.map(show).join(", ")}): the client signed them as they are, or encoded them twice.`,
      "Percent-encode names and values (all but A-Z a-z 0-9 - . _ ~) once, in the URL and in what is signed.",
      shown,
    ),
    ...clueIf(
      isUnsorted && !context.isFromAws,
      76,
      "The query's parameters are sent in another order than they are signed in, which is sorted by name: the signer left them in the order of the URL, or in its reverse.",
      "Sort the encoded pairs by name, then by value, for what is signed; the URL may keep its order.",
      `The parameters are sent as ${asSent.slice(0, MOST_SHOWN).join(", ")}`,
    ),
    ...clueIf(
      repeated !== undefined,
      70,
      `The query parameter '${repeated}' is repeated: clients sign one of them, or a list.`,
      "Sign each occurrence, sorted by value.",
      shown,
    ),
    ...clueIf(
      pairs.length > 0,
      58,
      `The query string may not have been signed as AWS has it: left out${isUnsorted ? ", or in the order of the URL, which is not sorted by name" : pairs.length > 1 ? ", or not sorted by name" : ""}.`,
      "Give the signer the query as it is sent, and sort it by encoded name and value for what is signed.",
      shown,
    ),
  ];
}

// ---------------------------------------------------------------------------------------------------- internal

const MOST_SHOWN = 8;

/** Orders that depend on how names and values are compared. */
function orderClues(pairs: readonly string[], shown: string): Clue[] {
  const names = [...new Set(pairs.map((pair) => decoded(pair.split("=")[0] ?? "")))];
  const before = names.toSorted(byCharacters);
  const after = names.toSorted((one, other) =>
    byCharacters(encodeURIComponent(one), encodeURIComponent(other)),
  );
  const at = before.findIndex((name, index) => name !== after[index]);
  const folded = names.toSorted((one, other) => byCharacters(one.toLowerCase(), other.toLowerCase()));
  const capital = before.findIndex((name, index) => name !== folded[index]);
  const values = new Map<string, string[]>();
  for (const pair of pairs) {
    const [name = "", value = ""] = pair.split(/=(.*)/s);
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  const repeated = [...values].find(([, all]) =>
    all.some((value, index) => index > 0 && value < (all[index - 1] ?? "")),
  );
  return [
    ...clueIf(
      at >= 0,
      79,
      `The parameters sort differently before and after they are encoded ('${after[at]}' comes before '${before[at]}' once both are): many signers sort first, and AWS sorts the encoded names.`,
      "Encode names and values first, then sort the pairs character by character, for what is signed.",
      shown,
    ),
    ...clueIf(
      capital >= 0,
      77,
      `The parameters sort differently with and without regard to case ('${before[capital]}' comes before '${folded[capital]}' for AWS, which sorts capitals before small letters).`,
      "Sort the encoded names character by character (not by the rules of a language), for what is signed; check that no name is written with another case than the API has.",
      shown,
    ),
    ...clueIf(
      repeated !== undefined,
      78,
      `The values of the repeated parameter '${decoded(repeated?.[0] ?? "")}' are sent in another order than they are signed in: AWS sorts them as texts, and signers leave them as they come, or sort numbers by size.`,
      "Sort the encoded pairs by name, then by value as text, for what is signed; the URL may keep its order.",
      shown,
    ),
  ];
}

function byCharacters(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function show(encoded: string): string {
  try {
    return `'${decodeURIComponent(encoded)}' as ${encoded}`;
  } catch {
    return encoded;
  }
}
