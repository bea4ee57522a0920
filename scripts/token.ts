import { parseArgs } from "node:util";
import { UserError } from "#modules/project";
import { runCommand, withHelp } from "./cli/command";
import { issueToken } from "./local/token-issuer";
import { readUserPools } from "./stage/user-pool-key";

const USAGE = `usage: token.ts [--user NAME] [--scope SCOPE]... [--client ID] [--pool ID]

Prints a token of a user pool that 'make dev' runs. Without scopes it is an
identity token, with them an access token. It is good for an hour, and on this
machine alone.

  --user NAME    the user (default test-user)
  --scope SCOPE  such as stock/read; may be given several times
  --client ID    the app client (default local)
  --pool ID      of several pools (default the first one)

  curl -H "Authorization: $(make -s token)" http://127.0.0.1:3000/dev/me
`;

export const main = withHelp(USAGE, async (argv, _env, io) => {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      user: { type: "string", default: "test-user" },
      scope: { type: "string", multiple: true, default: [] },
      client: { type: "string" },
      pool: { type: "string" },
    },
  });
  const { key, issuers } = readUserPools();
  const issuer = issuers.find((each) => values.pool === undefined || each.endsWith(`/${values.pool}`));
  if (issuer === undefined) {
    const ids = issuers.map((each) => each.split("/").at(-1));
    throw new UserError(`--pool: got '${values.pool}', expected ${ids.join(", ")}`);
  }
  const now = Math.floor(Date.now() / 1000);
  const { user, scope: scopes, client } = values;
  io.out.write(
    `${issueToken(key, { issuer, user, scopes, now, ...(client !== undefined && { client }) })}\n`,
  );
  return 0;
});

if (require.main === module) void runCommand(main);
