import { parseArgs } from "node:util";
import { hashFile } from "#modules/bundle/build-record";
import { readSourceMap } from "#modules/bundle/packages";
import { projectFolder, UserError } from "#modules/project";
import { printable } from "#text/printable";
import { runCommand, withHelp } from "./cli/command";
import { decodeTrace } from "./trace/decode";

const USAGE = `usage: trace.ts PACKAGE < LOG

Reads lines of a function's log, as CloudWatch shows them, and prints them with
files and lines of this project in place of /var/task/index.mjs:1:2345.

  PACKAGE   the deployment package that wrote them: its path, or the CodeSha256
            that Lambda names

The source map of each package lies in .build/packages of the machine that built
it. From the same commit, 'make synth' builds the same package again.

  aws lambda get-function-configuration --function-name NAME --query CodeSha256
  make trace PACKAGE='o2V4…=' < log.txt
`;

/** Decodes stack traces. */
export const main = withHelp(USAGE, async (argv, _env, io) => {
  const { positionals } = parseArgs({ args: [...argv], allowPositionals: true });
  const [which, ...others] = positionals;
  if (which === undefined || which === "" || others.length > 0) {
    throw new UserError(
      `got ${positionals.length} packages, expected one: its path or its CodeSha256 (PACKAGE=…)`,
    );
  }
  const map = readSourceMap(projectFolder(), hashFile("", which) ?? which);
  if (map === undefined) {
    throw new UserError(
      `${which}: got a package that was not built here, expected one in .build/packages; check out its commit and run 'make synth'`,
    );
  }
  io.out.write(printable(decodeTrace(map, (await io.readInput?.()) ?? "")));
  return 0;
});

if (require.main === module) void runCommand(main);
