import { type Command, runCommand } from "./cli/command";
import { findChromium } from "./cli/find-chromium";

/** Prints the path of Chromium on this machine, for `make test-browser`. */
export const main: Command = async (_argv, env, { out }) => {
  out.write(`${findChromium(env)}\n`);
  return 0;
};

if (require.main === module) void runCommand(main);
