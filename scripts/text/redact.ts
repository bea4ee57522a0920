import { Transform } from "node:stream";
import { looksSecret } from "./looks-secret";

/**
 * Removes secrets that are not marked as sensitive from Terraform's output: API keys, and the values of functions'
 * variables. The AWS provider marks the value of `aws_api_gateway_api_key` as sensitive and forgets the copy in
 * `aws_api_gateway_usage_plan_key`, so a plan that replaces or destroys one shows it. No other attribute of this stack
 * is called `value`.
 * Source: https://github.com/hashicorp/terraform-provider-aws/issues/26739
 */
export function redactLine(line: string): string {
  if (/\bvalue\b[^"=]*=/.test(line)) return line.replace(/"[^"]*"/g, SECRET);
  // Terraform writes the members of a map in quotes: ~ "TOKEN" = "old" -> "new"
  const [start, name] = /^[^"=]*"(\w+)"\s*=/.exec(line) ?? [];
  if (start === undefined || name === undefined) return line;
  const rest = line.slice(start.length);
  const values = [...rest.matchAll(TEXT)].map(([text]) => text.slice(1, -1));
  return values.some((value) => looksSecret(name, value)) ? start + rest.replace(TEXT, SECRET) : line;
}

const SECRET = "(sensitive value)";
const TEXT = /"(?:[^"\\]|\\.)*"/g;

/** A stream that passes text on line by line, redacted. */
export function redactingStream(): Transform {
  let rest = "";
  return new Transform({
    decodeStrings: false,
    encoding: "utf8",
    transform(chunk, _encoding, done) {
      const lines = (rest + String(chunk)).split("\n");
      rest = lines.pop() ?? "";
      done(null, lines.map((line) => `${redactLine(line)}\n`).join(""));
    },
    flush(done) {
      done(null, redactLine(rest));
    },
  });
}
