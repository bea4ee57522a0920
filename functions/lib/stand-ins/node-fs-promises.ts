/**
 * Stands in a Lambda's bundle for `node:fs/promises`, with which the SDK looks for settings in `~/.aws/config` and
 * `~/.aws/credentials`. A Lambda has no such files: its clients are given their settings (`dynamodb-client.ts`), and for
 * any other the SDK takes this refusal as it takes a file that is not there.
 */
export async function readFile(): Promise<never> {
  throw new Error("this bundle reads no files of settings: give the client its settings");
}
