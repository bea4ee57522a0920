import type { Explanation } from "#call/explanation";
import { code, table } from "./markdown";
import { deriveKeys, recomputeProgram } from "./recompute";

/** The calculation of one signature, step by step: the sections of the page that have its numbers. */
export function calculationSections(
  steps: Explanation,
  secretAccessKey: string,
): Readonly<Record<string, string>> {
  const header = steps.authorization.replace(" ", "\n  ").replaceAll(/, */g, ",\n  ");
  return {
    "canonical-request": code("text", steps.canonicalRequest),
    "canonical-request-hash": code("text", steps.canonicalRequestHash),
    "string-to-sign": code("text", steps.stringToSign),
    keys: table(["key", "made from", "in hex"], keyRows(secretAccessKey, steps)),
    signature: code("text", steps.signature),
    header: code("text", `Authorization: ${header}`),
    program: code("js", recomputeProgram(steps, secretAccessKey)),
  };
}

// ---------------------------------------------------------------------------------------------------- internal

function keyRows(secretAccessKey: string, steps: Explanation): string[][] {
  let under = '`"AWS4" + secret access key`';
  return deriveKeys(secretAccessKey, steps).map(([name, text, hex]) => {
    const row = [name, `HMAC(${under}, \`"${text}"\`)`, `\`${hex}\``];
    under = name;
    return row;
  });
}
