import { Transform } from "node:stream";

/**
 * Takes API keys out of what Terraform prints. The AWS provider marks the value of `aws_api_gateway_api_key` as
 * sensitive and forgets the copy in `aws_api_gateway_usage_plan_key`, so a plan that replaces or destroys one shows
 * it. No other attribute of this stack is called `value`.
 * Source: https://github.com/hashicorp/terraform-provider-aws/issues/26739
 */
export function redactKeys(line: string): string {
  return /\bvalue\b[^"=]*=/.test(line) ? line.replace(/"[^"]*"/g, "(sensitive value)") : line;
}

/** A stream that passes text on line by line, redacted. */
export function redactingStream(): Transform {
  let rest = "";
  return new Transform({
    decodeStrings: false,
    encoding: "utf8",
    transform(chunk, _encoding, done) {
      const lines = (rest + String(chunk)).split("\n");
      rest = lines.pop() ?? "";
      done(null, lines.map((line) => `${redactKeys(line)}\n`).join(""));
    },
    flush(done) {
      done(null, redactKeys(rest));
    },
  });
}
