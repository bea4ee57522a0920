import type { APIGatewayClient } from "@aws-sdk/client-api-gateway";
import { explainingAwsMistakes } from "./aws-mistakes";
import { chainCredentials } from "./credentials";

/**
 * Asks API Gateway's control plane, as whoever the environment says: `--as` names who signs the call, who need not be
 * allowed to look anything up. Only where the environment has no credentials, that profile is asked with.
 *
 * @param profile - the profile of `--as`
 * @param notFound - what to say where the thing asked for does not exist
 * @throws UserError for what the person at the keyboard can mend
 */
export async function askControlPlane<T>(
  region: string,
  profile: string | undefined,
  notFound: string,
  ask: (client: APIGatewayClient) => Promise<T>,
): Promise<T> {
  // Loaded here: local calls have no use for it.
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
