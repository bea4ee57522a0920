import { readArguments } from "./call/arguments";
import { call } from "./call/call";
import { runCommand, withHelp } from "./cli/command";
import { foundLocalFolder } from "./stage/local-files";

const USAGE = `usage: call.ts METHOD PATH [--local | --stage NAME | --url BASE]
               [--as PROFILE | --unsigned] [--role-arn ARN]
               [--api-key [NAME-OR-VALUE]]
               [--header 'Name: value']... [--data BODY | @FILE] [--region R]
               [--clock-offset SECONDS | auto] [--explain] [--json]
               [--presign SECONDS | --print LANGUAGE]

Sends one request, signed with Signature Version 4, prints it with its answer,
and explains a refusal. Exit status: 0 for a 2xx or 3xx answer, 1 for any other
answer, 2 if no request could be made.

  PATH               relative to the stage, such as /products?limit=2; or a
                     whole URL of a local gateway, of a stage that was
                     deployed from here, or of execute-api
  --local            the gateway of 'make dev' (the default); if several run,
                     that of STAGE
  --stage NAME       a stage that 'make deploy' deployed from here; --outputs
                     FILE names its saved outputs
  --url BASE         any other stage, by its URL
  --as PROFILE       the signer: locally a profile of .local/credentials
                     (default: reader), else one of ~/.aws (default: the SDK's
                     chain of environment, profiles, SSO, roles, containers);
                     --profile is the same
  --role-arn ARN     assume this role first; --external-id ID and --mfa-serial
                     SERIAL go with it (the MFA code is read at the terminal)
  --unsigned         send no signature
  --api-key [KEY]    send an API key, by its client's name (default CLIENT, or
                     demo) or by its value
  --header 'N: v'    another header; repeat the option for several
  --data BODY        the body; @FILE reads it from a file
  --region R         the region to sign for (default: the target's own);
                     --region-set R,R signs for several, with SigV4A
  --clock-offset S   sign for S seconds ahead of this machine's clock; auto
                     measures them when the time is refused
  --explain          show every step of the signature's calculation
  --presign SECONDS  print a presigned URL and send nothing; API Gateway takes
                     it for 300 seconds at most
  --print LANGUAGE   print the request as code and send nothing: curl, python,
                     go, js or http; secrets are read from the environment
  --json             print JSON for programs: { request, response, explanation?,
                     diagnosis? }, secrets masked

  npx tsx scripts/call.ts GET /products --as reader --explain
`;

/** Makes one call. */
export const main = withHelp(USAGE, async (argv, env, io) => {
  const asked = readArguments(argv);
  return call(asked, { env, io, localFolder: foundLocalFolder(), now: Date.now });
});

if (require.main === module) void runCommand(main);
