import type { Credentials } from "./sigv4";

/**
 * Reads a setting that the function cannot do without. Called while the function loads, so that a missing one shows at
 * the first invocation and in words.
 *
 * @throws Error that names the variable
 */
export function requireEnv(name: string, env: NodeJS.ProcessEnv = process.env): string {
  const value = env[name];
  if (!value) throw new Error(`The environment variable ${name} is not set, and this function needs it.`);
  return value;
}

/**
 * Reads a setting that is on or off, and off where it is not set.
 *
 * @throws Error for anything but `true` and `false`, in either case: whichever were taken, it might be the wrong one
 */
export function readFlag(name: string, env: NodeJS.ProcessEnv = process.env): boolean {
  const value = env[name] || "false";
  if (/^(true|false)$/i.test(value)) return value.toLowerCase() === "true";
  throw new Error(`The environment variable ${name} is '${value}', expected true or false.`);
}

/**
 * Reads the credentials of the function's role, which Lambda sets for the life of a container.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 * @throws Error that names the missing variable
 */
export function readCredentials(env: NodeJS.ProcessEnv = process.env): Credentials {
  return {
    accessKeyId: requireEnv("AWS_ACCESS_KEY_ID", env),
    secretAccessKey: requireEnv("AWS_SECRET_ACCESS_KEY", env),
    sessionToken: env["AWS_SESSION_TOKEN"] || undefined,
  };
}
