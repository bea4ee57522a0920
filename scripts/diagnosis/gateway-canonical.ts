/** The canonical request in AWS's answer, which only the long form has; also as S3 has it, and without its quotes. */
export function arrivedAt(message: string): string | undefined {
  const xml = /<CanonicalRequest>([\s\S]*?)(?:<\/CanonicalRequest>|$)/.exec(message)?.[1];
  if (xml !== undefined) return xml.trim();
  const quoted =
    /The Canonical String for this request should have been\s*'([\s\S]*?)'\s*(?:The String-to-Sign|$)/.exec(
      message,
    )?.[1];
  if (quoted !== undefined) return quoted;
  return /The Canonical String for this request should have been\s*'?([\s\S]*?)'?\s*(?:The String-to-Sign|$)/
    .exec(message)?.[1]
    ?.trim();
}
