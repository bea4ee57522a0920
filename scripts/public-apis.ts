import { parseArgs } from "node:util";
import { UserError } from "#modules/project";
import { runCommand, withHelp } from "./cli/command";
import { measurePublicApis, publicApisPage } from "./self/docs/public-apis";

const USAGE = `usage: public-apis.ts FOLDER

Prints docs/public-apis.md: how many routes of applied public APIs the local
gateway serves. FOLDER has a folder for each API, with its state.json, which
'terraform show -json' has printed, and an index.json with their links and
features. The states are not part of this repository.

  npx tsx scripts/public-apis.ts ../states > docs/public-apis.md
`;

export const main = withHelp(USAGE, async (argv, _env, io) => {
  const { positionals } = parseArgs({ args: [...argv], allowPositionals: true });
  const [folder, second] = positionals;
  if (folder === undefined || second !== undefined) throw new UserError("FOLDER: expected one");
  io.out.write(publicApisPage(measurePublicApis(folder)));
  return 0;
});

if (require.main === module) void runCommand(main);
