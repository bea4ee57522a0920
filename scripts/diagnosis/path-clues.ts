import { type Clue, clueIf } from "./clue";
import { parseCutCanonicalRequest } from "./compare-canonical";
import { type Context, shownBy } from "./context";

/** What in a path is easily signed wrongly. */
export function pathClues(context: Context): Clue[] {
  const { path = "", text, host = "" } = context;
  const isS3 = /\/s3\/aws4_request|\bx-id=GetObject\b/.test(text) || /^(?:[^/]*\.)?s3[.-]/.test(host);
  // Of S3 the client's own canonical request shows whether it was encoded twice.
  const right =
    context.right ?? (isS3 ? parseCutCanonicalRequest(context.observed.canonicalRequest ?? "") : undefined);
  if (right === undefined) return [];
  const { uri } = right;
  // What a person wrote in place of a value is not what was sent.
  const sent = uri.replace(/(?:%24)?%(?:5B|7B|3C)[\w-]*%(?:5D|7D|3E)/gi, "");
  const raw = [...new Set([...sent.matchAll(RESERVED)].map(([each]) => each))];
  const doubly = /%25[0-9A-Fa-f]{2}/.exec(uri)?.[0];
  const characters = raw.map((each) => `'${decodeURIComponent(each)}' as ${each.toUpperCase()}`).join(", ");
  return [
    ...clueIf(
      /%2525/.test(uri),
      87,
      "The path arrived with one encoding too many (%25 before an encoding that was there): it was encoded twice or three times before it was sent.",
      "Encode the path once when the URL is built, and let the signer encode it once more for what is signed.",
      shownBy(context, uri),
    ),
    ...clueIf(
      /\/\//.test(path),
      88,
      "The path holds a double slash (//): the signer made one of it, or AWS does, so another path is signed than arrives.",
      "Join base URL and path with one slash: take the slash at the end of the endpoint off.",
      `The path that was sent is ${path}`,
    ),
    ...clueIf(
      raw.length > 0,
      82,
      `The path holds reserved characters that AWS encodes when it calculates the signature (${characters}); the signer left them as they are, or encoded them twice (${raw[0]?.replace("%", "%25")}).`,
      "Percent-encode each segment of the path (all but A-Z a-z 0-9 - . _ ~), send that, and see that the signer encodes what is sent exactly once more.",
      shownBy(context, uri),
    ),
    ...clueIf(
      isS3 && doubly !== undefined,
      90,
      `S3 signs the path as it is sent, encoded once; the signer encoded it once more (${doubly}), as other services have it.`,
      "Switch the second encoding off for S3 (DisableURIPathEscaping, uriEscapePath: false, S3SigV4Auth), or use the signer that is S3's.",
      "The service is S3, and the path holds an encoding.",
    ),
    ...clueIf(
      doubly === "%252F",
      84,
      "The path arrived with an encoded slash (%2F): a library encoded the whole path as one segment, and AWS signs what arrived, encoded once more (%252F).",
      "Encode each segment by itself and leave the slashes between them; if the slash belongs to the value, sign %252F.",
      shownBy(context, uri),
    ),
    ...clueIf(
      doubly !== undefined && !/%2525/.test(uri) && !isS3,
      80,
      `The path arrived with an encoding (${doubly?.replace("%25", "%")}), which AWS signs encoded once more (${doubly}): the signer encoded it once, or decoded it.`,
      "Sign the path that is sent encoded once more; only S3 signs it as it is.",
      shownBy(context, uri),
    ),
  ];
}

// ---------------------------------------------------------------------------------------------------- internal

/** What AWS percent-encodes and many signers leave as it is. */
const RESERVED = /%(2[1478ABC9]|3A|3B|3D|40|5B|5D)/gi;
