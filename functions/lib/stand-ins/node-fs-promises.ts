type ReadFile = typeof import("node:fs/promises").readFile;

/**
 * Stands in a Lambda's bundle for `node:fs/promises`, with which the SDK looks for settings in `~/.aws/config` and
 * `~/.aws/credentials`, where the environment has none. A Lambda has no such files, unless the environment names them.
 */
export const readFile = ((...args: Parameters<ReadFile>) =>
  process.env["AWS_CONFIG_FILE"] || process.env["AWS_SHARED_CREDENTIALS_FILE"]
    ? process.getBuiltinModule("node:fs").promises.readFile(...args)
    : Promise.reject(new Error("a Lambda has no home with files of settings"))) as ReadFile;
