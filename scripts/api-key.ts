import { parseArgs } from "node:util";
import { defaultClient } from "#modules/config/load-config";
import { UserError } from "#modules/project";
import { keyValue } from "./call/api-key";
import { runCommand, withHelp } from "./cli/command";
import { outputRegion, readOutputs, type StackOutputs } from "./stage/outputs";
import { chosenStack } from "./stage/stack-name";

const USAGE = `usage: api-key.ts [CLIENT] [--stage NAME] [--outputs FILE]

Prints the value of a client's API key and nothing else, to pass it to the
client. The value is a secret.

  CLIENT          the client's name (default CLIENT of the environment, or demo)
  --stage NAME    the stage (default STAGE, or dev)
  --outputs FILE  the stack's outputs (default: those that 'make deploy' saved)

  curl -H "x-api-key: $(make api-key CLIENT=demo)" "$API/auth/api-key"
`;

/** Looks up one client's key at API Gateway's control plane. */
export const main = withHelp(USAGE, async (argv, env, io) => {
  const { positionals, values } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { stage: { type: "string" }, outputs: { type: "string" } },
  });
  if (positionals.length > 1) {
    throw new UserError(`got '${positionals.join(" ")}', expected the name of one client`);
  }
  const name = positionals[0] || env.CLIENT || defaultClient();
  const outputs = readOutputs(chosenStack(values.stage, env), values.outputs);
  const keyId = findKeyId(outputs, name);
  io.out.write(`${await keyValue(keyId, name, outputRegion(outputs))}\n`);
  return 0;
});

/** @throws UserError if the client has no key; the message lists the clients that have one */
function findKeyId(outputs: StackOutputs, client: string): string {
  const ids = new Map(Object.entries(outputs.api_key_ids ?? {}));
  const id: unknown = ids.get(client);
  if (typeof id === "string") return id;
  const known = [...ids.keys()].sort().join(", ") || "none";
  throw new UserError(`client '${client}' has no API key in the saved outputs (have: ${known})`);
}

if (require.main === module) void runCommand(main);
