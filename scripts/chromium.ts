import { type Command, runCommand } from "./cli/command";
import { findChromium } from "./cli/find-chromium";

/** Prints where the Chromium of this machine is: `make test-browser` asks before it starts. */
export const main: Command = async (_argv, env, { out }) => {
  out.write(`${findChromium(env)}\n`);
  return 0;
};

if (require.main === module) void runCommand(main);
