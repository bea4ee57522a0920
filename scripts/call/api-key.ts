import { askControlPlane } from "#aws/control-plane";
import { UserError } from "#modules/project";
import type { Target } from "./target";

/** The API key to send. */
export interface ApiKeyChoice {
  readonly value: string;
  /** The key's client, or that its value was given, as the screen shows it. */
  readonly source: string;
}

/**
 * Finds an API key by a client's name. A text that is not a name is the key itself.
 *
 * @param asked - the name or the value; empty for the default client
 * @param defaultClient - the client to use if none is named
 * @param profile - the profile of `--as`
 * @throws UserError if there is no such client, or its key cannot be looked up
 */
export async function findApiKey(
  asked: string,
  defaultClient: string,
  target: Target,
  profile: string | undefined,
): Promise<ApiKeyChoice> {
  if (target.kind === "url") {
    if (asked !== "") return { value: asked, source: "given" };
    throw new UserError(
      "--api-key: with --url, clients cannot be found by name; give the key's value, or use --local or --stage",
    );
  }
  const clients = new Map<string, unknown>(
    Object.entries(target.kind === "local" ? target.apiKeys : (target.outputs.api_key_ids ?? {})),
  );
  const name =
    asked || (clients.has(defaultClient) ? defaultClient : ([...clients.keys()][0] ?? defaultClient));
  const found = clients.get(name);
  if (typeof found !== "string") {
    // Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
    if (name.length >= 20) return { value: name, source: "given" };
    const have = [...clients.keys()].join(", ") || "none";
    throw new UserError(
      `--api-key: got '${name}', expected a client (have: ${have}) or a key's value, which has at least 20 characters`,
    );
  }
  if (target.kind === "local") return { value: found, source: `client ${name}` };
  return { value: await keyValue(found, name, target.apiRegion, profile), source: `client ${name}` };
}

/**
 * Gets the value of a client's key from API Gateway's control plane.
 * @param profile - that of `--as`
 * @throws UserError if it cannot be looked up
 */
export async function keyValue(
  id: string,
  client: string,
  region: string,
  profile?: string,
): Promise<string> {
  const { GetApiKeyCommand } = await import("@aws-sdk/client-api-gateway");
  const gone = `the API key of client '${client}' (${id}) does not exist in ${region}, although the outputs name it; run 'make deploy' again`;
  const { value } = await askControlPlane(region, profile, gone, (controlPlane) =>
    controlPlane.send(new GetApiKeyCommand({ apiKey: id, includeValue: true })),
  );
  if (!value) throw new Error(`API Gateway answered key ${id} without its value`);
  return value;
}
