import { readArguments } from "./call/arguments";
import { call } from "./call/call";
import { runCommand, withHelp } from "./cli/command";
import { LOCAL_FOLDER } from "./stage/local-files";

const USAGE = `usage: call.ts METHOD PATH [--local | --stage NAME | --url BASE]
               [--as PROFILE | --unsigned] [--api-key [NAME-OR-VALUE]]
               [--header 'Name: value']... [--data BODY | @FILE] [--region R]
               [--clock-offset SECONDS | auto] [--explain] [--json]

Sends one request, signed with Signature Version 4, prints it with its answer,
and explains a refusal. Exit status: 0 for a 2xx or 3xx answer, 1 for any other
answer, 2 if no request could be made.

  PATH               relative to the stage, such as /products?limit=2; or a
                     whole URL of a local gateway or of a stage that was
                     deployed from here
  --local            the gateway of 'make dev' (the default); if several run,
                     that of STAGE
  --stage NAME       a stage that 'make deploy' deployed from here; --outputs
                     FILE names its saved outputs
  --url BASE         any other stage, by its URL
  --as PROFILE       the signer: locally a profile of .local/credentials
                     (default: reader), else one of ~/.aws (default: the SDK's
                     chain of environment, profiles, SSO, roles, containers)
  --unsigned         send no signature
  --api-key [KEY]    send an API key, by its client's name (default CLIENT, or
                     demo) or by its value
  --header 'N: v'    another header; repeat the option for several
  --data BODY        the body; @FILE reads it from a file
  --region R         the region to sign for (default: the target's own)
  --clock-offset S   sign for S seconds ahead of this machine's clock; auto
                     measures them when the time is refused
  --explain          show every step of the signature's calculation
  --json             print JSON for programs: { request, response, explanation?,
                     diagnosis? }, secrets masked

  npx tsx scripts/call.ts GET /products --as reader --explain
`;

/** Makes one call. */
export const main = withHelp(USAGE, async (argv, env, io) => {
  const asked = readArguments(argv);
  return call(asked, { env, io, localFolder: LOCAL_FOLDER, now: Date.now });
});

if (require.main === module) void runCommand(main);
