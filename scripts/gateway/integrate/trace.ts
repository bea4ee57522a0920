/**
 * The `X-Amzn-Trace-Id` that an integration sees: the client's root, parent and sampling decision if it sent them, new
 * ones otherwise.
 *
 * @param incoming - the client's header
 * @param now - milliseconds since the epoch, which a new root holds in seconds
 * @param randomHex - gives a number of random bytes as hexadecimal digits
 * Source: https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
 */
export function traceHeader(
  incoming: string | undefined,
  now: number,
  randomHex: (bytes: number) => string,
): string {
  const seconds = Math.floor(now / 1000)
    .toString(16)
    .padStart(8, "0");
  const root = field(incoming, ROOT) ?? `1-${seconds}-${randomHex(12)}`;
  const parent = field(incoming, PARENT) ?? randomHex(8);
  const sampled = field(incoming, SAMPLED) ?? "0";
  return `Root=${root};Parent=${parent};Sampled=${sampled}`;
}

// ---------------------------------------------------------------------------------------------------- internal

const ROOT = /(?:^|;)\s*Root=([\w-]+)/;
const PARENT = /(?:^|;)\s*Parent=([\w-]+)/;
const SAMPLED = /(?:^|;)\s*Sampled=([\w-]+)/;

/** The value of a `Name=value` part. */
function field(header: string | undefined, part: RegExp): string | undefined {
  return header === undefined ? undefined : part.exec(header)?.[1];
}
