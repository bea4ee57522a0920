import type { Io } from "#cli/command";
import { UserError } from "#modules/project";
import type { RoleChoice } from "./arguments";
import type { Caller } from "./caller";

/**
 * Takes on a role with the credentials of a caller; the code of an MFA device is asked for at the terminal.
 *
 * @throws UserError where STS refuses, and without a terminal to ask for the code
 */
export async function assumedCaller(
  caller: Caller,
  { roleArn, externalId, mfaSerial }: RoleChoice,
  region: string,
  { env, io }: { readonly env: NodeJS.ProcessEnv; readonly io: Io },
): Promise<Caller> {
  const mfa = mfaSerial === undefined ? undefined : { serial: mfaSerial, code: await askCode(mfaSerial, io) };
  const { credentials, source } = caller;
  // Loaded here, as few calls assume a role.
  const { assumeRole }: typeof import("#aws/assume-role") = require("#aws/assume-role");
  return {
    credentials: await assumeRole({ roleArn, region, credentials, externalId, mfa }, env),
    source: `${roleArn.replace(/^.*:role\//, "role ")} (by ${source})`,
  };
}

// ---------------------------------------------------------------------------------------------------- internal

async function askCode(serial: string, io: Io): Promise<string> {
  if (io.ask === undefined) {
    throw new UserError("--mfa-serial: the code is asked for at a terminal, and there is none here");
  }
  const code = await io.ask(`MFA code of ${serial}: `);
  if (/^\d{6}$/.test(code)) return code;
  throw new UserError("--mfa-serial: expected a code of six digits");
}
