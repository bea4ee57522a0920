import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { UserError } from "../../modules/user-error";

/**
 * Makes sure that the default chain finds credentials, before anything is begun. It does not ask AWS about them.
 * @throws UserError where it finds none; it says where they are looked for
 */
export async function assertCredentials(): Promise<void> {
  try {
    await defaultProvider()();
  } catch (error) {
    const cause = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new UserError(
      `no AWS credentials (${cause}): set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run 'aws sso login'`,
    );
  }
}
