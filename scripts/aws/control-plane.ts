import type { APIGatewayClient } from "@aws-sdk/client-api-gateway";
import { explainingAwsMistakes } from "./aws-mistakes";
import { chainCredentials } from "./credentials";

/**
 * Calls API Gateway's control plane with the credentials of the environment. `--as` names the signer of a call, who may
 * lack permissions for the control plane. That profile is used only if the environment has no credentials.
 *
 * @param profile - the profile of `--as`
 * @param notFound - the message if the resource does not exist
 * @throws UserError for failures that the user can fix
 */
export async function askControlPlane<T>(
  region: string,
  profile: string | undefined,
  notFound: string,
  ask: (client: APIGatewayClient) => Promise<T>,
): Promise<T> {
  // Loaded here, since local calls do not need it.
  const { APIGatewayClient } = await import("@aws-sdk/client-api-gateway");
  const credentials = await chainCredentials().catch((error: unknown) => {
    if (profile === undefined) throw error;
    return chainCredentials(profile);
  });
  const client = new APIGatewayClient({ region, credentials });
  try {
    return await explainingAwsMistakes(notFound, () => ask(client));
  } finally {
    client.destroy();
  }
}
